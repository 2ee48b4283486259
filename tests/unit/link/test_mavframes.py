"""The frame splitter against real recordings, chopped and soiled streams, and noise."""

import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.link.mavframes import LONGEST_FRAME, FrameSplitter, frame_length
from harness.vehicle.codec import is_intact

DATA = Path(__file__).parent / "data"


def tlog_frames(path):
    data, frames = path.read_bytes(), []
    while data:
        length = frame_length(data[8:11])
        frames.append(data[8 : 8 + length])
        data = data[8 + length :]
    return frames


def _some_frames():
    v2, v1 = mavlink.MAVLink(None, 1, 1), mavlink.MAVLink(None, 1, 1)
    signed = mavlink.MAVLink(None, 1, 1)
    signed.signing.secret_key, signed.signing.sign_outgoing = bytes(32), True
    beat = mavlink.MAVLink_heartbeat_message(2, 3, 81, 4, 4, 3)
    text = mavlink.MAVLink_statustext_message(6, b"\xfd\xfe" * 20)
    frames = [message.pack(mav) for mav in (v2, signed) for message in (beat, text)]
    return [*frames, beat.pack(v1, force_mavlink1=True)]


FRAMES = _some_frames()


@pytest.mark.parametrize(("name", "count"), [("arducopter.tlog", 400), ("px4.tlog", 300)])
def test_every_frame_of_a_real_recording_is_found(name, count):
    frames = tlog_frames(DATA / name)
    assert len(frames) == count
    splitter = FrameSplitter()
    assert splitter.feed(b"".join(frames)) == frames
    assert (splitter.skipped_bytes, splitter.refused_frames) == (0, 0)


@settings(max_examples=150, deadline=None)
@given(order=st.lists(st.sampled_from(FRAMES), max_size=12), cuts=st.lists(st.integers(1, 60), max_size=60))
def test_chopping_the_stream_changes_nothing(order, cuts):
    stream, splitter, found = b"".join(order), FrameSplitter(), []
    for cut in [*cuts, len(stream) + 1]:
        found += splitter.feed(stream[:cut])
        stream = stream[cut:]
    assert found == order


@settings(max_examples=150, deadline=None)
@given(soil=st.lists(st.binary(max_size=40), min_size=1, max_size=8), cut=st.integers(1, 30))
def test_garbage_between_frames_never_hides_one_that_can_be_checked(soil, cut):
    stream = b"".join(dirt + frame for dirt, frame in zip(soil, FRAMES * 2, strict=False)) + bytes(LONGEST_FRAME)
    splitter = FrameSplitter(is_intact)
    found = [frame for at in range(0, len(stream), cut) for frame in splitter.feed(stream[at : at + cut])]
    assert [frame for frame in found if frame in FRAMES] == (FRAMES * 2)[: len(soil)]
    assert splitter.skipped_bytes + sum(map(len, found)) <= len(stream)


def test_a_truncated_frame_does_not_swallow_the_next():
    splitter = FrameSplitter(is_intact)
    # The text holds a false start, which keeps back what follows until the length it claims has come in.
    assert splitter.feed(FRAMES[1][:20] + FRAMES[0] * 3 + bytes(LONGEST_FRAME)) == [FRAMES[0]] * 3
    assert splitter.refused_frames >= 2


def test_without_a_check_a_truncated_frame_does_swallow_the_next():
    assert FRAMES[0] not in FrameSplitter().feed(FRAMES[1][:20] + FRAMES[0] * 3)[:1]


@settings(max_examples=100, deadline=None)
@given(st.lists(st.binary(max_size=400), max_size=10))
def test_noise_never_raises_and_keeps_at_most_one_frame(pieces):
    splitter = FrameSplitter(is_intact)
    fed = 0
    for piece in pieces:
        found = splitter.feed(piece)
        fed += len(piece)
        assert len(splitter._rest) < LONGEST_FRAME
        assert all(map(is_intact, found))
    assert splitter.skipped_bytes + len(splitter._rest) <= fed


@pytest.mark.parametrize("unit", [b"\xfd", b"\xfe", b"\xfd\xff\x01", bytes(1)])
def test_a_hostile_megabyte_takes_linear_effort(unit):
    calls = 0

    def refuse(frame):
        nonlocal calls
        calls += 1
        return False

    data = (unit * 1_000_000)[:300_000]
    FrameSplitter(refuse).feed(data)
    assert calls <= len(data)


def test_length_needs_three_bytes():
    assert frame_length(b"\xfd\x09") is None
    assert (frame_length(b"\xfd\x09\x00"), frame_length(b"\xfd\x09\x01"), frame_length(b"\xfe\x09\x01")) == (21, 34, 17)


def test_seeded_noise_finds_no_frame():
    noise = random.Random(5).randbytes(20_000)
    assert FrameSplitter(is_intact).feed(noise) == []
