import random
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pymavlink.dialects.v20 import ardupilotmega as dialect

from harness.storage.image.image import Range
from harness.storage.search.mavlink import find_frames


def frames(count, *, version=2, log=True, lost=0):
    sender = dialect.MAVLink(None, srcSystem=1, srcComponent=1)
    made = []
    for number in range(count):
        sender.seq = (number * (1 + lost)) % 256
        message = sender.global_position_int_encode(number, 356762000, 1396503000, 1, 2, 3, 4, 5, 6)
        stamp = struct.pack(">Q", 1_700_000_000_000_000 + number)
        made.append((stamp if log else b"") + message.pack(sender, force_mavlink1=version == 1))
    return b"".join(made)


def find(data, most=99):
    return find_frames(data, (Range(0, len(data)),), most)


@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize("log", [True, False])
@pytest.mark.parametrize("lead", [0, 3, (1 << 20) - 5])
def test_frames_are_found(version, log, lead):
    run, noise = frames(20, version=version, log=log, lost=2), random.Random(1)
    (found,), complete = find(noise.randbytes(lead) + run + noise.randbytes(500))
    assert complete and found.detail == "20 MAVLink frames"
    assert found.offset == lead + (8 if log else 0)


def test_three_frames_prove_nothing():
    assert find(frames(3)) == ([], True)
    assert len(find(frames(4))[0]) == 1


def test_broken_checksums_are_no_frames():
    data = bytearray(frames(20, log=False))
    size = len(data) // 20
    for number in range(20):
        data[number * size + 12] ^= 0x55
    assert find(bytes(data))[0] == []


def test_repeating_sequence_numbers_are_no_frames():
    assert find(frames(1) * 20)[0] == []


def test_chance_brings_none():
    assert find(random.Random(1).randbytes(4 << 20)) == ([], True)


@pytest.mark.parametrize("filler", [b"\xfe", b"\xfd\x10\0\0", b"\xfe\0"])
def test_medium_filled_with_beginnings_is_given_up_and_said(filler):
    found, complete = find(filler * ((1 << 20) // len(filler)))
    assert (found, complete) == ([], False)


@settings(max_examples=100)
@given(st.binary(max_size=300))
def test_any_bytes_are_survived(data):
    find(b"\xfd" + data)
    find(b"\xfe" + data)
