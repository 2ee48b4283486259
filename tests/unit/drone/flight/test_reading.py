import math

import numpy as np
import pytest

from harness.drone.flight import layout as own
from harness.drone.flight.config import FlightConfig
from harness.drone.flight.reading import (
    read_battery,
    read_health,
    read_motion,
    read_motor_currents,
    read_satellites,
    read_tilt,
    read_truth,
)
from harness.drone.flight.settings import make_arrays
from harness.plant import layout as lay
from harness.plant.dynamics import electric


@pytest.fixture
def arrays():
    return make_arrays(FlightConfig(), 0)


def attitude(roll, pitch, yaw):
    cr, sr, cp, sp, cy, sy = (f(angle / 2) for angle in (roll, pitch, yaw) for f in (math.cos, math.sin))
    return (
        cr * cp * cy + sr * sp * sy,
        sr * cp * cy - cr * sp * sy,
        cr * sp * cy + sr * cp * sy,
        cr * cp * sy - sr * sp * cy,
    )


@pytest.mark.parametrize("angles", [(0.3, -0.2, 2.0), (-1.0, 0.5, -3.0), (0.0, 0.0, 0.0)])
def test_motion_is_up_and_in_euler_angles(arrays, angles):
    s = arrays.state
    s[0:6] = 1.0, 2.0, -3.0, 4.0, 5.0, -6.0
    s[lay.QUAT : lay.QUAT + 4] = attitude(*angles)
    m = read_motion(s, 0, 9.0)
    assert (m.time, m.north, m.east, m.up, m.v_north, m.v_east, m.v_up) == (9.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0)
    assert (m.roll, m.pitch, m.yaw) == pytest.approx(angles)


def test_tilt_is_the_angle_of_roll_and_pitch_together(arrays):
    s = arrays.state
    s[own.ESTIMATE + lay.QUAT : own.ESTIMATE + lay.QUAT + 4] = attitude(0.3, 0.4, 1.0)
    assert math.cos(read_tilt(s)) == pytest.approx(math.cos(0.3) * math.cos(0.4))


def test_estimate_and_truth_are_different_places(arrays):
    s = arrays.state
    s[lay.POS], s[own.ESTIMATE + lay.POS] = 5.0, 7.0
    assert read_truth(s, 0.0).motion.north == 5.0
    assert read_motion(s, own.ESTIMATE, 0.0).north == 7.0


def test_truth_has_the_wind_where_it_blows_to_and_plain_numbers(arrays):
    s = arrays.state
    s[lay.AIR : lay.AIR + 3] = 1.0, 2.0, -3.0
    truth = read_truth(s, 0.0)
    assert (truth.wind_north, truth.wind_east, truth.wind_up) == (1.0, 2.0, 3.0)
    assert truth.on_ground is True
    assert not any(isinstance(value, np.generic) for value in (*truth, *truth.motion))


def test_battery_counts_down_to_nothing_and_not_below(arrays):
    s, p, _ = arrays
    assert read_battery(s, p).remaining == 1.0
    s[lay.CHARGE], s[lay.ENERGY] = 0.25 * p[lay.CAPACITY], 3600.0
    battery = read_battery(s, p)
    assert (battery.remaining, battery.used_wh) == pytest.approx((0.75, 1.0))
    s[lay.CHARGE] = 2.0 * p[lay.CAPACITY]
    assert read_battery(s, p).remaining == 0.0


def test_the_motors_and_the_avionics_draw_the_packs_current(arrays):
    s, p, _ = arrays
    s[lay.ROTOR : lay.ROTOR + 4] = 500.0, 520.0, 480.0, 510.0
    s[lay.VOLTAGE], s[lay.CURRENT] = electric(s, p)
    currents = read_motor_currents(s, p)
    assert sum(currents) + p[lay.AVIONICS] / s[lay.VOLTAGE] == pytest.approx(s[lay.CURRENT])
    assert currents[1] == max(currents) and currents[2] == min(currents)


def test_satellites_are_up_and_gone_after_a_second_of_silence(arrays):
    s = arrays.state
    s[lay.GPS_POS : lay.GPS_POS + 6] = 1.0, 2.0, -3.0, 4.0, 5.0, -6.0
    heard = read_satellites(s)
    assert (heard.place, heard.velocity, heard.fix) == ((1.0, 2.0, 3.0), (4.0, 5.0, 6.0), 3)
    s[own.GPS_SILENT] = 1.1
    lost = read_satellites(s)
    assert (lost.place, lost.fix, lost.count) == (heard.place, 1, 0)


def test_health_is_plain_numbers(arrays):
    s, p, _ = arrays
    s[own.INNOVATION], s[own.WIND], s[own.WIND + 1] = 0.7, 3.0, -4.0
    health = read_health(s, p, True)
    assert (health.innovation, health.wind, health.gnss, health.position) == (0.7, (3.0, -4.0), True, True)
    parts = (*vars(health).values(), *health.motors, *health.wind, *health.motor_currents)
    assert not any(isinstance(value, np.generic) for value in parts)
