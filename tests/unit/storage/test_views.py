import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.storage.image.image import Image, acquire
from harness.storage.image.ranges import Range
from harness.storage.image.sources import MemorySource
from harness.storage.views import part_of, planted_in

DATA = bytes(range(256)) * 40


@given(st.integers(0, 12000), st.integers(0, 12000), st.integers(-5, 12000), st.integers(0, 12000))
def test_a_part_reads_like_the_bytes_cut_out(start, size, offset, length):
    part = part_of(acquire(DATA), Range(start, size))
    cut = DATA[start : start + size]
    assert part.size == len(cut)
    assert part.read(offset, length) == (cut[offset : offset + length] if offset >= 0 else b"")


@given(st.integers(0, 11000), st.binary(max_size=300), st.integers(-5, 12000), st.integers(0, 12000))
def test_what_is_planted_is_read_at_its_place_and_nowhere_else(at, planted, offset, length):
    copy = bytearray(DATA)
    copy[at : at + len(planted)] = planted
    whole = planted_in(acquire(DATA), at, planted)
    wanted = bytes(copy[: len(DATA)])
    assert whole.read(offset, length) == (wanted[offset : offset + length] if offset >= 0 else b"")
    assert (whole.size, whole.sha256) == (len(DATA), acquire(wanted).sha256)


@pytest.mark.parametrize(
    ("start", "size", "wanted"),
    [(0, 100, ()), (5000, 200, (Range(0, 96),)), (4096, 4096, (Range(0, 1000),)), (4000, 9000, (Range(96, 1000),))],
)
def test_what_could_not_be_read_is_told_in_offsets_of_the_part(start, size, wanted):
    image = Image(name="card", source=MemorySource(DATA, (Range(4096, 1000),)))
    assert part_of(image, Range(start, size)).unreadable == wanted
    assert planted_in(image, 0, b"x").unreadable == (Range(4096, 1000),)
