import math

import numpy as np
import pytest

from harness.drone.flight import layout as own
from harness.drone.flight.config import FlightConfig
from harness.drone.flight.control import control
from harness.drone.flight.settings import make_arrays
from harness.plant import layout as lay


@pytest.fixture
def flying():
    s, p, _ = make_arrays(FlightConfig(), 0)
    s[own.DRIVE], s[own.RESTING] = 2.0, 0.0
    return s, p


def motors(s, p, frames=1):
    for _ in range(frames):
        control(s, p)
    return s[lay.MOTOR : lay.MOTOR + 4].copy()


def thrust(s, p):
    return p[own.MOTOR_THRUST] * (motors(s, p) ** 2) * (s[own.VOLTAGE_SMOOTH] / p[lay.FULL_VOLTAGE]) ** 2


def test_hover_takes_the_weight_evenly(flying):
    s, p = flying
    assert thrust(s, p) == pytest.approx([p[lay.MASS] * p[lay.GRAVITY] / 4] * 4)


def test_a_sagging_battery_is_made_up_for(flying):
    s, p = flying
    fresh = motors(s, p)[0]
    s[lay.VOLTAGE] = 0.9 * p[lay.FULL_VOLTAGE]
    assert motors(s, p, frames=4000)[0] == pytest.approx(fresh / 0.9, rel=1e-3)


@pytest.mark.parametrize(
    ("axis", "stronger"),
    [(0, (1, 3)), (1, (0, 3))],
    ids=["target north: rear motors", "target east: motors left of it"],
)
def test_a_target_tilts_the_aircraft_towards_it(flying, axis, stronger):
    s, p = flying
    s[own.SET_POS + axis] = 2.0
    output = motors(s, p)
    weaker = [n for n in range(4) if n not in stronger]
    expected = stronger if axis == 0 else (1, 2)
    others = weaker if axis == 0 else (0, 3)
    assert min(output[list(expected)]) > max(output[list(others)])


def test_idle_and_stopped_ignore_the_set_point(flying):
    s, p = flying
    s[own.SET_POS + 2] = -50.0
    s[own.DRIVE] = 1.0
    assert motors(s, p).tolist() == [p[own.IDLE]] * 4
    s[own.DRIVE] = 0.0
    assert motors(s, p).tolist() == [0.0] * 4
    assert s[own.SET_POS + 2] == 0.0


def test_commanded_tilt_never_passes_its_limit(flying):
    s, p = flying
    s[own.SET_POS : own.SET_POS + 2] = 300.0, -300.0
    s[own.STEADY_ACC] = 9.0
    control(s, p)
    north, east, down = s[own.PULL : own.PULL + 3]
    assert math.atan2(math.hypot(north, east), -down) <= FlightConfig().tilt_limit + 1e-9


def test_attitude_goes_before_lift_when_the_motors_saturate(flying):
    s, p = flying
    s[own.SET_POS + 2] = -100.0  # asks for all the lift there is
    s[own.ESTIMATE + lay.RATE] = s[own.RATE_SMOOTH] = -3.0  # while it rolls to the left
    output = motors(s, p)
    full = p[lay.INERTIA] * p[own.RATE_P] * 3.0
    sides = p[lay.ROTOR_Y : lay.ROTOR_Y + 4]
    got = -(sides @ (p[own.MOTOR_THRUST] * output**2))
    assert got == pytest.approx(full, rel=0.15)
    assert (output <= 1.0).all() and output.max() > 0.99


def test_integral_takes_over_a_steady_error_and_stops_at_saturation(flying):
    s, p = flying
    s[own.SET_POS] = 0.5
    motors(s, p, frames=200)
    assert s[own.STEADY_ACC] > 0.05
    s[own.SET_POS] = 1e3
    motors(s, p, frames=4000)
    held = float(s[own.STEADY_ACC])
    motors(s, p, frames=4000)
    assert s[own.STEADY_ACC] == held < p[own.STEADY_LIMIT]


def test_all_outputs_stay_in_range_whatever_the_estimate_says():
    rng = np.random.default_rng(1)
    for _ in range(300):
        s, p, _ = make_arrays(FlightConfig(), 0)
        s[own.DRIVE] = 2.0
        s[own.ESTIMATE : own.ESTIMATE + 6] = rng.normal(size=6) * 100
        q = rng.normal(size=4)
        s[own.ESTIMATE + lay.QUAT : own.ESTIMATE + lay.QUAT + 4] = q / np.linalg.norm(q)
        s[own.ESTIMATE + lay.RATE : own.ESTIMATE + lay.RATE + 3] = rng.normal(size=3) * 20
        output = motors(s, p, frames=3)
        assert ((output >= 0.0) & (output <= 1.0)).all()


def test_near_touch_down_steering_adds_no_lift(flying):
    s, p = flying
    s[own.SET_POS + 2] = 5.0  # far too high, so little lift
    s[own.ESTIMATE + lay.RATE] = s[own.RATE_SMOOTH] = -3.0
    free = thrust(s, p).sum()
    s[own.TOUCHING_DOWN] = 1.0
    assert thrust(s, p).sum() == pytest.approx(s[own.LIFT], rel=0.05)
    assert free > 1.3 * s[own.LIFT]


def test_a_lean_is_told_about_the_heading_and_held_to_the_limit(flying):
    s, p = flying
    s[own.COURSE], s[own.SET_YAW], s[own.LEAN] = 2.0, math.pi / 2, 0.3
    s[own.SET_POS : own.SET_POS + 2] = 300.0, -300.0  # of no concern
    control(s, p)
    north, east, down = s[own.PULL : own.PULL + 3]
    assert (north, east) == pytest.approx((0.0, -down * math.tan(0.3)))
    s[own.LEAN] = s[own.LEAN + 1] = 1.2
    control(s, p)
    north, east, down = s[own.PULL : own.PULL + 3]
    assert math.atan2(math.hypot(north, east), -down) == pytest.approx(FlightConfig().tilt_limit)


@pytest.mark.parametrize(("throttle", "share"), [(0.5, 1.0), (0.25, 0.5), (0.0, 0.2)])
def test_the_throttle_gives_the_lift(flying, throttle, share):
    s, p = flying
    s[own.COURSE_UP], s[own.THROTTLE], s[own.SET_POS + 2] = 2.0, throttle, -50.0
    assert thrust(s, p).sum() == pytest.approx(share * p[lay.MASS] * p[lay.GRAVITY], rel=0.03)


def test_full_throttle_leaves_something_to_steer_with(flying):
    s, p = flying
    s[own.COURSE_UP], s[own.THROTTLE] = 2.0, 1.0
    assert thrust(s, p).sum() == pytest.approx(0.9 * 4 * p[own.MOTOR_THRUST], rel=0.01)


def test_the_autopilot_does_not_feel_a_load_that_it_was_not_told_of():
    s, p, _ = make_arrays(FlightConfig(added_mass=0.5), 0)
    s[own.DRIVE] = 2.0
    assert thrust(s, p).sum() == pytest.approx(2.2 * p[lay.GRAVITY], rel=1e-6)
    assert p[lay.MASS] == pytest.approx(2.7)
