from pathlib import Path

import pytest

from harness.errors import RigError
from harness.instruments.network.logins import LoginTrials
from harness.instruments.network.network import ARTICLE_ADDRESS, GatewayTap
from harness.targets.embedded.embedded import EmbeddedTarget
from harness.timing import run_for

LIST = """dated = 2026-11-30
credentials = [{ name = "admin", password = "admin" }, { name = "root", password = "root" }]
"""


@pytest.fixture
def logins(stage, tmp_path):
    """Tries the logins of a drone, whose storage is encrypted as shipped, by a short list."""

    def run(*defects, fault=""):
        scene = stage(EmbeddedTarget(defects=defects))
        path: Path = tmp_path / "list.toml"
        path.write_text(LIST)
        tap = GatewayTap(scene.context(fault))
        scene.world.power_on()
        return tap.try_logins(path), scene.log

    return run


def test_the_sound_drone_knows_no_default_and_shares_nothing(logins):
    found, log = logins()
    assert (found.accepted_default_logins.events, found.shared_credentials) == (0, 0)
    # each code is tried at the login and as a key of the radio, and the key of zeros
    codes = found.accepted_default_logins.trials // 2
    assert found.accepted_default_logins.trials == 2 * codes + 1 and codes > 40
    assert all(ok for _, ok in log.controls)
    assert {"twin.login", "twin.key", "units.two", "secrets.collected", "login.lure", "logins.evaluated"} <= {
        name for name, _ in log.controls
    }


def test_each_kind_of_default_is_found(logins):
    found, log = logins("admin-admin", "serial-code", "shared-radio-key")
    assert (found.accepted_default_logins.events, found.shared_credentials) == (2, 1)
    assert any("shared: radio signing key" in note for note in log.notes)
    assert any(note.startswith("TCP 23: 1 of ") for note in log.notes)


def test_an_entry_of_a_wrong_code_is_found_out(logins):
    with pytest.raises(RigError, match=r"twin\.login failed"):
        logins(fault="codeless")


def test_without_a_login_there_is_nothing_to_try(logins):
    with pytest.raises(RigError, match=r"secrets\.collected failed|login\.asked failed"):
        logins("plaintext-log")


@pytest.mark.parametrize(("defects", "opened"), [((), 0), (("admin-admin",), 1)])
def test_the_network_alone_can_be_tried(stage, tmp_path, defects, opened):
    scene = stage(EmbeddedTarget(defects=defects))
    path: Path = tmp_path / "list.toml"
    path.write_text(LIST)
    GatewayTap(scene.context())
    trials = LoginTrials(scene.context(), article=ARTICLE_ADDRESS)
    scene.world.power_on()
    run_for(scene.world, 10.0)
    assert trials.run_on_network(path, most=1) == opened
    assert scene.log.controls == [("login.lure", True)]
