import math

import numpy as np
import pytest

from harness.drone.flight import layout as own
from harness.drone.flight.config import FlightConfig
from harness.drone.flight.estimator import _hear_gps, wrap
from harness.drone.flight.flight import Flight
from harness.drone.flight.orders import SetPoint
from harness.drone.flight.settings import make_arrays
from harness.plant import layout as lay


@pytest.mark.parametrize("angle", [0.0, 3.0, -3.0, 4.0, -9.0, 100.0])
def test_wrap_keeps_the_direction_and_stays_within_a_half_turn(angle):
    assert -math.pi <= wrap(angle) <= math.pi
    assert math.cos(wrap(angle)) == pytest.approx(math.cos(angle))
    assert math.sin(wrap(angle)) == pytest.approx(math.sin(angle))


def test_settles_on_the_ground_within_three_seconds():
    for seed in range(5):
        flight = Flight(FlightConfig(), seed)
        flight.advance(3.0)
        s = flight._s
        assert np.abs(s[own.GYRO_BIAS : own.GYRO_BIAS + 3] - s[lay.GYRO_BIAS : lay.GYRO_BIAS + 3]).max() < 1e-3
        m = flight.read_estimate()
        assert abs(m.roll) < 0.01 and abs(m.pitch) < 0.01
        assert m.yaw == pytest.approx(s[lay.HEADING_BIAS], abs=0.01)
        assert math.hypot(m.north, m.east) < 0.3 and s[own.INNOVATION] < 0.5


def test_finds_its_heading_whatever_it_is():
    s, p, rng = make_arrays(FlightConfig(), 0)
    from harness.drone.flight.frames import run_frames

    s[lay.QUAT], s[lay.QUAT + 3] = math.cos(1.4), math.sin(1.4)
    run_frames(s, p, rng, 1600)
    off = s[own.ESTIMATE + lay.QUAT : own.ESTIMATE + lay.QUAT + 4] @ s[lay.QUAT : lay.QUAT + 4]
    assert abs(off) > math.cos(0.02)


def test_estimate_stays_with_the_truth_in_flight_and_wind(hovering):
    flight = hovering(3)
    flight.set_wind(10.0, -5.0)
    flight.steer(SetPoint(place=(30.0, 0.0, 12.0), yaw=2.0))
    apart, tilt = [], []
    for _ in range(400):
        flight.advance(flight.now + 0.05)
        e, t = flight.read_estimate(), flight.read_truth().motion
        apart.append((math.hypot(e.north - t.north, e.east - t.east), abs(e.up - t.up), abs(e.v_north - t.v_north)))
        tilt.append(max(abs(e.roll - t.roll), abs(e.pitch - t.pitch), abs(wrap(e.yaw - t.yaw))))
    assert np.max(apart, axis=0) == pytest.approx([0, 0, 0], abs=0.7)
    assert max(tilt) < math.radians(4)


def test_blind_drone_drifts_so_the_satellites_do_matter(hovering):
    flight = hovering(3, position_loss_action="none")
    assert flight.configure(gnss=False) == ""
    flight.advance(flight.now + 60.0)
    t = flight.read_truth().motion
    assert math.hypot(t.north, t.east) > 3.0


@pytest.mark.parametrize("wind", [(6.0, 0.0), (-4.0, 9.0), (0.0, -12.0)])
def test_finds_the_wind_while_it_hovers_and_while_it_flies(hovering, wind):
    flight = hovering(2)
    flight.set_wind(*wind)
    flight.advance(flight.now + 15.0)
    assert flight.read_health().wind == pytest.approx(wind, abs=1.0)
    flight.steer(SetPoint(place=(60.0, 0.0, 10.0)))
    flight.advance(flight.now + 6.0)
    assert flight.read_health().wind == pytest.approx(wind, abs=1.5)
    assert Flight(FlightConfig(), 2).read_health().wind == (0.0, 0.0)


def test_drag_keeps_the_reckoned_speed_from_running_away(hovering):
    flight = hovering(5, position_loss_action="none")
    flight.set_wind(5.0, 0.0)
    flight.advance(flight.now + 15.0)
    flight.configure(gnss=False)
    off = []
    for _ in range(60):
        flight.advance(flight.now + 0.5)
        e, t = flight.read_estimate(), flight.read_truth().motion
        off.append(math.hypot(e.v_north - t.v_north, e.v_east - t.v_east))
    assert max(off) < 2.0


def glitched(position, velocity, age, resting=0.0):
    """Distance that the estimate moves for one GNSS sample that is so far off."""
    s, p, _ = make_arrays(FlightConfig(), 0)
    e = s[own.ESTIMATE : own.ESTIMATE + own.ESTIMATE_SIZE]
    s[own.GPS_AGE], s[own.GPS_SILENT], s[own.RESTING] = age, 0.1, resting
    s[lay.GPS_POS], s[lay.GPS_VEL] = position, velocity
    _hear_gps(s, p, e)
    assert s[own.GPS_SILENT] == 0.0 and s[own.INNOVATION] == pytest.approx(0.1 * position)
    assert (s[own.GPS_AGE] == 0.0) is (e[lay.POS] > 0.0)
    return e[lay.POS]


def test_the_gate_opens_with_the_time_without_belief():
    assert glitched(4.9, 0.0, 0.1) == pytest.approx(0.49)
    assert glitched(5.1, 0.0, 0.1) == 0.0
    assert glitched(1.0, 3.2, 0.1) == 0.0
    assert glitched(9.0, 0.0, 10.0) == pytest.approx(9.0)  # begins anew
    assert glitched(11.0, 0.0, 10.0) == 0.0
    assert glitched(50.0, 0.0, 0.1, resting=1.0) == pytest.approx(5.0)


def test_the_first_sample_after_a_gap_is_too_old():
    s, p, _ = make_arrays(FlightConfig(), 0)
    s[own.RESTING], s[own.GPS_SILENT], s[own.GPS_AGE], s[lay.GPS_POS] = 0.0, 0.5, 0.5, 2.0
    _hear_gps(s, p, s[own.ESTIMATE : own.ESTIMATE + own.ESTIMATE_SIZE])
    assert s[own.ESTIMATE] == 0.0 and s[own.GPS_SILENT] == 0.0 and s[own.GPS_AGE] == 0.5
