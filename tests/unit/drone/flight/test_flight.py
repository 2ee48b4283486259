import hashlib
import math
import subprocess
import sys

import numpy as np
import pytest

from harness.drone.flight import layout as own
from harness.drone.flight.config import FlightConfig
from harness.drone.flight.flight import Flight
from harness.drone.flight.orders import SetPoint
from harness.drone.flight.state import Landed, Mode
from harness.errors import RigError
from harness.plant import layout as lay

STEP = 0.02


def fly_until(flight, condition, within):
    end = flight.now + within
    while not condition():
        assert flight.now < end, f"not within {within} s: {flight.mode.name}, {flight.read_truth()}"
        flight.advance(flight.now + STEP)
    return flight.now


def track(flight, seconds):
    """Rows of (time, north, east, up, tilt in degrees), every 20 ms."""
    rows, start = [], flight.now
    for n in range(1, round(seconds / STEP) + 1):
        flight.advance(start + n * STEP)
        m = flight.read_truth().motion
        tilt = math.degrees(math.acos(math.cos(m.roll) * math.cos(m.pitch)))
        rows.append((flight.now, m.north, m.east, m.up, tilt))
    return np.array(rows)


def ramp_wind(flight, speed, seconds=5.0):
    start = flight.now
    for n in range(1, 51):
        flight.set_wind(speed * n / 50, 0.0)
        flight.advance(start + seconds * n / 50)


def r95(rows, north=0.0, east=0.0):
    return np.percentile(np.hypot(rows[:, 1] - north, rows[:, 2] - east), 95)


def texts(flight):
    return [message.text for message in flight.take_messages()]


# --- time -----------------------------------------------------------------------------------------------------------


def test_advance_reaches_the_time_and_never_falls_short():
    flight = Flight(FlightConfig(), 0)
    for until in (0.1, 0.1 + 0.2, 0.3001, 1.0 / 3.0, 1.0):
        flight.advance(until)
        assert until <= flight.now < until + 0.0025 + 1e-9
    flight.advance(0.5)
    assert flight.now == 1.0


@pytest.mark.parametrize("until", [math.nan, math.inf])
def test_advance_refuses_a_time_that_never_comes(until):
    with pytest.raises(RigError, match="finite"):
        Flight(FlightConfig(), 0).advance(until)


def short_flight(steps):
    flight = Flight(FlightConfig(), 7)
    flight.advance(4.0)
    flight.set_mode(Mode.GUIDED)
    flight.arm()
    flight.takeoff(5.0)
    flight.set_wind(5.0, -3.0)
    flight.add_gust(start=6.0, duration=2.0, north=3.0, east=0.0)
    for n in range(1, steps + 1):
        flight.advance(4.0 + 8.0 * n / steps)
    return flight


def test_same_flight_however_the_time_is_cut():
    assert short_flight(1).read_truth() == short_flight(4).read_truth() == short_flight(160).read_truth()
    assert short_flight(1).read_estimate() == short_flight(640).read_estimate()


def test_same_seed_same_bits_in_another_process():
    code = (
        "import hashlib\nfrom harness.drone.flight.config import FlightConfig\n"
        "from harness.drone.flight.flight import Flight\nfrom harness.drone.flight.state import Mode\n"
        "f = Flight(FlightConfig(), 7)\nf.advance(4.0)\nf.set_mode(Mode.GUIDED)\nf.arm()\nf.takeoff(5.0)\n"
        "f.set_wind(5.0, -3.0)\nf.add_gust(start=6.0, duration=2.0, north=3.0, east=0.0)\nf.advance(12.0)\n"
        "print(hashlib.sha256(repr((f.read_truth(), f.read_estimate())).encode()).hexdigest())"
    )
    there = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()
    flight = short_flight(1)
    assert there == hashlib.sha256(repr((flight.read_truth(), flight.read_estimate())).encode()).hexdigest()


# --- arming and commands --------------------------------------------------------------------------------------------


def test_arms_in_guided_on_the_ground_and_says_so(ready):
    flight = ready()
    assert flight.arm() == "" and flight.armed
    assert texts(flight) == ["Arming motors"]
    flight.advance(6.0)
    assert 0.0 < flight.read_truth().motors[0] < 0.2 and flight.read_truth().on_ground
    assert flight.disarm() == "" and not flight.armed
    flight.advance(7.0)
    assert flight.read_truth().motors == (0, 0, 0, 0)


def test_refuses_to_arm_in_the_wrong_mode_and_before_it_has_settled():
    flight = Flight(FlightConfig(), 0)
    assert flight.mode is Mode.STABILIZE and flight.landed is Landed.ON_GROUND
    assert flight.arm() == "Arm: mode STABILIZE needs a pilot's sticks"
    flight.set_mode(Mode.GUIDED)
    assert flight.arm() == "Arm: estimator not settled"
    flight.advance(3.0)
    assert flight.arm() == "" and flight.armed
    for mode in (Mode.RTL, Mode.LAND):
        other = Flight(FlightConfig(), 0)
        other.set_mode(mode)
        assert f"mode {mode.name} is not armable" in other.arm()


def test_refuses_to_arm_with_a_low_battery(ready):
    assert ready(battery_charge=0.15).arm() == "Arm: battery low"


def test_refuses_to_arm_when_not_level():
    flight = Flight(FlightConfig(), 0)
    flight._s[lay.QUAT], flight._s[lay.QUAT + 1] = math.cos(0.5), math.sin(0.5)  # lies on its side
    flight.advance(4.0)
    flight.set_mode(Mode.GUIDED)
    assert flight.arm() == "Arm: not level"


def test_refuses_to_disarm_or_arm_in_the_air_unless_forced(hovering):
    flight = hovering()
    assert flight.disarm() == "Disarm: not on the ground" and flight.armed
    assert flight.disarm(force=True) == "" and not flight.armed
    assert flight.arm() == "Arm: not on the ground"
    fly_until(flight, lambda: flight.landed is Landed.ON_GROUND, within=10.0)
    truth = flight.read_truth()
    assert truth.on_ground and 5.0 < truth.contact_down < 15.0


def test_takeoff_says_why_not(ready):
    flight = ready()
    assert flight.takeoff(10.0) == "Takeoff: not armed"
    flight.arm()
    for height in (0.0, -5.0, 1e9, math.nan):
        assert "height" in flight.takeoff(height)
    flight.set_mode(Mode.LAND)
    assert "not GUIDED" in flight.takeoff(10.0)


def test_goto_and_speed_say_why_not(ready, hovering):
    assert ready().steer(SetPoint(place=(1.0, 2.0, 10.0))) == "Target: not flying"
    flight = hovering()
    assert flight.takeoff(10.0) == "Takeoff: already flying"
    assert "farther" in flight.steer(SetPoint(place=(math.nan, 0.0, 10.0)))
    assert "farther" in flight.steer(SetPoint(place=(1e5, 0.0, 10.0)))
    assert "height" in flight.steer(SetPoint(place=(0.0, 0.0, math.nan)))
    assert "yaw" in flight.steer(SetPoint(place=(0.0, 0.0, 10.0), yaw=math.inf))
    for speed in (0.0, -1.0, 100.0, math.nan):
        assert "Speed" in flight.set_speed(speed)
    assert flight.set_mode(Mode.STABILIZE) == "Mode: STABILIZE needs a pilot's sticks"
    flight.set_mode(Mode.LAND)
    assert "not GUIDED" in flight.steer(SetPoint(place=(0.0, 0.0, 10.0)))


def test_takes_off_and_holds_its_height(ready):
    flight = ready()
    flight.arm()
    flight.takeoff(10.0)
    assert flight.landed is Landed.TAKEOFF
    fly_until(flight, lambda: flight.landed is Landed.IN_AIR, within=10.0)
    rows = track(flight, 15.0)
    assert r95(rows[250:]) < 0.6
    assert np.abs(rows[250:, 3] - 10.0).max() < 0.4


def test_goes_to_a_point_with_its_speed_and_heading(hovering):
    flight = hovering()
    flight.set_speed(3.0)
    assert flight.steer(SetPoint(place=(20.0, -10.0, 14.0), yaw=1.2)) == ""
    speeds = []
    for _ in range(25 * 20):
        flight.advance(flight.now + 0.05)
        m = flight.read_truth().motion
        speeds.append(math.hypot(m.v_north, m.v_east))
    assert 2.8 < max(speeds) < 3.4
    assert np.abs(np.diff(speeds)).max() / 0.05 < 5.0
    assert math.hypot(m.north - 20.0, m.east + 10.0) < 1.0
    assert m.up == pytest.approx(14.0, abs=0.5)
    assert m.yaw == pytest.approx(1.2, abs=0.06)


# --- wind -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", [1, 2, 3, 4, 5])
def test_healthy_drone_holds_in_strong_wind_and_a_gust(hovering, seed):
    flight = hovering(seed)
    ramp_wind(flight, 12.0)
    flight.advance(flight.now + 10.0)
    rows = track(flight, 20.0)
    assert r95(rows) < 1.0
    assert np.percentile(np.abs(rows[:, 3] - 10.0), 95) < 0.5
    start = flight.now + 1.0
    flight.add_gust(start=start, duration=3.0, north=4.0, east=0.0)
    gust = track(flight, 12.0)
    away = np.hypot(gust[:, 1], gust[:, 2])
    assert away.max() < 2.0
    assert not (away[gust[:, 0] > start + 6.0] > 1.0).any()
    assert gust[:, 4].max() < 40.0


def test_tilt_against_wind_is_that_of_the_drag_balance(hovering):
    flight = hovering()
    ramp_wind(flight, 12.0)
    flight.advance(flight.now + 15.0)
    tilt = math.radians(track(flight, 10.0)[:, 4].mean())
    body, rotor, inflow, weight = (0.026, 0.040), 1.3e-4, 2.5e-4, 2.2 * 9.80665
    coefficient = 2.2 * weight / (4 * 820.0**2)

    def residual(tilt):
        """Force along the body's fore-and-aft axis, with the rotor speed that carries the rest."""
        along, through = 12.0 * math.cos(tilt), 12.0 * math.sin(tilt)
        lift = weight * math.cos(tilt) + 12.0 * body[1] * through
        speed = 500.0
        for _ in range(50):
            speed = math.sqrt((lift / 4 + inflow * speed * through) / coefficient)
        return 12.0 * body[0] * along + 4 * rotor * speed * along - weight * math.sin(tilt)

    low, high = 0.0, 1.0
    for _ in range(60):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if residual(middle) > 0 else (low, middle)
    assert math.degrees(tilt) == pytest.approx(math.degrees(low), abs=0.2)


def test_wind_truth_is_the_wind_and_its_sign_is_where_it_blows_to(hovering):
    flight = hovering(integrator=False)
    flight.set_wind(8.0, 0.0, 0.5)
    truth = flight.read_truth()
    assert (truth.wind_north, truth.wind_east, truth.wind_up) == (8.0, 0.0, 0.5)
    flight.advance(flight.now + 10.0)
    assert flight.read_truth().motion.north > 0.5
    flight.add_gust(start=flight.now, duration=4.0, north=0.0, east=3.0)
    flight.advance(flight.now + 2.0)
    assert flight.read_truth().wind_east == pytest.approx(3.0)


@pytest.mark.parametrize("wind", [(math.nan, 0.0), (0.0, math.inf), (1e6, 0.0)])
def test_impossible_wind_is_the_rigs_fault(wind):
    with pytest.raises(RigError, match="wind"):
        Flight(FlightConfig(), 0).set_wind(*wind)


@pytest.mark.parametrize(
    ("settings", "least"),
    [
        ({"position_gain": 0.5, "integrator": False}, 8.0),
        ({"position_gain": 0.05}, 20.0),
        ({"integrator": False}, 2.5),
        ({"thrust_scale": 0.62}, 30.0),
        ({"thrust_scale": 0.3}, 0.0),
        ({"tilt_limit": math.radians(5.0)}, 100.0),
        ({"tilt_limit": math.radians(15.0)}, 30.0),
    ],
    ids=lambda value: str(value),
)
def test_each_defect_fails_to_hold_and_stays_a_number(hovering, settings, least):
    flight = hovering(**settings)
    ramp_wind(flight, 12.0)
    flight.advance(flight.now + 15.0)
    rows = track(flight, 10.0)
    assert r95(rows) >= least
    assert np.isfinite(rows).all() and np.isfinite(flight._s).all()


# --- modes and failsafes --------------------------------------------------------------------------------------------


def test_returns_lands_at_home_and_disarms(hovering):
    flight = hovering()
    flight.steer(SetPoint(place=(30.0, 20.0, 10.0)))
    flight.advance(40.0)
    assert flight.set_mode(Mode.RTL) == ""
    heights = []
    fly_until(flight, lambda: heights.append(flight.read_truth().motion.up) or not flight.armed, within=90.0)
    truth = flight.read_truth()
    assert math.hypot(truth.motion.north, truth.motion.east) < 1.0
    assert max(heights) == pytest.approx(15.0, abs=0.7)
    assert truth.on_ground and truth.contact_down < 1.0 and math.degrees(truth.contact_tilt) < 5.0
    assert flight.landed is Landed.ON_GROUND and flight.mode is Mode.RTL
    assert texts(flight) == ["Disarming motors"]


def test_return_stays_higher_when_it_is_higher(hovering):
    flight = hovering(height=25.0)
    flight.advance(25.0)
    flight.steer(SetPoint(place=(15.0, 0.0, 25.0)))
    flight.advance(35.0)
    flight.set_mode(Mode.RTL)
    fly_until(flight, lambda: abs(flight.read_truth().motion.north) < 3.0, within=20.0)
    assert flight.read_truth().motion.up == pytest.approx(25.0, abs=1.0)


def test_lands_where_it_is_in_wind_and_disarms(hovering):
    flight = hovering()
    flight.steer(SetPoint(place=(10.0, 0.0, 10.0)))
    ramp_wind(flight, 8.0)
    flight.advance(40.0)
    flight.set_mode(Mode.LAND)
    fly_until(flight, lambda: flight.landed is Landed.LANDING, within=1.0)
    fly_until(flight, lambda: not flight.armed, within=30.0)
    truth = flight.read_truth()
    assert truth.on_ground and math.hypot(truth.motion.north - 10.0, truth.motion.east) < 1.0


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_strong_wind_does_not_drag_the_landing_drone_away(hovering, seed):
    flight = hovering(seed)
    ramp_wind(flight, 12.0)
    flight.advance(35.0)
    flight.set_mode(Mode.RTL)
    fly_until(flight, lambda: not flight.armed, within=60.0)
    truth = flight.read_truth()
    assert truth.on_ground and math.hypot(truth.motion.north, truth.motion.east) < 1.0
    assert truth.contact_down < 0.7 and truth.contact_lateral < 0.5


def test_a_landing_broken_off_on_the_ground_can_take_off_again(hovering):
    flight = hovering()
    flight.set_mode(Mode.LAND)
    fly_until(flight, lambda: flight.read_truth().motors[0] < 0.1, within=30.0)
    assert flight.armed
    flight.set_mode(Mode.GUIDED)
    assert flight.landed is Landed.ON_GROUND
    assert flight.takeoff(5.0) == ""
    fly_until(flight, lambda: flight.landed is Landed.IN_AIR, within=10.0)
    assert flight.read_truth().motion.up > 4.0


def test_can_take_off_again_after_landing(hovering):
    flight = hovering()
    flight.set_mode(Mode.LAND)
    fly_until(flight, lambda: not flight.armed, within=30.0)
    flight.advance(flight.now + 2.0)
    assert flight.set_mode(Mode.GUIDED) == ""
    assert flight.arm() == ""
    assert flight.takeoff(5.0) == ""
    fly_until(flight, lambda: flight.landed is Landed.IN_AIR, within=10.0)
    assert flight.read_truth().motion.up > 4.0


@pytest.mark.parametrize(("action", "mode"), [("rtl", Mode.RTL), ("land", Mode.LAND)])
@pytest.mark.parametrize("timeout", [3.0, 7.5])
def test_lost_ground_station_brings_the_action_at_its_time(hovering, action, mode, timeout):
    flight = hovering(link_loss_action=action, link_loss_timeout=timeout)
    for _ in range(10):
        flight.advance(flight.now + 1.0)
        flight.ground_station_heard()
    silent = flight.now
    changed = fly_until(flight, lambda: flight.mode is not Mode.GUIDED, within=20.0)
    assert timeout < changed - silent <= timeout + 0.021
    assert flight.mode is mode
    assert texts(flight) == [f"Ground station lost: {mode.name}"]
    flight.ground_station_heard()
    flight.advance(flight.now + 1.0)
    assert texts(flight) == ["Ground station regained"]
    assert flight.mode is mode


def test_link_loss_without_an_action_or_with_a_slow_one_changes_nothing_in_time(hovering):
    for settings in ({"link_loss_action": "none"}, {"link_loss_timeout": 30.0}):
        flight = hovering(**settings)
        flight.ground_station_heard()
        flight.advance(flight.now + 20.0)
        assert flight.mode is Mode.GUIDED
        assert texts(flight) == (["Ground station lost: no action"] if "link_loss_action" in settings else [])


def test_silence_counts_only_after_a_first_heartbeat_and_only_in_the_air(hovering, ready):
    flight = hovering()
    flight.advance(flight.now + 10.0)
    assert flight.mode is Mode.GUIDED
    grounded = ready()
    grounded.arm()
    grounded.ground_station_heard()
    grounded.advance(20.0)
    assert grounded.mode is Mode.GUIDED and grounded.armed


def test_silence_while_landing_leaves_the_landing(hovering):
    flight = hovering()
    flight.ground_station_heard()
    flight.set_mode(Mode.LAND)
    flight.advance(flight.now + 4.0)
    assert flight.mode is Mode.LAND
    assert texts(flight) == ["Ground station lost: LAND goes on"]


def test_empty_battery_lands_the_drone(hovering):
    flight = hovering(battery_wh=20.0, battery_charge=0.3, battery_critical=0.2)
    assert flight.mode is Mode.GUIDED
    fly_until(flight, lambda: flight.mode is Mode.LAND, within=120.0)
    assert texts(flight) == ["Battery critical: LAND"]
    assert flight.read_battery().remaining == pytest.approx(0.2, abs=0.001)
    fly_until(flight, lambda: not flight.armed, within=60.0)
    assert flight.read_truth().on_ground


def test_tumbling_drone_stops_its_motors(hovering):
    flight = hovering(height=40.0)
    flight.advance(40.0)
    start = flight.now
    flight._p[own.RATE_P] *= -1.0  # every correction now acts the wrong way
    stopped = fly_until(flight, lambda: not flight.armed, within=10.0)
    assert stopped - start > 0.5
    assert texts(flight) == ["Crash: disarming", "Disarming motors"]


def test_battery_drains_and_sags_in_flight(hovering):
    flight = hovering()
    before = flight.read_battery()
    flight.advance(flight.now + 60.0)
    after = flight.read_battery()
    assert after.remaining < before.remaining and after.used_wh > before.used_wh + 2.0
    assert 22.0 < after.voltage < 25.2 and 5.0 < after.current < 25.0
