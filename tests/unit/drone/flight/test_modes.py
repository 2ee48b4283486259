import math

import pytest

from harness.drone.flight.orders import MissionItem, SetPoint, Sticks
from harness.drone.flight.state import Landed, Mode


def test_modes_have_arducopters_numbers():
    assert {mode.name: int(mode) for mode in Mode} == {
        "STABILIZE": 0, "ALT_HOLD": 2, "AUTO": 3, "GUIDED": 4, "LOITER": 5, "RTL": 6, "LAND": 9, "BRAKE": 17,
    }  # fmt: skip


def test_the_present_mode_may_always_be_asked_for(hovering):
    flight = hovering()
    assert flight.steer(SetPoint(place=(20.0, 0.0, 10.0))) == "" == flight.set_mode(Mode.GUIDED)
    flight.advance(flight.now + 10.0)
    assert flight.read_truth().motion.north > 15.0  # it went on


def way_after(flight, stop):
    """Metres flown after `stop` was asked for at 10 m/s."""
    flight.set_speed(10.0)
    flight.steer(SetPoint(place=(200.0, 0.0, 10.0)))
    flight.advance(flight.now + 8.0)
    start = flight.read_truth().motion.north
    assert stop(flight) == ""
    flight.advance(flight.now + 15.0)
    assert math.hypot(flight.read_truth().motion.v_north, flight.read_truth().motion.v_east) < 0.4
    return flight.read_truth().motion.north - start


def test_brake_stops_sooner_than_a_pause(hovering):
    brake = way_after(hovering(), lambda flight: flight.set_mode(Mode.BRAKE))
    pause = way_after(hovering(), lambda flight: flight.pause(held=True))
    assert 10.0 < brake < 0.75 * pause


def test_every_mode_can_follow_every_other_in_flight(hovering):
    flight = hovering(height=20.0)
    flight.advance(flight.now + 5.0)
    flight.load_mission([MissionItem(command=17, place=(5.0, 5.0, 20.0))])
    wanted = [mode for mode in Mode if mode is not Mode.LAND]
    for before in wanted:
        for after in wanted:
            for mode in (before, after):
                flight.move_sticks(Sticks())
                assert flight.set_mode(mode) == "" and flight.mode is mode
                flight.advance(flight.now + 0.9)
    m = flight.read_truth().motion
    assert flight.armed and flight.landed is Landed.IN_AIR and m.up > 10.0 and math.hypot(m.north, m.east) < 30.0


@pytest.mark.parametrize("mode", [Mode.AUTO, Mode.LOITER, Mode.RTL, Mode.BRAKE])
def test_what_needs_a_position_is_refused_without_one(hovering, mode):
    flight = hovering(position_loss_action="none")
    flight.load_mission([MissionItem(command=17)])
    flight.configure(gnss=False)
    for _ in range(8):
        flight.move_sticks(Sticks())
        flight.advance(flight.now + 0.5)
    assert flight.mode is Mode.GUIDED
    assert flight.set_mode(mode) == f"Mode: {mode.name} needs a position"
    assert flight.set_mode(Mode.ALT_HOLD) == "" == flight.set_mode(Mode.LAND)
