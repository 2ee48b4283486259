from pathlib import Path

import pytest
from pydantic import ValidationError

from harness.targets.settings import AutopilotSettings, Px4Settings


def test_paths_hold_from_any_working_directory_and_a_bare_name_is_left_to_the_search_path():
    settings = AutopilotSettings(binary="build/arducopter", parameters=["a.parm", "/etc/b.parm"])
    located = settings.located(Path("/lab/rigs"))
    assert located.binary == "/lab/rigs/build/arducopter"
    assert located.parameters == ("/lab/rigs/a.parm", "/etc/b.parm")
    assert AutopilotSettings(binary="arducopter", parameters=[]).located(Path("/lab")).binary == "arducopter"
    home = AutopilotSettings(binary="~/arducopter", parameters=[]).located(Path("/lab")).binary
    assert home == str(Path.home() / "arducopter")


@pytest.mark.parametrize("wrong", [{"physics": "gazebo"}, {"binary": " "}, {"speed": 3}])
def test_what_no_target_can_do_is_refused(wrong):
    with pytest.raises(ValidationError):
        AutopilotSettings(**{"binary": "x", "parameters": []} | wrong)


def test_px4_hurries_in_its_own_physics_only():
    assert Px4Settings(binary="x", parameters=[], physics="own", speed=5).speed == 5.0
    with pytest.raises(ValidationError, match="of its own physics"):
        Px4Settings(binary="x", parameters=[], speed=5)
    with pytest.raises(ValidationError):
        Px4Settings(binary="x", parameters=[], physics="own", speed=100)
