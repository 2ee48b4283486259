import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.targets.bench.hearing import SILENT_AFTER, Hearing


class Clock:
    time = 10.0

    def now(self):
        return self.time


@pytest.fixture
def heard():
    clock = Clock()
    return Hearing(clock), clock


def frame(message, system=1):
    return message.pack(mavlink.MAVLink(None, system, 1))


def beat(armed=False, autopilot=mavlink.MAV_AUTOPILOT_PX4):
    mode = mavlink.MAV_MODE_FLAG_SAFETY_ARMED if armed else 0
    return frame(mavlink.MAVLink_heartbeat_message(2, autopilot, mode, 0, 4, 3))


def test_bytes_pass_and_an_autopilot_is_known_by_its_heartbeat(heard):
    hearing, clock = heard
    passed = []
    hearing(beat(armed=True) + b"noise", passed.append)
    assert passed == [beat(armed=True) + b"noise"]
    assert (hearing.beats, hearing.armed, hearing.heard, hearing.system) == (1, True, 10.0, (1, 1))
    assert hearing.fresh
    clock.time += SILENT_AFTER + 0.1
    assert not hearing.fresh


def test_attitude_landing_and_outputs_are_kept(heard):
    hearing, _ = heard
    messages = (
        mavlink.MAVLink_attitude_message(0, 0.1, -0.2, 1.5, 1.0, 2.0, 3.0),
        mavlink.MAVLink_extended_sys_state_message(0, mavlink.MAV_LANDED_STATE_IN_AIR),
        mavlink.MAVLink_servo_output_raw_message(0, 0, 1000, 1500, 2000, 1250, 0, 0, 0, 0),
    )
    assert hearing.on_ground is None
    for message in messages:
        hearing(frame(message), lambda data: None)
    assert (hearing.attitude.time, hearing.attitude.rates) == (10.0, (1.0, 2.0, 3.0))
    assert math.isclose(hearing.attitude.roll, 0.1, rel_tol=1e-6)
    assert (hearing.on_ground, hearing.outputs) == (False, (0.0, 0.5, 1.0, 0.25))
    hearing.forget()
    assert (hearing.on_ground, hearing.outputs, hearing.attitude, hearing.count) == (None, (), None, 0)


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", "nothing is heard there: power the article"),
        (b"login: " * 20, "no autopilot: 140 bytes came and no MAVLink frame among them; check the port and the baud"),
        (beat(autopilot=mavlink.MAV_AUTOPILOT_INVALID), "no autopilot: 1 MAVLink frames came, and no autopilot's"),
    ],
)
def test_what_is_no_autopilot_is_said_so(heard, data, problem):
    hearing, _ = heard
    hearing(data, lambda data: None)
    assert not hearing.fresh
    assert problem in hearing.diagnosis()


@given(data=st.binary(max_size=600))
def test_any_bytes_are_borne(data):
    Hearing(Clock())(data, lambda data: None)


def test_whether_it_flies_anothers_physics_is_what_its_newest_heartbeat_says(heard):
    hearing, _ = heard
    told = mavlink.MAV_MODE_FLAG_HIL_ENABLED
    hearing(frame(mavlink.MAVLink_heartbeat_message(2, 12, told, 0, 4, 3)), lambda data: None)
    assert hearing.hil
    hearing(beat(), lambda data: None)
    assert not hearing.hil
