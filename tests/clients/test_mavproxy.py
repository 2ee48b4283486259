"""MAVProxy flies the served drone: parameters, mission, take-off, AUTO, RTL, over a trusted and a signed port."""

import re

import pytest
from pymavlink import mavwp

GUIDED, AUTO, RTL = 4, 3, 6
MODE_TAKEN = r"DO_SET_MODE: ACCEPTED"
PASSPHRASE = "correct-horse-battery"


@pytest.fixture
def signed(serve, tmp_path):
    """A drone served as a radio port, with the passphrase in a file."""
    key = tmp_path / "passphrase"
    key.write_text(PASSPHRASE + "\n")
    key.chmod(0o600)
    return serve("--speedup", "10", "--signing-key", str(key))


@pytest.fixture
def meet(watch, mavproxy):
    """A witness, and MAVProxy, at the same drone."""
    return lambda place: (watch(place), mavproxy(place))


def items(path):
    """What a mission file orders: command, frame, place of each item but home."""
    loader = mavwp.MAVWPLoader()
    loader.load(str(path))
    flown = [loader.item(number) for number in range(1, loader.count())]
    return [(item.command, item.frame, round(item.x, 6), round(item.y, 6), round(item.z, 2)) for item in flown]


def get_ready(station):
    """Connected, parameters fetched, one of them set."""
    station.wait(r"online system 1\b")
    fetched = station.wait(r"Received (\d+) parameters")
    assert int(fetched[1]) >= 5
    # a machine that stalls for seconds is not what this test is about
    station.say("param set FS_GCS_TIMEOUT 120")
    station.until("param show FS_GCS_TIMEOUT", r"FS_GCS_TIMEOUT\s+120\b")
    # in cm; less time for the way home
    station.say("param set RTL_ALT 600")
    station.until("param show RTL_ALT", r"RTL_ALT\s+600\b")


def take_off(station, watcher, await_that):
    station.until("mode GUIDED", MODE_TAKEN)
    station.until("arm throttle", r"(?m)^(\S+> )*ARMED")
    station.until("takeoff 5", r"NAV_TAKEOFF: ACCEPTED")
    await_that(lambda: watcher.heights[-1] > 4.0, "a height of 4 m")


def come_home(station, watcher, await_that):
    station.until("mode RTL", MODE_TAKEN)
    station.wait(r"(?m)^(\S+> )*DISARMED")
    await_that(lambda: watcher.armed is False, "disarmed")
    assert abs(watcher.heights[-1]) < 0.5
    assert abs(watcher.north[-1]) < 1.0


@pytest.mark.parametrize("speedup", [1, 10])
def test_it_flies_a_mission(serve, meet, await_that, mission, speedup):
    sim = serve("--speedup", str(speedup))
    watcher, station = meet(sim.place)
    get_ready(station)
    station.until(f"wp load {mission}", r"MISSION_ACK: TYPE_MISSION: ACCEPTED")
    back = mission.with_name("back.waypoints")
    station.until(f"wp save {back}", r"Saved \d+ waypoints")
    assert items(back) == items(mission)

    take_off(station, watcher, await_that)
    station.until("mode AUTO", MODE_TAKEN)
    await_that(lambda: watcher.north[-1] > 5.0, "the waypoint 6 m north")
    come_home(station, watcher, await_that)
    assert watcher.modes[-3:] == [GUIDED, AUTO, RTL]
    assert 4.0 < max(watcher.heights) < 8.0
    assert max(watcher.north) < 8.0
    err = sim.end()
    assert len(re.findall(r" connected$", err, re.MULTILINE)) == 2


def test_it_flies_over_a_signed_port(signed, meet, await_that, tmp_path):
    keys = tmp_path / ".mavproxy" / "signing.keys"
    keys.parent.mkdir()
    keys.write_text(f"{signed.place} {PASSPHRASE}\n")
    watcher, station = meet(signed.place)
    get_ready(station)
    take_off(station, watcher, await_that)
    come_home(station, watcher, await_that)


def test_a_signed_port_does_not_obey_it_without_the_key(signed, meet, await_that):
    watcher, station = meet(signed.place)
    station.wait(r"online system 1\b")
    for _ in range(3):
        station.say("mode GUIDED")
        station.say("arm throttle")
        # three seconds of flight, in which a drone that obeys would have done so
        await_that(watcher.hears_more(30, "ATTITUDE"), "three seconds more")
    assert (watcher.armed, len(watcher.modes)) == (False, 1)
    assert watcher.kinds["COMMAND_ACK"] == 0
    assert "ARMED" not in station.console
