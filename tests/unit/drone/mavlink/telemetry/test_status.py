"""Mode, sensors, estimator, fence and version."""

from dataclasses import replace

import pytest
from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.drone.flight.state import Mode
from harness.drone.mavlink.telemetry.status import StatusTopic

GPS, RC = mavlink.MAV_SYS_STATUS_SENSOR_GPS, mavlink.MAV_SYS_STATUS_SENSOR_RC_RECEIVER
FENCE, PREARM = mavlink.MAV_SYS_STATUS_GEOFENCE, mavlink.MAV_SYS_STATUS_PREARM_CHECK
AHRS, BATTERY = mavlink.MAV_SYS_STATUS_AHRS, mavlink.MAV_SYS_STATUS_SENSOR_BATTERY


class Switches:
    fence = sticks = False


@pytest.fixture
def switches():
    return Switches()


@pytest.fixture
def flight(aircraft):
    return aircraft.flight


@pytest.fixture
def status(aircraft, panel, switches):
    topic = StatusTopic(aircraft, lambda: switches.fence, lambda: switches.sticks)
    return panel(topic, aircraft.clock)


def bits(status):
    message = status.message("SYS_STATUS")
    return [getattr(message, f"onboard_control_sensors_{which}") for which in ("present", "enabled", "health")]


def test_heartbeat_tells_mode_and_arming(status, flight):
    beat = status.message("HEARTBEAT")
    assert (beat.custom_mode, beat.type, beat.autopilot) == (4, mavlink.MAV_TYPE_QUADROTOR, 3)
    assert beat.base_mode & mavlink.MAV_MODE_FLAG_SAFETY_ARMED
    assert beat.base_mode & mavlink.MAV_MODE_FLAG_GUIDED_ENABLED
    assert beat.system_status == mavlink.MAV_STATE_ACTIVE
    flight.armed, flight.mode = False, Mode.STABILIZE
    beat = status.message("HEARTBEAT")
    assert not beat.base_mode & (mavlink.MAV_MODE_FLAG_SAFETY_ARMED | mavlink.MAV_MODE_FLAG_GUIDED_ENABLED)
    assert beat.system_status == mavlink.MAV_STATE_STANDBY


def test_a_failsafe_that_acts_is_critical(status, flight):
    flight.health = replace(flight.health, failsafes=("gcs",))
    assert status.message("HEARTBEAT").system_status == mavlink.MAV_STATE_CRITICAL


def test_the_prearm_bit_follows_the_arming_checks(status, flight):
    assert bits(status)[2] & PREARM
    flight.read_arming_problem = lambda: "not level"
    _, enabled, health = bits(status)
    assert enabled & PREARM and not health & PREARM


@pytest.mark.parametrize(
    ("change", "lost"),
    [
        ({"gnss": False}, GPS),
        ({"position": False}, AHRS),
        ({"fence_broken": True}, FENCE),
        ({"failsafes": ("battery",)}, BATTERY),
    ],
)
def test_sensor_bits_are_honest(status, flight, change, lost):
    assert bits(status)[2] & lost
    flight.health = replace(flight.health, **change)
    present, _, health = bits(status)
    assert present & lost and not health & lost


def test_fence_and_receiver_are_enabled_when_they_are(status, switches, flight):
    present, enabled, health = bits(status)
    assert present & FENCE and present & RC and not enabled & (FENCE | RC) and not health & RC
    switches.fence = switches.sticks = True
    _, enabled, health = bits(status)
    assert enabled & FENCE and enabled & RC and health & RC
    flight.health = replace(flight.health, failsafes=("rc",))
    assert not bits(status)[2] & RC


def test_the_battery_in_a_nutshell(status):
    message = status.message("SYS_STATUS")
    assert (message.voltage_battery, message.current_battery, message.battery_remaining) == (16_200, 1250, 97)


def test_the_estimator_says_whether_it_knows_the_place(status, flight):
    report = status.message("EKF_STATUS_REPORT")
    assert report.flags & mavlink.EKF_POS_HORIZ_ABS and not report.flags & mavlink.EKF_CONST_POS_MODE
    assert report.pos_horiz_variance == pytest.approx(0.1)
    flight.health = replace(flight.health, position=False, failsafes=("gnss",))
    flags = status.message("EKF_STATUS_REPORT").flags
    assert not flags & mavlink.EKF_POS_HORIZ_ABS
    assert flags & mavlink.EKF_CONST_POS_MODE and flags & mavlink.EKF_GPS_GLITCHING


def test_the_fence_counts_and_dates_its_breaches(status, flight):
    quiet = status.message("FENCE_STATUS")
    assert (quiet.breach_status, quiet.breach_count, quiet.breach_time) == (0, 0, 0)
    flight.health = replace(flight.health, fence_broken=True, breaches=2)
    status.message("FENCE_STATUS")
    flight.now += 5.0
    broken = status.message("FENCE_STATUS")
    assert (broken.breach_status, broken.breach_count, broken.breach_time) == (1, 2, 12_500)
    assert broken.breach_type == mavlink.FENCE_BREACH_BOUNDARY


def test_version_carries_the_firmware_hash(status, aircraft):
    version = status.message("AUTOPILOT_VERSION")
    assert bytes(version.flight_custom_version) == aircraft.config.firmware_hash[:8]
    assert version.flight_sw_version >> 8 == 0x010203
    assert version.uid == 77


def test_clock_and_ground(status, aircraft):
    assert status.message("SYSTEM_TIME").time_unix_usec == round((aircraft.config.epoch + 12.5) * 1e6)
    assert status.message("EXTENDED_SYS_STATE").landed_state == mavlink.MAV_LANDED_STATE_IN_AIR
