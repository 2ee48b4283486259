import math

import pytest

from harness.drone.flight import layout as own
from harness.drone.flight.config import FlightConfig
from harness.drone.flight.craft import Craft
from harness.drone.flight.flight import Flight
from harness.drone.flight.state import Landed, Mode, Severity
from harness.errors import UsageError
from harness.plant import layout as lay


@pytest.fixture
def craft():
    return Craft(FlightConfig(), 0)


def test_a_change_reaches_its_parameters_and_no_others(craft):
    before = craft.parameters.copy()
    craft.parameters[lay.FRICTION] = 0.3  # set by somebody else
    craft.configure({"thrust_scale": 0.5, "tilt_limit": 0.3})
    assert craft.parameters[lay.THRUST] == pytest.approx(0.5 * before[lay.THRUST])
    assert craft.parameters[own.TILT_TANGENT] == pytest.approx(math.tan(0.3))
    assert craft.parameters[lay.FRICTION] == 0.3
    craft.configure({"thrust_scale": 1.0, "tilt_limit": 0.785})
    craft.parameters[lay.FRICTION] = before[lay.FRICTION]
    assert (craft.parameters == before).all()


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"cruise_speed": 3.0, "wings": 2.0}, "no setting wings"),
        ({"cruise_speed": 3.0, "climb_speed": math.nan}, "climb_speed"),
        ({"cruise_speed": 3.0, "climb_speed": "fast"}, "type float"),
        ({"cruise_speed": 3.0, "climb_speed": True}, "type float"),
        ({"cruise_speed": 3.0, "fence": 1.0}, "type bool"),
        ({"cruise_speed": 3.0, "arming_checks": 1.5}, "type int"),
        ({"cruise_speed": 3.0, "fence_action": "shout"}, "fence_action must be one of"),
        ({"cruise_speed": 3.0, "home_latitude": 1.0}, "fixed at power-on"),
        ({"cruise_speed": 3.0, "battery_charge": 1.0}, "fixed at power-on"),
    ],
)
def test_all_changes_are_made_or_none(craft, changes, reason):
    before = craft.parameters.copy()
    with pytest.raises(UsageError, match=reason):
        craft.configure(changes)
    assert craft.config == FlightConfig() and craft.cruise == 5.0
    assert (craft.parameters == before).all()
    assert reason in Flight(FlightConfig(), 0).configure(**changes)


def test_a_new_cruise_speed_holds_at_once(hovering):
    flight = hovering()
    assert flight.configure(cruise_speed=2) == "" and flight.config.cruise_speed == 2.0
    assert flight._s[own.CRUISE] == 2.0
    flight.set_mode(Mode.RTL)
    assert flight._s[own.CRUISE] == 2.0


def test_comes_to_rest_armed_with_idle_motors_and_disarmed_without(craft):
    craft.start_motors()
    craft.lift_off()
    assert craft.flying and craft.landed is Landed.TAKEOFF and craft.state[own.DRIVE] == 2.0
    craft.come_to_rest()
    assert not craft.flying and craft.state[own.DRIVE] == 1.0 and craft.state[own.RESTING] == 1.0
    craft.stop_motors()
    assert craft.state[own.DRIVE] == 0.0 and not craft.armed


def test_messages_are_taken_once(craft):
    craft.now = 3.0
    craft.say(Severity.INFO, "hello")
    assert [(m.time, m.text) for m in craft.take_messages()] == [(3.0, "hello")]
    assert craft.take_messages() == []


def test_a_position_lasts_as_long_as_reckoning_or_a_glitch_may(craft):
    s = craft.state
    s[own.GPS_AGE], s[own.GPS_SILENT] = 2.9, 2.9
    assert craft.knows_position
    s[own.GPS_AGE], s[own.GPS_SILENT] = 3.1, 3.1
    assert not craft.knows_position
    s[own.GPS_SILENT] = 0.05
    assert craft.knows_position
    s[own.GPS_AGE] = 10.1
    assert not craft.knows_position
