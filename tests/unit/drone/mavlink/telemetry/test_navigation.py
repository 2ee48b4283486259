"""Satellites, home and the target."""

import pytest

from harness.drone.flight.orders import Satellites, SetPoint
from harness.drone.flight.state import Mode
from harness.drone.mavlink.telemetry.navigation import NavigationTopic


class Wish:
    target = None


@pytest.fixture
def wish():
    return Wish()


@pytest.fixture
def navigation(aircraft, panel, wish):
    return panel(NavigationTopic(aircraft, lambda: wish.target), aircraft.clock)


def test_satellites(navigation, aircraft):
    aircraft.flight.read_satellites = lambda: Satellites(
        fix=3, count=11, hdop=0.8, place=(0.0, 0.0, 25.0), velocity=(0.0, -3.0, 1.0)
    )
    raw = navigation.message("GPS_RAW_INT")
    assert (raw.fix_type, raw.satellites_visible, raw.eph, raw.vel, raw.cog) == (3, 11, 80, 300, 27_000)
    assert (raw.lat, raw.lon, raw.alt) == (350_000_000, 1_390_000_000, 65_000)


def test_without_a_fix_speed_and_precision_are_unknown(navigation, aircraft):
    aircraft.flight.read_satellites = lambda: Satellites(fix=1, count=2)
    raw = navigation.message("GPS_RAW_INT")
    assert (raw.fix_type, raw.satellites_visible, raw.eph, raw.vel, raw.cog) == (1, 2, 65_535, 65_535, 65_535)


def test_home_and_origin(navigation):
    for name in ("HOME_POSITION", "GPS_GLOBAL_ORIGIN"):
        message = navigation.message(name)
        assert (message.latitude, message.longitude, message.altitude) == (350_000_000, 1_390_000_000, 40_000)
        assert message.time_usec == 12_500_000


def test_a_target_is_told_in_both_frames(navigation, wish):
    wish.target = SetPoint(place=(40.0, -60.0, 20.0), yaw=0.5)
    local, world = navigation.message("POSITION_TARGET_LOCAL_NED"), navigation.message("POSITION_TARGET_GLOBAL_INT")
    assert (local.x, local.y, local.z, local.yaw, local.type_mask) == (40.0, -60.0, -20.0, 0.5, 0x9F8)
    assert (world.alt, world.type_mask) == (60.0, 0x9F8)
    assert world.lat_int > 350_000_000 and world.lon_int < 1_390_000_000
    output = navigation.message("NAV_CONTROLLER_OUTPUT")
    assert (output.wp_dist, output.target_bearing, output.alt_error) == (50, -53, -10.0)


def test_a_velocity_is_told_without_a_place(navigation, wish):
    wish.target = SetPoint(velocity=(1.0, 2.0, 3.0), yaw_rate=0.1)
    local = navigation.message("POSITION_TARGET_LOCAL_NED")
    assert (local.vx, local.vy, local.vz, local.type_mask) == (1.0, 2.0, -3.0, 0x5C7)


def test_without_a_target_everything_is_ignored(navigation, wish, aircraft):
    assert navigation.message("POSITION_TARGET_LOCAL_NED").type_mask == 0xDFF
    wish.target = SetPoint(place=(40.0, -60.0, 20.0))
    aircraft.flight.mode = Mode.LAND
    assert navigation.message("POSITION_TARGET_LOCAL_NED").type_mask == 0xDFF
    assert navigation.message("NAV_CONTROLLER_OUTPUT").wp_dist == 0


def test_a_return_flies_home(navigation, aircraft):
    aircraft.flight.mode = Mode.RTL
    output = navigation.message("NAV_CONTROLLER_OUTPUT")
    assert (output.wp_dist, output.target_bearing) == (22, 117)
