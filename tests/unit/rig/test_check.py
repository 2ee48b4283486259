"""``check_rig``: each role for itself, so that a dead one hides no other."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from harness.catalogue.declaration import load_declaration
from harness.errors import RigError
from harness.rig import Claims, load_rig
from harness.rig.check import check_rig
from harness.targets.base import Sockets
from harness.targets.bench.card import as_card

ROOT = Path(__file__).parents[3]


class World:
    """A world that must not be powered by a check."""

    sockets = Sockets()

    def power_on(self):
        raise AssertionError("a check powers nothing")

    def power_off(self):
        pass


class Bench:
    """A target of a laboratory."""

    kind, simulated = "bench", False

    def __init__(self, *, defects, dead=False):
        if dead:
            raise RigError("no port at /dev/ttyUSB0: plug the cable in")

    def identity(self):
        return {"serial": "X-1"}

    def new_world(self, seed):
        return World()

    def close(self):
        pass


class Fan:
    """An instrument that answers who it is, and must be let go."""

    closed = 0

    def __init__(self, context):
        self.context = context

    def identify(self):
        return "Fan wall, SN 77"

    def close(self):
        Fan.closed += 1


class Broken:
    """An instrument that cannot be set up."""

    def __init__(self, context):
        raise RigError("the attenuator at 10.0.0.9 does not answer: is it on?")


@pytest.fixture
def check(elsewhere, rig_file):
    elsewhere["dronecert.targets"]["bench"] = Bench
    elsewhere["dronecert.instruments"] |= {
        "wind.fan": Fan,
        "relay.fan": Fan,
        "attenuator.broken": Broken,
        "truth.fan": Fan,
    }
    folder = ROOT / "rigs" / "articles"
    claims = Claims(declaration=load_declaration(folder / "embedded.toml"), folder=folder)
    Fan.closed = 0

    def make(roles="", settings="", needed=None):
        head = 'id = "lab"\ntitle = "A bench"\narticle = "a.toml"\nallows = ["none"]\n'
        text = f'{head}calibration_register = "register.toml"\n[target]\nkind = "bench"\n{settings}\n{roles}'
        return {item.role: item for item in check_rig(load_rig(rig_file(text)), claims, needed or {})}

    return make


@pytest.fixture(autouse=True)
def register(tmp_path):
    yesterday = datetime.now(UTC).date() - timedelta(days=1)
    assets = [("A-1", "77", "2130-01-31"), ("A-2", "88", "2130-01-31"), ("A-3", "", yesterday)]
    text = "".join(
        f'[[assets]]\nasset = "{asset}"\nserial = "{serial}"\ncertificate = "C"\ndue = {due}\nuncertainty = 0.1\n'
        for asset, serial, due in assets
    )
    (tmp_path / "register.toml").write_text(text)


def fan(role="wind", asset=""):
    return f'[roles.{role}]\nmake = "fan"\n' + (f'asset = "{asset}"\n' if asset else "")


def test_who_is_there_is_told_with_calibration_and_uncertainty(check):
    found = check(fan(asset="A-1"))
    assert (found["target"].state, found["target"].identity) == ("ok", "serial X-1")
    wind = found["wind"]
    assert (wind.state, wind.identity, wind.calibration, wind.uncertainty, wind.problem) == (
        *("ok", "Fan wall, SN 77", "C, due 2130-01-31", "0.1"),
        "",
    )
    assert Fan.closed == 1


def test_a_dead_instrument_hides_no_other(check):
    found = check('[roles.attenuator]\nmake = "broken"\n' + fan())
    assert (found["attenuator"].state, found["wind"].state) == ("dead", "ok")
    assert "does not answer" in found["attenuator"].problem


def test_another_instrument_than_the_registers_is_dead_and_let_go(check):
    found = check(fan(asset="A-2"))
    assert found["wind"].state == "dead"
    assert "'Fan wall, SN 77', the register has serial '88'" in found["wind"].problem
    assert Fan.closed == 1


@pytest.mark.parametrize("serial", ["7", "SN", "N 7", "wal"])
def test_a_serial_number_is_compared_whole(check, tmp_path, serial):
    register = tmp_path / "register.toml"
    register.write_text(register.read_text().replace('"77"', f'"{serial}"'))
    assert check(fan(asset="A-1"))["wind"].state == ("ok" if serial == "SN" else "dead")


def test_an_overdue_calibration_is_told(check):
    assert check(fan(asset="A-3"))["wind"].state == "overdue"


def test_an_instrument_that_measures_without_a_certificate_is_not_ready(check):
    found = check(fan("truth"))["truth"]
    assert found.state == "no certificate"
    assert "it measures without a calibration: state its asset of the register" in found.problem
    assert check(fan("truth", "A-1"))["truth"].state == "ok"


def test_a_role_that_a_profile_needs_is_missing(check):
    found = check(fan(), needed={"wind": ["WIND-01"], "spectrum": ["RADIO-10", "RADIO-13"]})
    assert found["spectrum"].state == "missing"
    assert found["spectrum"].problem == "RADIO-10, RADIO-13 cannot be tested without it"


def test_service_devices_are_set_up_first(check):
    assert list(check(fan() + fan("relay"))) == ["target", "relay", "wind"]


def test_a_target_that_does_not_come_up_leaves_the_roles_unprobed(check):
    found = check(fan(), settings="settings = { dead = true }")
    assert (found["target"].state, found["wind"].state) == ("dead", "not probed")
    assert "plug the cable in" in found["target"].problem


class Plugged(Bench):
    """A bench whose article is on a network card."""

    flags = ()

    def read_card(self):
        told = {
            "ifname": "enp3s0",
            "flags": ["UP", *Plugged.flags],
            "link_type": "ether",
            "address": "02:00:00:00:00:77",
        }
        return as_card(told, [])


@pytest.fixture
def plugged(elsewhere, monkeypatch):
    elsewhere["dronecert.targets"]["bench"] = Plugged
    monkeypatch.setattr(Plugged, "flags", ())
    return Plugged


@pytest.mark.parametrize(
    ("flags", "roles", "state"),
    [
        (["LOWER_UP"], "", "ok"),
        ([], "", "dead"),
        # who holds a relay cannot expect a carrier of an article without power
        ([], fan("relay"), "ok"),
    ],
)
def test_a_network_card_is_told_with_its_carrier(check, plugged, flags, roles, state):
    plugged.flags = flags
    card = check(roles)["card"]
    problem = "" if flags else "it has no carrier: its cable is pulled, or the article's end is off; plug it in"
    assert (card.make, card.state, card.problem) == ("interface", state, problem)
    assert card.identity.startswith("enp3s0 (02:00:00:00:00:77): up, ")


def test_a_bench_without_a_network_has_no_card(check):
    assert "card" not in check()
