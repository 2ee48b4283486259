import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.storage.image.blocks import PAGE, repeated_blocks, written_ranges
from harness.storage.image.image import Range


def test_fill_is_told_from_written_pages():
    data = bytes(2 * PAGE) + b"\xff" * PAGE + b"x" * PAGE + bytes(PAGE) + b"y" * 10
    assert written_ranges(data) == (Range(3 * PAGE, PAGE), Range(5 * PAGE, 10))


@settings(max_examples=60)
@given(st.lists(st.sampled_from([bytes(PAGE), b"\xff" * PAGE, b"ab" * (PAGE // 2)]), max_size=8), st.binary(max_size=9))
def test_every_byte_outside_the_ranges_is_fill(pages, tail):
    data = b"".join(pages) + tail + b"."
    left = bytearray(data)
    for part in reversed(written_ranges(data)):
        del left[part.offset : part.end]
    assert set(left) <= {0x00, 0xFF}


def test_random_data_repeats_nothing():
    found = repeated_blocks(os.urandom(1 << 20) + bytes(1 << 20))
    assert (found.count, found.offsets, found.examined) == (0, (), 65536)
    assert found.expected < 1e-28


def test_repetition_is_found_at_its_offset_however_far():
    data = bytearray(os.urandom(4 << 20))
    data[3 << 20 : (3 << 20) + 16] = data[160:176]
    data[1 << 20 : (1 << 20) + 16] = data[160:176]
    found = repeated_blocks(data)
    assert (found.count, found.offsets) == (2, (1 << 20, 3 << 20))


def test_unaligned_repetition_does_not_count():
    data = bytearray(os.urandom(1 << 16))
    data[1000:1016] = data[160:176]
    assert repeated_blocks(data).count == 0


@pytest.mark.parametrize("fill", [b"\0", b"\xff"])
def test_fill_is_no_repetition_but_other_constants_are(fill):
    assert repeated_blocks(fill * 4096 + os.urandom(4096)).count == 0
    assert repeated_blocks(b"\x5a" * 4096).count == 255


def test_excluded_parts_are_left_out():
    data = os.urandom(4096) * 2
    assert repeated_blocks(data).count == 256
    assert repeated_blocks(data, (Range(0, 4096),)).count == 0


@pytest.mark.parametrize("size", [1, 15, 16, 17, 4095, 4097])
def test_odd_sizes_are_examined(size):
    data = os.urandom(size)
    assert repeated_blocks(data).examined == size // 16
