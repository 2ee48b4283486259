"""Corrupt frames: all invalid, repeatable, refused by a good receiver and obeyed by the bad one."""

import random
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.drone.mavlink.config import MavlinkConfig
from harness.errors import RigError
from harness.timing import run_for
from harness.vehicle.codec import Codec, Identity
from harness.vehicle.corrupt import FrameInjector, is_legal, state_changing_frames
from harness.vehicle.dialects.ardupilot import ARDUPILOT

N = 500


@pytest.fixture
def legal(fakes):
    return state_changing_frames(Codec(Identity(), fakes.FakeWorld()), (1, 1), ARDUPILOT)


def _state(bench):
    flight = bench.flight
    return (
        flight.mode,
        flight.armed,
        flight.config,
        list(flight.target),
        len(flight.heard),
        dict(bench.memory.parameters),
    )


def _inject(bench, legal, seed=1):
    channel = bench.trusted_channel
    for corrupt in FrameInjector(legal, random.Random(seed)).frames(N):
        bench.trusted.ground.send(corrupt.data)
        run_for(bench.world, 0.01)
    bench.trusted.ground.send(bytes(300))  # lets the last truncated frame end
    run_for(bench.world, 0.01)
    return channel.received


def test_the_legal_frames_are_obeyed(bench, legal):
    for frame in legal.values():
        bench.trusted.ground.send(frame)
    run_for(bench.world, 0.02)
    assert bench.flight.armed and bench.flight.mode.name == "GUIDED" and len(bench.flight.heard) == 1
    assert bench.flight.target == [50, 50, 50] and bench.memory.parameters == {"FS_GCS_TIMEOUT": 77.0}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_none_of_500_is_obeyed_by_a_good_receiver(bench, legal, seed):
    before = _state(bench)
    assert _inject(bench, legal, seed) == 0
    assert _state(bench) == before
    assert bench.trusted_channel.refused["wrong checksum"] > N / 2


def test_many_are_obeyed_without_the_checksum(fakes, legal):
    bench = fakes.Bench(config=MavlinkConfig(check_crc=False))
    before = _state(bench)
    assert _inject(bench, legal) > N / 10
    assert _state(bench) != before
    assert bench.flight.heard


def _inject_sealed(bench, fakes, seal):
    codec = Codec(Identity(key=fakes.KEY, link=1), bench.world)
    injector = FrameInjector(
        state_changing_frames(codec, (1, 1), ARDUPILOT), random.Random(1), *([codec.seal] if seal else [])
    )
    bench.radio.ground.listen(lambda data: None)
    for corrupt in list(injector.frames(N)):
        bench.radio.ground.send(corrupt.data)
        run_for(bench.world, 0.02)
    bench.radio.ground.send(bytes(300))
    run_for(bench.world, 0.02)
    return bench.radio_channel


def test_signed_again_only_the_checksum_refuses_them(bench, fakes):
    channel, before = _inject_sealed(bench, fakes, seal=True), _state(bench)
    assert channel.received == 0 and _state(bench) == before
    assert set(channel.refused) <= {"wrong checksum", "unknown message", "unknown incompatibility flag"}


def test_signed_again_the_defect_obeys_them_on_the_radio_too(fakes):
    bench = fakes.Bench(config=MavlinkConfig(check_crc=False))
    before = _state(bench)
    assert _inject_sealed(bench, fakes, seal=True).received > N / 10
    assert _state(bench) != before


def test_not_signed_again_the_signature_hides_the_defect(fakes):
    bench = fakes.Bench(config=MavlinkConfig(check_crc=False))
    assert _inject_sealed(bench, fakes, seal=False).received <= 1  # the first may keep its signature


def test_every_kind_of_every_order_takes_its_turn(legal):
    made = Counter((each.kind, each.order) for each in FrameInjector(legal, random.Random(1)).frames(N))
    assert len(made) == 9 * len(legal)
    assert max(made.values()) - min(made.values()) <= 1


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32))
def test_every_frame_is_damaged_and_invalid(fakes, seed):
    legal = state_changing_frames(Codec(Identity(), fakes.FakeWorld()), (1, 1), ARDUPILOT)
    for each in FrameInjector(legal, random.Random(seed)).frames(60):
        assert each.data != legal[each.order]
        assert is_legal(each.data) is each.by_chance
        # the mathematics of the code: such a pattern is never right by chance
        assert not (each.guaranteed and each.by_chance)


def test_a_frame_that_is_right_by_chance_is_marked(legal):
    made = list(FrameInjector(legal, random.Random(1), seal=lambda frame: legal["arm"]).frames(90))
    # a cut frame is not sealed again
    assert all(each.by_chance is (each.kind != "truncated") for each in made)


@pytest.mark.parametrize("guaranteed", [True, False])
def test_only_one_class_can_be_asked_for(legal, guaranteed):
    made = list(FrameInjector(legal, random.Random(1)).frames(60, guaranteed=guaranteed))
    assert {each.guaranteed for each in made} == {guaranteed}
    assert {each.kind for each in made} >= ({"one bit", "burst"} if guaranteed else {"random bytes", "wrong seed"})


def test_guaranteed_damage_moves_no_checksum_and_spans_no_more_than_sixteen_bits_in_a_burst(legal):
    for each in FrameInjector(legal, random.Random(3)).frames(800, guaranteed=True):
        whole = legal[each.order]
        assert len(each.data) == len(whole) and each.data[:3] == whole[:3] and each.data[7:10] == whole[7:10]
        bits = [i for i in range(8 * len(whole)) if (each.data[i // 8] ^ whole[i // 8]) >> i % 8 & 1]
        number = {"one bit": {1}, "two bits": {2}, "odd number of bits": {3, 5, 7, 9}}.get(each.kind)
        assert len(bits) in number if number else bits[-1] - bits[0] < 16


def test_the_same_seed_gives_the_same_frames(legal):
    first, second = (list(FrameInjector(legal, random.Random(7)).frames(100)) for _ in range(2))
    assert first == second
    assert first != list(FrameInjector(legal, random.Random(8)).frames(100))


def test_signed_and_old_frames_can_be_damaged_too(fakes):
    signed = Codec(Identity(key=fakes.KEY), fakes.FakeWorld())
    beat = mavlink.MAVLink_heartbeat_message(6, 8, 0, 0, 4, 3)
    old = bytes(beat.pack(mavlink.MAVLink(None, 255, 190), force_mavlink1=True))
    for each in FrameInjector({"signed": signed.encode(beat), "old": old}, random.Random(1)).frames(60):
        assert not is_legal(each.data)


@pytest.mark.parametrize("frames", [{}, {"bad": b"\xfd\x00"}])
def test_what_is_not_legal_is_refused(frames):
    with pytest.raises(RigError, match="legal"):
        FrameInjector(frames, random.Random(1))
