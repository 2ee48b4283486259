import pytest

from harness.drone.flight.config import FlightConfig
from harness.drone.flight.flight import Flight
from harness.drone.flight.state import Load, Mode
from harness.errors import RigError, UsageError

HEAVY = Load(mass=2.4, centre=(0.02, -0.01, 0.0), gnss_noise=2.0, motor_thrust=(0.9, 1.0, 1.0, 1.0))


@pytest.fixture
def flight():
    return Flight(FlightConfig(), seed=1)


def lift(flight):
    flight.advance(flight.now + 5.0)
    assert flight.set_mode(Mode.GUIDED) == "" and flight.arm() == "" and flight.takeoff(5.0) == ""
    flight.advance(flight.now + 10.0)


def test_the_scales_show_what_was_fitted(flight):
    assert flight.hangar.read_load() == Load(mass=2.2)
    flight.hangar.refit(HEAVY)
    found = flight.hangar.read_load()
    assert (found.mass, found.gnss_noise) == (pytest.approx(2.4), 2.0)
    assert found.centre == pytest.approx(HEAVY.centre)
    assert found.motor_thrust == pytest.approx(HEAVY.motor_thrust)


def test_a_second_fitting_takes_the_place_of_the_first(flight):
    flight.hangar.refit(HEAVY)
    flight.hangar.refit(Load(mass=2.3))
    found = flight.hangar.read_load()
    assert found.mass == pytest.approx(2.3)
    assert (found.centre, found.gnss_noise, found.motor_thrust) == ((0.0, 0.0, 0.0), 1.0, (1.0,) * 4)


def test_the_autopilot_is_not_told(flight):
    flight.hangar.refit(HEAVY)
    assert flight.config.mass == 2.2
    lift(flight)
    assert flight.read_truth().motors[0] > flight.read_truth().motors[1]


def test_what_cannot_be_is_refused(flight):
    with pytest.raises(RigError, match=r"weighs 2\.2 kg empty: it cannot be brought to 2 kg"):
        flight.hangar.refit(Load(mass=2.0))
    with pytest.raises(UsageError, match="centre"):
        flight.hangar.refit(Load(mass=2.2, centre=(9.0, 0.0, 0.0)))
    assert flight.hangar.read_load() == Load(mass=2.2)


def test_nobody_lays_hands_on_a_flying_drone(flight):
    lift(flight)
    for work in (lambda: flight.hangar.refit(HEAVY), flight.hangar.swap_pack):
        with pytest.raises(RigError, match="keeps off until it is parked"):
            work()


def test_a_fresh_pack_is_full(flight):
    lift(flight)
    flight.set_mode(Mode.LAND)
    flight.advance(flight.now + 40.0)
    assert not flight.armed and flight.read_battery().remaining < 0.99
    flight.hangar.swap_pack()
    battery = flight.read_battery()
    assert (battery.remaining, battery.used_wh) == (1.0, 0.0)


def test_packs_are_flown_in_turn():
    flight = Flight(FlightConfig(pack_resistance=(1.0, 1.0, 14.0)), seed=1)
    sags = []
    for _ in range(4):
        flight.advance(flight.now + 1.0)
        full = flight.read_battery()
        sags.append((25.2 - full.voltage) / full.current)
        flight.hangar.swap_pack()
    assert sags[2] > 8 * sags[0] and sags[3] == pytest.approx(sags[0], rel=0.05)


def test_a_motor_gets_hot_after_its_time_in_one_flight():
    flight = Flight(FlightConfig(motor_endurance=8.0, hot_thrust=0.9), seed=1)
    lift(flight)
    assert flight.hangar.read_load().motor_thrust[0] == pytest.approx(0.9)
    cool = Flight(FlightConfig(motor_endurance=12.0, hot_thrust=0.9), seed=1)
    lift(cool)
    assert cool.hangar.read_load().motor_thrust[0] == 1.0
