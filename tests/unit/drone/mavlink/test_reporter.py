"""The drone's state as messages: units, signs, and values that do not fit."""

import math
from dataclasses import replace

import pytest
from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.drone.flight.state import Mode
from harness.drone.mavlink.config import DEFAULT_RATES, MavlinkConfig
from harness.drone.mavlink.geodesy import Home
from harness.drone.mavlink.reporter import Reporter
from harness.drone.mavlink.reports import Reports

HOME = Home(latitude=35.0, longitude=139.0, altitude=40.0)


class Panel:
    """One component's reports by their names."""

    def __init__(self, part, clock):
        self.reports = Reports(clock)
        self.reports.add(part.component, part.reports)
        self.forget = self.reports.forget

    def message(self, name):
        return self.reports.message((1, name))

    def name_of(self, number):
        return self.reports.name_of(1, number)


HASH = bytes.fromhex("9f31aa0102030405") + bytes(24)


@pytest.fixture
def flight(fakes):
    flight = fakes.FakeFlight()
    flight.now = 12.5
    flight.position = [10.0, -20.0, 30.0]
    flight.yaw = -math.pi / 2
    flight.armed, flight.mode = True, Mode.GUIDED
    return flight


@pytest.fixture
def reporter(flight):
    class Clock:
        def now(self):
            return flight.now

    config = MavlinkConfig(firmware_version=(1, 2, 3), firmware_hash=HASH, serial=77)
    return Panel(Reporter(flight, Clock(), config, HOME), Clock())


def test_every_streamed_message_can_be_built_and_packed(reporter):
    for name in [*DEFAULT_RATES, "AUTOPILOT_VERSION"]:
        message = reporter.message(name)
        assert message.get_type() == name
        assert reporter.name_of(message.get_msgId()) == name
        message.pack(mavlink.MAVLink(None, 1, 1))
    assert reporter.name_of(99_999) is None


def test_heartbeat_tells_mode_and_arming(reporter, flight):
    beat = reporter.message("HEARTBEAT")
    assert (beat.custom_mode, beat.type, beat.autopilot) == (4, mavlink.MAV_TYPE_QUADROTOR, 3)
    assert beat.base_mode & mavlink.MAV_MODE_FLAG_SAFETY_ARMED
    assert beat.system_status == mavlink.MAV_STATE_ACTIVE
    flight.armed = False
    assert reporter.message("HEARTBEAT") is beat
    reporter.forget()
    assert not reporter.message("HEARTBEAT").base_mode & mavlink.MAV_MODE_FLAG_SAFETY_ARMED


def test_a_message_is_built_once_at_a_time(reporter, flight):
    first = reporter.message("ATTITUDE")
    assert reporter.message("ATTITUDE") is first
    flight.now += 0.1
    assert reporter.message("ATTITUDE") is not first


def test_positions_and_signs(reporter):
    ned = reporter.message("LOCAL_POSITION_NED")
    assert (ned.x, ned.y, ned.z, ned.time_boot_ms) == (10.0, -20.0, -30.0, 12_500)
    world = reporter.message("GLOBAL_POSITION_INT")
    assert (world.alt, world.relative_alt, world.hdg) == (70_000, 30_000, 27_000)
    assert world.lat == pytest.approx(350_000_000 + 10 / 0.0111318845, abs=2)
    assert world.lon < 1_390_000_000
    assert reporter.message("GPS_RAW_INT").lat == world.lat


def test_battery_outputs_and_clock(reporter):
    status, battery = reporter.message("SYS_STATUS"), reporter.message("BATTERY_STATUS")
    assert (status.voltage_battery, status.current_battery, status.battery_remaining) == (16_200, 1250, 97)
    assert (battery.voltages[0], battery.energy_consumed) == (16_200, 108)
    servo = reporter.message("SERVO_OUTPUT_RAW")
    assert [servo.servo1_raw, servo.servo4_raw, servo.servo5_raw] == [1500, 1500, 0]
    assert reporter.message("VFR_HUD").throttle == 50
    assert reporter.message("SYSTEM_TIME").time_unix_usec == round((MavlinkConfig().epoch + 12.5) * 1e6)


def test_the_prearm_bit_follows_the_arming_checks(reporter, flight):
    prearm = mavlink.MAV_SYS_STATUS_PREARM_CHECK
    assert reporter.message("SYS_STATUS").onboard_control_sensors_health & prearm
    flight.read_arming_problem = lambda: "not level"
    reporter.forget()
    status = reporter.message("SYS_STATUS")
    assert not status.onboard_control_sensors_health & prearm
    assert status.onboard_control_sensors_enabled & prearm


def test_version_carries_the_firmware_hash(reporter):
    version = reporter.message("AUTOPILOT_VERSION")
    assert bytes(version.flight_custom_version) == HASH[:8]
    assert version.flight_sw_version >> 8 == 0x010203
    assert version.uid == 77


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, 1e12])
def test_a_lost_estimate_is_still_packed(reporter, flight, value):
    motion = replace(
        flight.read_estimate(), north=value, up=value, v_north=value, yaw=0.0 if math.isinf(value) else value
    )
    flight.read_estimate = lambda: motion
    for name in DEFAULT_RATES:
        reporter.message(name).pack(mavlink.MAVLink(None, 1, 1))
