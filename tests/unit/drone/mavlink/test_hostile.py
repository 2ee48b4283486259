"""Hostile frames on both kinds of port: nothing raises, and a radio port obeys nothing that is not signed."""

import random

import pytest
from hostile_frames import COMMANDS, NUMBERS, SPECIAL, frame, hostile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.timing import run_for

ROUNDS, FRAMES = 12, 150


def read_state(bench):
    flight = bench.flight
    return (
        flight.armed, flight.mode, flight.target, flight.config, flight.steered, flight.sticks, flight.held,
        flight.configured, bench.memory.parameters, bench.memory.signing_key, bench.memory.newest_signature,
    )  # fmt: skip


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_unsigned_frames_on_a_radio_port_change_nothing(fakes, seed):
    bench, rng = fakes.Bench(), random.Random(seed)
    bench.radio.ground.listen(lambda data: None)
    run_for(bench.world, 1.0)
    before = repr(read_state(bench)[:-1])
    for _ in range(FRAMES):
        bench.radio.ground.send(hostile(rng))
        run_for(bench.world, 0.01)
    assert repr(read_state(bench)[:-1]) == before
    assert sum(bench.radio_channel.refused.values()) > FRAMES // 2
    assert bench.radio_channel.received == 0


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_a_trusted_port_survives_and_the_radio_stays_closed(fakes, seed):
    bench, rng = fakes.Bench(), random.Random(seed)
    usb, stranger = fakes.Ground(bench, bench.trusted), fakes.Ground(bench, bench.radio)
    for _ in range(FRAMES):
        usb.cable.ground.send(hostile(rng))
        run_for(bench.world, 0.01)
    assert bench.trusted_channel.received > FRAMES // 4
    bench.flight.armed = False
    stranger.tell(mavlink.MAVLink_command_long_message(1, 1, 400, 0, 1, 0, 0, 0, 0, 0, 0))
    assert not bench.flight.armed
    assert bench.radio_channel.received == 0 and bench.radio_channel.refused == {"unsigned": 1}


def test_the_same_command_signed_is_obeyed(bench, radio):
    radio.tell(mavlink.MAVLink_command_long_message(1, 1, 400, 0, 1, 0, 0, 0, 0, 0, 0))
    assert bench.flight.armed


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    frames=st.lists(
        st.tuples(st.sampled_from(NUMBERS), st.binary(max_size=255), st.sampled_from([(255, 190), (1, 26), (7, 1)])),
        min_size=1,
        max_size=6,
    )
)
def test_no_frame_of_any_message_brings_the_service_down(fakes, frames):
    bench = fakes.Bench()
    for cable in (bench.trusted, bench.radio):
        cable.ground.listen(lambda data: None)
    for number, payload, sender in frames:
        bench.trusted.ground.send(frame(number, payload, sender))
        bench.radio.ground.send(frame(number, payload, sender))
    run_for(bench.world, 0.3)
    assert bench.radio_channel.received == 0
    assert bench.trusted_channel._mavs[1].seq > 0


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    number=st.sampled_from(COMMANDS),
    values=st.tuples(*[st.one_of(st.sampled_from(SPECIAL), st.floats(width=32))] * 7),
    frame=st.integers(0, 255),
    place=st.tuples(*[st.integers(-(2**31), 2**31 - 1)] * 2),
)
def test_every_command_there_is_gets_exactly_one_answer(fakes, number, values, frame, place):
    bench = fakes.Bench()
    usb = fakes.Ground(bench, bench.trusted)
    usb.tell(mavlink.MAVLink_command_long_message(1, 1, number, 0, *values))
    usb.tell(mavlink.MAVLink_command_int_message(1, 1, frame, number, 0, 0, *values[:4], *place, values[6]))
    answers = [ack.result for ack in usb.of("COMMAND_ACK") if ack.command == number]
    assert len(answers) == 2
    assert set(answers) <= {0, 1, 2, 3}
