import re
from pathlib import Path

import pytest
from pydantic import ValidationError

from harness.targets.settings import ArdupilotSettings, Px4Settings


def test_paths_hold_from_any_working_directory_and_a_bare_name_is_left_to_the_search_path():
    settings = ArdupilotSettings(binary="build/arducopter", parameters=["a.parm", "/etc/b.parm"])
    located = settings.located(Path("/lab/rigs"))
    assert located.binary == "/lab/rigs/build/arducopter"
    assert located.parameters == ("/lab/rigs/a.parm", "/etc/b.parm")
    assert ArdupilotSettings(binary="arducopter", parameters=[]).located(Path("/lab")).binary == "arducopter"
    home = Px4Settings(binary="~/px4", parameters=[]).located(Path("/lab")).binary
    assert home == str(Path.home() / "px4")
    launched = ArdupilotSettings(launcher="bin/dk", release="copter-4.6.0", parameters=[]).located(Path("/lab"))
    assert (launched.launcher, launched.binary) == ("/lab/bin/dk", None)


@pytest.mark.parametrize("wrong", [{"physics": "gazebo"}, {"binary": " "}])
@pytest.mark.parametrize("model", [ArdupilotSettings, Px4Settings])
def test_what_no_target_can_do_is_refused(model, wrong):
    with pytest.raises(ValidationError):
        model(**{"binary": "x", "parameters": []} | wrong)


@pytest.mark.parametrize("model", [ArdupilotSettings, Px4Settings])
def test_an_autopilot_hurries_in_its_own_physics_only(model):
    assert model(binary="x", parameters=[], physics="own", speed=5).speed == 5.0
    with pytest.raises(ValidationError, match="of its own physics"):
        model(binary="x", parameters=[], speed=5)
    with pytest.raises(ValidationError):
        model(binary="x", parameters=[], physics="own", speed=100)


LAUNCHED = {"launcher": "dronekit-sitl", "release": "copter-4.6.0"}
IMAGE = {"image": "lab/copter:4.6", "command": ["/usr/bin/arducopter"]}


@pytest.mark.parametrize("good", [{"binary": "x"}, LAUNCHED, IMAGE, IMAGE | {"engine": "unix:///run/e"}])
def test_a_program_is_named_in_one_of_three_ways(good):
    ArdupilotSettings(parameters=[], sha256="0" * 64, **good)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({}, "no program is named: state binary, launcher with release, or image with command"),
        ({"binary": "x", **LAUNCHED}, "binary and launcher name two programs: state one; --binary goes before"),
        ({"binary": "x", **IMAGE}, "binary and image name two programs"),
        ({**LAUNCHED, **IMAGE}, "launcher and image name two programs"),
        ({"launcher": "dk"}, "launcher without release: pin what it downloads, as copter-4.6.0"),
        ({**LAUNCHED, "release": "stable"}, "'stable' is no release of one version: pin one"),
        ({**LAUNCHED, "release": "copter"}, "'copter' is no release of one version"),
        ({**LAUNCHED, "release": "copter-stable"}, "is no release of one version"),
        ({**LAUNCHED, "release": "plane-4.6.0"}, "is no release of one version"),
        ({**LAUNCHED, "release": "copter-4.6.0/../x"}, "is no release of one version"),
        ({"binary": "x", "release": "copter-4.6.0"}, "release belongs to launcher, and binary is stated"),
        ({"image": "lab/copter"}, "image without command: name the program inside"),
        ({"binary": "x", "command": ["/a"]}, "command belongs to image, and binary is stated"),
        ({**LAUNCHED, "engine": "unix:///x"}, "engine belongs to image, and launcher is stated"),
        ({**IMAGE, "command": ["arducopter"]}, "'arducopter' is no whole path inside the image"),
        ({"binary": "x", "sha256": "abc"}, "String should match pattern"),
    ],
)
def test_what_names_no_program_or_two_is_refused(wrong, said):
    with pytest.raises(ValidationError, match=re.escape(said)):
        ArdupilotSettings(parameters=[], **wrong)
