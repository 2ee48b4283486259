"""Home, fence switch, reboot, capabilities, calibration."""

import math

import pytest
from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.timing import run_for

ACCEPTED, REJECTED, DENIED = 0, 1, 2


@pytest.fixture
def result(usb):
    def result(number, *values):
        usb.tell(mavlink.MAVLink_command_long_message(1, 1, number, 0, *values, *[0] * (7 - len(values))))
        return usb.of("COMMAND_ACK")[-1].result

    return result


def test_what_is_asked_for_is_told(result, usb):
    usb.tell(mavlink.MAVLink_heartbeat_message(6, 8, 0, 0, 4, 3))
    usb.came.clear()
    assert result(mavlink.MAV_CMD_REQUEST_AUTOPILOT_CAPABILITIES, 1) == ACCEPTED
    assert result(mavlink.MAV_CMD_GET_HOME_POSITION) == ACCEPTED
    assert len(usb.of("AUTOPILOT_VERSION")) == len(usb.of("HOME_POSITION")) == 1


@pytest.mark.parametrize("number", [mavlink.MAV_CMD_DO_SET_HOME, mavlink.MAV_CMD_PREFLIGHT_CALIBRATION])
def test_what_cannot_be_done_is_denied_with_a_reason(result, usb, number):
    assert result(number, 1) == DENIED
    assert usb.of("STATUSTEXT")


def test_the_fence_is_switched_and_its_parameter_follows(result, usb, bench):
    fence = mavlink.MAV_CMD_DO_FENCE_ENABLE
    assert result(fence, 1) == ACCEPTED and bench.flight.config.fence is True
    assert [(value.param_id, value.param_value) for value in usb.of("PARAM_VALUE")] == [("FENCE_ENABLE", 1.0)]
    assert result(fence, 0) == ACCEPTED and bench.flight.config.fence is False
    assert result(fence, 2) == result(fence, math.nan) == DENIED


def test_a_reboot_comes_after_its_answer_and_on_the_ground_only(result, bench):
    reboot, done = mavlink.MAV_CMD_PREFLIGHT_REBOOT_SHUTDOWN, []
    assert result(reboot, 1) == DENIED
    bench.service.on_reboot(lambda: done.append(bench.world.now()))
    assert result(reboot, 2) == result(reboot, math.nan) == DENIED
    bench.flight.armed = True
    assert result(reboot, 1) == REJECTED
    bench.flight.armed = False
    assert result(reboot, 1) == ACCEPTED and not done
    run_for(bench.world, 1.0)
    assert len(done) == 1


def test_a_reboot_is_forgotten_when_power_goes_first(result, bench):
    done = []
    bench.service.on_reboot(lambda: done.append(1))
    result(mavlink.MAV_CMD_PREFLIGHT_REBOOT_SHUTDOWN, 1)
    bench.service.stop()
    run_for(bench.world, 1.0)
    assert not done


def test_capabilities_of_parts_are_told(result, usb, bench):
    bench.service.add_capabilities(mavlink.MAV_PROTOCOL_CAPABILITY_MISSION_INT)
    result(mavlink.MAV_CMD_REQUEST_AUTOPILOT_CAPABILITIES, 1)
    bits = usb.of("AUTOPILOT_VERSION")[0].capabilities
    assert bits & mavlink.MAV_PROTOCOL_CAPABILITY_MISSION_INT and bits & mavlink.MAV_PROTOCOL_CAPABILITY_MAVLINK2
    assert not bits & mavlink.MAV_PROTOCOL_CAPABILITY_FTP
