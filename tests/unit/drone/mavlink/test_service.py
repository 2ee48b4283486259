"""The whole service over its ports: trust, signing, replies, repeats, and hostile input."""

import itertools

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.drone.flight.state import Mode
from harness.drone.mavlink.commands import Outcome
from harness.drone.mavlink.config import MavlinkConfig
from harness.drone.mavlink.empty_part import EmptyPart
from harness.drone.mavlink.service import MavlinkService
from harness.link.virtual import VirtualCable
from harness.timing import run_for

ARM = mavlink.MAVLink_command_long_message(1, 1, mavlink.MAV_CMD_COMPONENT_ARM_DISARM, 0, 1, 0, 0, 0, 0, 0, 0)
BEAT = mavlink.MAVLink_heartbeat_message(mavlink.MAV_TYPE_GCS, 8, 0, 0, 4, 3)
ACCEPTED, UNSUPPORTED = mavlink.MAV_RESULT_ACCEPTED, mavlink.MAV_RESULT_UNSUPPORTED


def test_streams_run_at_their_default_rates(bench, usb):
    run_for(bench.world, 10.0)
    for name, rate in bench.config.rates.items():
        assert abs(len(usb.of(name)) - 10 * rate) <= 1, name


def test_nothing_is_packed_for_a_port_that_nobody_hears(bench, usb):
    run_for(bench.world, 5.0)
    assert bench.radio_channel._mavs == {}
    assert bench.trusted_channel._mavs[1].seq > 100


def test_a_trusted_port_obeys_unsigned_frames_and_a_radio_port_does_not(bench, usb, fakes):
    stranger = fakes.Ground(bench, bench.radio)
    stranger.tell(ARM)
    assert not bench.flight.armed
    assert bench.radio_channel.refused == {"unsigned": 1}
    usb.tell(ARM)
    assert bench.flight.armed


def test_a_radio_port_obeys_what_is_signed_and_signs_its_own(bench, radio):
    radio.tell(ARM)
    assert bench.flight.armed
    assert radio.of("COMMAND_ACK")[0].result == 0
    assert all(message.get_signed() for message in radio.came)
    assert not radio.codec.refused


def test_a_wrong_key_and_a_replay_are_refused(bench, radio, fakes):
    radio.tell(ARM)
    frame = radio.codec.encode(ARM)
    radio.cable.ground.send(frame)
    run_for(bench.world, 0.02)
    bench.flight.armed = False
    radio.cable.ground.send(frame)
    fakes.Ground(bench, bench.radio, key=bytes(32)).tell(ARM)
    assert not bench.flight.armed
    assert bench.radio_channel.refused == {"stale signature": 1, "wrong signature": 1}


def test_a_replay_after_a_reboot_is_refused(bench, radio, fakes):
    frame = radio.codec.encode(ARM)
    radio.cable.ground.send(frame)
    run_for(bench.world, 0.02)
    bench.service.stop()
    bench.flight.armed = False
    service = MavlinkService(bench.flight, bench.world, bench.world.schedule, bench.config, bench.memory)
    channel = service.add_port(bench.radio.air, fakes.KEY)
    bench.radio.ground.send(frame)
    run_for(bench.world, 0.02)
    assert not bench.flight.armed
    assert channel.refused == {"stale signature": 1}
    radio.tell(ARM)
    assert bench.flight.armed


def test_the_defect_of_accepting_unsigned_frames_is_real(fakes):
    bench = fakes.Bench(config=MavlinkConfig(accept_unsigned=True))
    fakes.Ground(bench, bench.radio).tell(ARM)
    assert bench.flight.armed


@pytest.mark.parametrize(("kind", "system", "heard"), [(6, 255, 1), (6, 254, 0), (2, 255, 0)])
def test_only_the_configured_ground_station_counts(bench, kind, system, heard, fakes):
    ground = fakes.Ground(bench, bench.trusted, system=system)
    ground.tell(mavlink.MAVLink_heartbeat_message(kind, 8, 0, 0, 4, 3))
    assert len(bench.flight.heard) == heard


def test_the_ground_station_can_be_another_one(bench, fakes):
    ground = fakes.Ground(bench, bench.trusted, system=7)
    ground.tell(mavlink.MAVLink_param_set_message(1, 1, b"MAV_GCS_SYSID", 7.0, 9))
    ground.tell(BEAT)
    assert len(bench.flight.heard) == 1


def test_what_is_meant_for_another_is_left_alone(bench, usb):
    usb.tell(mavlink.MAVLink_command_long_message(9, 1, 400, 0, 1, 0, 0, 0, 0, 0, 0))
    usb.tell(mavlink.MAVLink_command_long_message(1, 9, 400, 0, 1, 0, 0, 0, 0, 0, 0))
    assert not bench.flight.armed and not usb.of("COMMAND_ACK")


def test_a_refusal_says_why_on_every_port(bench, usb, radio):
    bench.flight.arm_refusal = "PreArm: battery below minimum arming voltage, charge it first"
    usb.tell(ARM)
    assert usb.of("COMMAND_ACK")[0].result == mavlink.MAV_RESULT_TEMPORARILY_REJECTED
    for ground in (usb, radio):
        assert "".join(text.text for text in ground.of("STATUSTEXT")) == bench.flight.arm_refusal


def test_command_int_is_obeyed_and_answered(bench, usb):
    usb.tell(mavlink.MAVLink_command_int_message(1, 1, 6, 400, 0, 0, 1, 0, 0, 0, 0, 0, 0))
    assert bench.flight.armed
    assert usb.of("COMMAND_ACK")[0].result == 0


def test_a_repeated_command_is_answered_again_and_done_once(bench, usb):
    bench.flight.mode, bench.flight.armed = Mode.GUIDED, True
    done = []
    bench.flight.takeoff = lambda height: done.append(height) or ("already flying" if len(done) > 1 else "")
    for confirmation in (0, 1, 2):
        usb.tell(mavlink.MAVLink_command_long_message(1, 1, 22, confirmation, 0, 0, 0, 0, 0, 0, 10))
    assert [ack.result for ack in usb.of("COMMAND_ACK")] == [0, 0, 0]
    assert done == [10]
    usb.tell(mavlink.MAVLink_command_long_message(1, 1, 22, 0, 0, 0, 0, 0, 0, 0, 10))
    assert usb.of("COMMAND_ACK")[-1].result == mavlink.MAV_RESULT_TEMPORARILY_REJECTED


@pytest.mark.parametrize(("later", "obeyed"), [(3.0, False), (14.0, False), (16.0, True)])
def test_a_repetition_long_after_is_a_new_command(bench, usb, later, obeyed):
    """A station that is answered by nobody asks on for seconds: bursts take several of its repetitions."""
    usb.tell(ARM)
    bench.flight.armed = False
    run_for(bench.world, later)
    ARM_AGAIN = mavlink.MAVLink_command_long_message(1, 1, 400, 1, 1, 0, 0, 0, 0, 0, 0)
    usb.tell(ARM_AGAIN)
    assert bench.flight.armed is obeyed


def test_set_mode_and_targets(bench, usb):
    usb.tell(mavlink.MAVLink_set_mode_message(1, 1, 4))
    assert bench.flight.mode is Mode.GUIDED
    usb.tell(mavlink.MAVLink_set_position_target_local_ned_message(0, 1, 1, 1, 0xDF8, 5, 6, -7, 0, 0, 0, 0, 0, 0, 0, 0))
    assert bench.flight.target == [5, 6, 7]
    usb.tell(
        mavlink.MAVLink_set_position_target_global_int_message(
            0, 1, 1, 6, 0xDF8, 356762000, 1396503000, 9, 0, 0, 0, 0, 0, 0, 0, 0
        )
    )
    assert bench.flight.target == pytest.approx([0, 0, 9], abs=1e-3)
    usb.tell(mavlink.MAVLink_set_mode_message(1, 1, 99))
    assert usb.of("STATUSTEXT")[-1].text == "no flight mode 99"


def test_parameters_are_listed_read_set_and_refused(bench, usb):
    usb.tell(mavlink.MAVLink_param_request_list_message(1, 1))
    assert len(usb.of("PARAM_VALUE")) == usb.of("PARAM_VALUE")[0].param_count
    usb.came.clear()
    usb.tell(mavlink.MAVLink_param_request_read_message(1, 1, b"FS_GCS_TIMEOUT", -1))
    usb.tell(mavlink.MAVLink_param_request_read_message(1, 1, b"", 0))
    usb.tell(mavlink.MAVLink_param_set_message(1, 1, b"FS_GCS_TIMEOUT", 500.0, 9))
    usb.tell(mavlink.MAVLink_param_set_message(1, 1, b"NO_SUCH", 1.0, 9))
    values = [(message.param_id, message.param_value) for message in usb.of("PARAM_VALUE")]
    assert values == [("FS_GCS_TIMEOUT", 3.0), ("SYSID_THISMAV", 1.0), ("FS_GCS_TIMEOUT", 3.0)]
    said = [text.text for text in usb.of("STATUSTEXT")]
    assert "outside 2 to 120" in "".join(said) and "NO_SUCH" in "".join(said)


def test_timesync_answers_with_its_own_clock_and_ignores_answers(bench, usb):
    run_for(bench.world, 2.0)
    usb.tell(mavlink.MAVLink_timesync_message(0, 1234))
    usb.tell(mavlink.MAVLink_timesync_message(99, 1234))
    (answer,) = usb.of("TIMESYNC")
    assert answer.ts1 == 1234
    assert answer.tc1 == pytest.approx(2.005e9, abs=1e3)


def test_a_change_of_mode_is_told_within_a_tenth_of_a_second(bench, usb):
    run_for(bench.world, 3.33)
    bench.flight.mode = Mode.LAND
    usb.came.clear()
    run_for(bench.world, 0.11)
    assert usb.of("HEARTBEAT")[0].custom_mode == 9


def test_a_closed_link_is_not_used_again_and_others_go_on(bench, usb, radio):
    bench.radio.ground.close()
    bench.service.channels[0]._wanted = lambda: True
    run_for(bench.world, 2.0)
    assert not bench.radio_channel.open
    assert len(usb.of("ATTITUDE")) > 15


def test_a_stopped_service_is_silent(bench, usb):
    run_for(bench.world, 1.0)
    bench.service.stop()
    run_for(bench.world, 0.1)
    usb.came.clear()
    usb.tell(ARM)
    run_for(bench.world, 5.0)
    assert usb.came == [] and not bench.flight.armed


def test_a_set_system_id_holds_after_the_reboot(bench, usb, fakes):
    usb.tell(mavlink.MAVLink_param_set_message(1, 1, b"SYSID_THISMAV", 42.0, 9))
    rebooted = fakes.Bench(memory=bench.memory)
    ground = fakes.Ground(rebooted, rebooted.trusted)
    run_for(rebooted.world, 1.1)
    assert {message.get_srcSystem() for message in ground.came} == {42}


def test_a_bad_key_is_refused(bench):
    cable = VirtualCable(bench.world, bench.world.schedule)
    with pytest.raises(ValueError, match="32 bytes"):
        bench.service.add_port(cable.air, b"short")


_HANDLED = (76, 75, 11, 84, 86, 20, 21, 23, 111, 0)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    orders=st.lists(st.tuples(st.sampled_from(_HANDLED), st.binary(max_size=60)), max_size=5),
    noise=st.binary(max_size=100),
)
def test_no_payload_of_a_handled_message_brings_the_service_down(fakes, orders, noise):
    bench = fakes.Bench(config=MavlinkConfig(check_crc=False))
    bench.trusted.ground.listen(lambda data: None)
    for number, payload in orders:
        head = bytes([0xFD, len(payload), 0, 0, 0, 255, 190]) + number.to_bytes(3, "little")
        bench.trusted.ground.send(head + payload + b"\0\0")
    bench.trusted.ground.send(noise)
    run_for(bench.world, 0.25)


_COMMANDS = (400, 22, 176, 20, 21, 178, 512, 511, 520, 31_000)
_ANY = st.floats(width=32)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(orders=st.lists(st.tuples(st.sampled_from(_COMMANDS), st.tuples(*[_ANY] * 7)), min_size=1, max_size=4))
def test_no_values_of_a_command_bring_the_service_down(fakes, orders):
    bench = fakes.Bench()
    usb = fakes.Ground(bench, bench.trusted)
    for number, values in orders:
        usb.tell(mavlink.MAVLink_command_long_message(1, 1, number, 0, *values))
    assert len(usb.of("COMMAND_ACK")) == len(orders)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    point=st.tuples(_ANY, _ANY, _ANY),
    mask=st.integers(0, 0xFFFF),
    yaw=_ANY,
    place=st.tuples(*[st.integers(-(2**31), 2**31 - 1)] * 2),
)
def test_no_position_target_brings_the_service_down(fakes, point, mask, yaw, place):
    bench = fakes.Bench()
    bench.flight.mode, bench.flight.armed = Mode.GUIDED, True
    usb = fakes.Ground(bench, bench.trusted)
    usb.tell(mavlink.MAVLink_set_position_target_local_ned_message(0, 1, 1, 1, mask, *point, 0, 0, 0, 0, 0, 0, yaw, 0))
    usb.tell(
        mavlink.MAVLink_set_position_target_global_int_message(
            0, 1, 1, 6, mask, *place, point[2], 0, 0, 0, 0, 0, 0, yaw, 0
        )
    )
    run_for(bench.world, 0.3)
    assert usb.of("LOCAL_POSITION_NED")


class Camera(EmptyPart):
    """A component beside the autopilot."""

    def __init__(self, component=100):
        super().__init__(component)
        self.shots, self.heard, self.stopped = [], [], 0
        self.handlers = {"PING": lambda channel, message: self.heard.append(message), "HEARTBEAT": self._hear}
        self.actions = {2000: self._shoot}
        self.reports = {
            "HEARTBEAT": lambda: mavlink.MAVLink_heartbeat_message(mavlink.MAV_TYPE_CAMERA, 8, 0, 0, 4, 3),
            "STORAGE_INFORMATION": lambda: mavlink.MAVLink_storage_information_message(*[0] * 9),
        }
        self.rates = {"HEARTBEAT": 1.0}

    def stop(self):
        self.stopped += 1

    def _hear(self, channel, message):
        self.heard.append(message)

    def _shoot(self, command):
        self.shots.append(command)
        return Outcome(send=("STORAGE_INFORMATION",))


@pytest.fixture
def camera(bench):
    camera = Camera()
    bench.service.add_part(camera)
    return camera


def order(component, number, *values):
    return mavlink.MAVLink_command_long_message(1, component, number, 0, *values, *[0] * (7 - len(values)))


def answers(ground):
    return [(ack.get_srcComponent(), ack.command, ack.result) for ack in ground.of("COMMAND_ACK")]


def test_a_component_has_its_own_heartbeat_and_sequence(bench, usb, camera):
    usb.came.clear()
    run_for(bench.world, 3.5)
    by_component = {1: [], 100: []}
    for message in usb.came:
        by_component[message.get_srcComponent()].append(message)
    assert {message.get_type() for message in by_component[100]} == {"HEARTBEAT"}
    assert {message.type for message in by_component[100]} == {mavlink.MAV_TYPE_CAMERA}
    for messages in by_component.values():
        numbers = [message.get_seq() for message in messages]
        assert len(numbers) > 2
        assert [b - a for a, b in itertools.pairwise(numbers)] == [1] * (len(numbers) - 1)


def test_a_command_goes_to_the_component_that_it_names(bench, usb, camera):
    usb.tell(order(100, 2000, 5))
    assert [(command.values[0], command.sender) for command in camera.shots] == [(5.0, (255, 190))]
    usb.tell(order(1, 2000))
    usb.tell(order(100, 400, 1))
    usb.tell(order(101, 2000))
    assert answers(usb) == [(100, 2000, ACCEPTED), (1, 2000, UNSUPPORTED), (100, 400, UNSUPPORTED)]
    assert [message.get_srcComponent() for message in usb.of("STORAGE_INFORMATION")] == [100]
    assert not bench.flight.armed


def test_a_command_to_nobody_in_particular_goes_to_who_can(bench, usb, camera):
    for number in (2000, 400, 31_000):
        usb.tell(order(0, number, 1))
    assert answers(usb) == [(100, 2000, ACCEPTED), (1, 400, ACCEPTED), (1, 31_000, UNSUPPORTED)]


def test_a_component_reports_by_request_and_at_a_rate(bench, usb, camera):
    usb.tell(order(100, mavlink.MAV_CMD_REQUEST_MESSAGE, 261))
    usb.tell(order(1, mavlink.MAV_CMD_REQUEST_MESSAGE, 261))
    assert answers(usb) == [(100, 512, ACCEPTED), (1, 512, mavlink.MAV_RESULT_DENIED)]
    usb.tell(order(100, mavlink.MAV_CMD_SET_MESSAGE_INTERVAL, 0, 100_000))
    usb.came.clear()
    run_for(bench.world, 2.0)
    beats = [message.get_srcComponent() for message in usb.of("HEARTBEAT")]
    assert (beats.count(1), beats.count(100)) == (2, 20)


def test_messages_go_to_the_component_that_they_name(bench, usb, camera):
    for component in (100, 0, 1, 7):
        usb.tell(mavlink.MAVLink_ping_message(0, 0, 1, component))
    usb.tell(BEAT)
    assert [message.get_type() for message in camera.heard] == ["PING", "PING", "HEARTBEAT"]


def test_a_part_may_come_before_the_ports_and_is_stopped_with_the_service(bench, camera, fakes):
    service = MavlinkService(bench.flight, bench.world, bench.world.schedule, bench.config, bench.memory)
    early = Camera(154)
    service.add_part(early)
    cable = VirtualCable(bench.world, bench.world.schedule)
    ground = fakes.Ground(bench, cable)
    service.add_port(cable.air)
    run_for(bench.world, 1.5)
    assert 154 in {message.get_srcComponent() for message in ground.of("HEARTBEAT")}
    service.stop()
    assert (early.stopped, camera.stopped) == (1, 0)


def test_two_makers_of_one_report_are_refused(bench, camera):
    with pytest.raises(ValueError, match="two reports HEARTBEAT"):
        bench.service.add_part(Camera())
