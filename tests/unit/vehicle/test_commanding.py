"""Commands: lost frames, lost answers, refusals and reasons."""

import pytest
from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.errors import VehicleError, VehicleTimeout
from harness.link.impair import Blackout
from harness.vehicle.commanding import command_name

ARM = mavlink.MAV_CMD_COMPONENT_ARM_DISARM


def _lose(bench, stages, pieces_with, count):
    """Loses the first `count` pieces for which `pieces_with` holds."""
    lost = []

    def stage(data, forward):
        if pieces_with(data) and len(lost) < count:
            lost.append(data)
        else:
            forward(data)

    stages.append(stage)
    return lost


def _has(number):
    return lambda data: data[7:10] == number.to_bytes(3, "little")


def test_an_accepted_command_returns_its_result(bench):
    assert bench.ready().send_command(ARM, 1) == mavlink.MAV_RESULT_ACCEPTED


@pytest.mark.parametrize("count", [1, 3])
def test_a_lost_command_is_sent_again(bench, count):
    vehicle = bench.ready()
    lost = _lose(bench, bench.radio.up, _has(mavlink.MAVLINK_MSG_ID_COMMAND_LONG), count)
    vehicle.send_command(ARM, 1)
    assert len(lost) == count and bench.flight.armed


def test_a_lost_answer_is_asked_for_again_and_the_command_done_once(bench):
    vehicle = bench.ready()
    vehicle.set_mode("GUIDED")
    vehicle.arm()
    lost = _lose(bench, bench.radio.down, _has(mavlink.MAVLINK_MSG_ID_COMMAND_ACK), 2)
    vehicle.takeoff(10)  # done twice, it would be refused: already flying
    assert len(lost) == 2


def test_no_answer_is_a_timeout_after_exactly_the_deadline(bench):
    vehicle = bench.ready()
    cut = Blackout()
    bench.radio.down.append(cut)
    cut.cut()
    start = bench.world.now()
    with pytest.raises(VehicleTimeout, match="MAV_CMD_COMPONENT_ARM_DISARM"):
        vehicle.send_command(ARM, 1, within=2.5)
    assert bench.world.now() - start == pytest.approx(2.5)


def test_a_refusal_carries_the_vehicles_own_reason_and_changes_nothing(bench):
    vehicle = bench.ready()
    bench.flight.arm_refusal = "PreArm: battery below minimum arming voltage, charge it first"
    with pytest.raises(VehicleError, match=r"TEMPORARILY_REJECTED: PreArm: battery below .* charge it first"):
        vehicle.arm()
    assert not bench.flight.armed


def test_a_reason_that_comes_late_or_never(bench):
    vehicle = bench.ready()
    _lose(bench, bench.radio.down, _has(mavlink.MAVLINK_MSG_ID_STATUSTEXT), 99)
    with pytest.raises(VehicleError, match="it gave no reason"):
        vehicle.send_command(ARM, 7)


def test_an_unsupported_command_is_named(bench):
    with pytest.raises(VehicleError, match="MAV_CMD_DO_PARACHUTE: MAV_RESULT_UNSUPPORTED"):
        bench.ready().send_command(mavlink.MAV_CMD_DO_PARACHUTE)


def test_in_progress_is_not_an_answer(bench, fakes):
    vehicle = bench.ready()
    channel = bench.radio_channel

    def slow(command):
        channel.send([mavlink.MAVLink_command_ack_message(command.number, mavlink.MAV_RESULT_IN_PROGRESS)])
        return fast(command)

    actions = bench.service._desk._actions[1]
    fast, actions[ARM] = actions[ARM], slow
    assert vehicle.send_command(ARM, 1) == mavlink.MAV_RESULT_ACCEPTED


def test_an_answer_to_another_ground_station_is_not_ours(bench):
    vehicle = bench.ready()
    foreign = mavlink.MAVLink_command_ack_message(ARM, mavlink.MAV_RESULT_FAILED, 0, 0, 250, 190)
    bench.world.schedule.at(bench.world.now(), lambda: bench.radio_channel.send([foreign]))
    assert vehicle.send_command(ARM, 1) == mavlink.MAV_RESULT_ACCEPTED


def test_a_command_is_left_alone_after_its_answer(bench):
    vehicle = bench.ready()
    vehicle.send_command(ARM, 1)
    received = bench.radio_channel.received
    vehicle.telemetry.wait_message("GPS_RAW_INT", 1)
    assert bench.radio_channel.received - received <= 1  # a heartbeat at most


def test_names():
    assert command_name(400) == "MAV_CMD_COMPONENT_ARM_DISARM"
    assert command_name(64_999) == "command 64999"
