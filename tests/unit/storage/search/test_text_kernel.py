import re
from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from harness.storage.search.formats_text import ROW, ROW_REACH
from harness.storage.search.text_kernel import PAGE, fine_places, text_of

NUMBERS = b'35.123456 -139.7654321 139.12345 1.2345 12345.123456 , " ; . - +7.00000 0.0000000000000001'
PIECES = st.lists(st.sampled_from([*NUMBERS.split(), b", ", b"\n", b"\x00", b"9" * 40, b" " * 30]), max_size=40)


def ranges_of(data, first, last):
    out = np.zeros(((last - first) // sum(ROW_REACH) + 2, 2), np.int64)
    count = fine_places(np.frombuffer(data, np.uint8), (first, last), ROW_REACH, out)
    return out[:count].tolist()


@given(st.binary(max_size=3 * PAGE), st.integers(0, 255))
def test_printable_bytes_are_counted_page_by_page(noise, fill):
    data = noise + bytes([fill]) * PAGE
    counts = np.zeros(len(data) // PAGE, np.int64)
    text_of(np.frombuffer(data, np.uint8), counts)
    pages = [data[at : at + PAGE] for at in range(0, len(data) - PAGE + 1, PAGE)]
    assert counts.tolist() == [len(re.findall(rb"[ -~]", page)) for page in pages]


@given(PIECES, st.integers(0, 12), st.integers(0, 12))
def test_no_row_is_lost_that_a_look_at_all_bytes_finds(pieces, before, behind):
    data = b"".join(pieces) + b" "
    first, last = min(before, len(data)), max(len(data) - behind, 0)
    wanted = [match.span() for match in ROW.finditer(data, first, last)]
    found = [match.span() for part in ranges_of(data, first, last) for match in ROW.finditer(data, *part)]
    assert found == wanted


def test_the_longest_row_is_whole():
    row = b"-123." + b"4" * 15 + b'"; "' + b"+179." + b"8" * 15
    data = b"x" * 100 + row + b"x" * 100
    (part,) = ranges_of(data, 0, len(data))
    assert ROW.search(data, *part)[0] == row


def test_numbers_of_few_decimals_are_passed_over():
    data = b"$GPGGA,123519,4807.038,N,01131.000,E,1,08,0.9,545.4,M,46.9,M,,*47\r\n" * 100
    assert ranges_of(data, 0, len(data)) == []


def test_ranges_are_in_order_apart_and_inside():
    data = (b"1.23456 " + b" " * 60) * 50
    ranges = ranges_of(data, 3, len(data) - 3)
    assert len(ranges) == 49
    assert all(3 <= start < end <= len(data) - 3 for start, end in ranges)
    assert all(before[1] < after[0] for before, after in pairwise(ranges))
