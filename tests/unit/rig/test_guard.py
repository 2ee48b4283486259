from pathlib import Path

import pytest

from harness.errors import RigError
from harness.rig import guard
from harness.rig.config import load_rig
from harness.rig.guard import MOVING, Guard, missing_interlocks

ROOT = Path(__file__).parents[3]
RIG = """
id = "lab"
title = "A bench"
article = "a.toml"
leases = "leases"
allows = ["none", "contained flight"]
[target]
kind = "serial"
[target.settings]
radio = "serial:/dev/ttyUSB0"
observer = "serial:/dev/ttyUSB1"
"""


class Interlock:
    def __init__(self, dead=False):
        self.deeds, self._dead = [], dead

    def prove(self):
        self.deeds.append("prove")
        if self._dead:
            raise RigError("it is dead")

    def watch(self):
        self.deeds.append("watch")


class Dog:
    def __init__(self):
        self.deeds = []

    def assert_alive(self):
        self.deeds.append("alive")

    def dismiss(self):
        self.deeds.append("bye")


@pytest.fixture
def dog(monkeypatch):
    made = Dog()
    monkeypatch.setattr(guard, "_start_watchdog", lambda rig, log: made)
    return made


@pytest.fixture
def rig(rig_file):
    return lambda text=RIG: load_rig(rig_file(text))


def test_a_bench_that_another_run_has_taken_is_not_powered(rig, dog):
    made = Guard(rig())
    try:
        for lease in (rig().path.parent / "leases").glob("*.json"):
            lease.write_text('{"token": "of another run"}')
        with pytest.raises(RigError, match="another one has taken its bench"):
            made.prove({})
    finally:
        made.close()
    assert dog.deeds == []


@pytest.mark.parametrize("hazard", MOVING)
def test_a_bench_without_interlocks_moves_nothing(rig, hazard):
    assert missing_interlocks(rig(), hazard) == "emergency stop and no take-over by a pilot"
    settings = 'settings = { device = "/dev/ttyUSB1", input = 0, test_output = 1 }\n'
    stop = f'[roles.estop]\nmake = "contact"\n{settings}'
    assert missing_interlocks(rig(RIG + stop), hazard) == "take-over by a pilot"
    assert missing_interlocks(rig(RIG + stop + stop.replace("estop", "takeover")), hazard) == ""


def test_what_moves_nothing_and_what_is_virtual_needs_none(rig):
    assert missing_interlocks(rig(), "powered") == ""
    assert missing_interlocks(load_rig(ROOT / "rigs" / "embedded.toml"), "free flight") == ""


def test_interlocks_are_proven_once_a_run_and_watched_in_every_case(rig, dog):
    made, stop = Guard(rig()), Interlock()
    made.prove({"estop": stop})
    made.prove({"estop": stop})
    assert stop.deeds == ["prove", "watch", "watch"]
    assert dog.deeds == ["alive", "alive"]
    made.close()
    made.close()
    assert dog.deeds[-1] == "bye"


def test_a_dead_interlock_stops_every_case(rig, dog):
    made = Guard(rig())
    for _ in range(2):
        with pytest.raises(RigError, match="it is dead"):
            made.prove({"takeover": Interlock(dead=True)})
    made.close()


def test_a_bench_is_one_runs_alone(rig, dog):
    first = Guard(rig())
    with pytest.raises(RigError, match="serial:/dev/ttyUSB0 is in use by a run on lab"):
        Guard(rig())
    first.close()
    Guard(rig()).close()


@pytest.mark.parametrize("left_out", [', "contained flight"', 'observer = "serial:/dev/ttyUSB1"'])
def test_where_nothing_moves_or_nothing_could_be_done_there_is_no_watchdog(rig, dog, left_out):
    made = Guard(rig(RIG.replace(left_out, "")))
    made.prove({})
    made.close()
    assert dog.deeds == []


def test_a_virtual_rig_needs_nothing_of_it(dog):
    made = Guard(load_rig(ROOT / "rigs" / "embedded.toml"))
    made.prove({"estop": Interlock(dead=True)})
    made.close()
    assert dog.deeds == []
