import os
import random
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.errors import FileError
from harness.storage.image import sources as module
from harness.storage.image.ranges import MOST_RANGES, Range, RangeSet, joined
from harness.storage.image.sources import FileSource, MemorySource


@pytest.fixture
def broken(tmp_path, monkeypatch):
    """A file some of whose bytes cannot be read; gives its source and its data."""

    def make(data, *bad):
        (tmp_path / "card.img").write_bytes(data)
        real = os.pread

        def read(handle, length, at):
            if any(at < part.end and at + length > part.offset for part in bad):
                raise OSError(5, "Input/output error")
            return real(handle, length, at)

        monkeypatch.setattr(module.os, "pread", read)
        return FileSource(tmp_path / "card.img")

    return make


@settings(max_examples=50, deadline=None)
@given(st.integers(-20, 3000), st.integers(0, 3000))
def test_memory_and_file_give_the_same(tmp_path_factory, offset, size):
    data = bytes(range(256)) * 10
    path = tmp_path_factory.mktemp("image") / "card.img"
    path.write_bytes(data)
    wanted = data[offset : offset + size] if offset >= 0 else b""
    assert MemorySource(data).read(offset, size) == FileSource(path).read(offset, size) == wanted


def test_a_bad_sector_is_narrowed_down(broken):
    data = random.Random(1).randbytes(1 << 20)
    source = broken(data, Range(300_000, 10), Range(700_000, 4097))
    read = source.read(0, 1 << 20)
    assert source.unreadable == (Range(299_008, 4096), Range(696_320, 8192))
    for part in source.unreadable:
        assert read[part.offset : part.end] == bytes(part.size)
    assert read[:299_008] == data[:299_008] and read[704_512:] == data[704_512:]


def test_a_file_that_shrinks_is_unreadable_at_its_end(tmp_path):
    path = tmp_path / "card.img"
    path.write_bytes(os.urandom(3 << 12))
    source = FileSource(path)
    os.truncate(path, 1 << 12)
    assert len(source.read(0, 3 << 12)) == 3 << 12
    assert source.unreadable == (Range(1 << 12, 2 << 12),)


def test_short_reads_are_continued(tmp_path, monkeypatch):
    data = os.urandom(5000)
    (tmp_path / "card.img").write_bytes(data)
    real = os.pread
    monkeypatch.setattr(module.os, "pread", lambda handle, length, at: real(handle, min(length, 100), at))
    source = FileSource(tmp_path / "card.img")
    assert source.read(0, 5000) == data and source.unreadable == ()


@pytest.mark.parametrize("name", ["absent", "with\0zero"])
def test_what_cannot_be_opened_is_said(tmp_path, name):
    with pytest.raises(FileError, match="cannot be opened"):
        FileSource(tmp_path / name)


@given(st.lists(st.tuples(st.integers(0, 200), st.integers(1, 20)), max_size=30))
def test_ranges_are_what_was_put_in_merged_and_in_order(parts):
    gathered, wanted = RangeSet(), set()
    for offset, size in parts:
        gathered.add(Range(offset, size))
        wanted.update(range(offset, offset + size))
    ranges = gathered.ranges
    assert {at for part in ranges for at in range(part.offset, part.end)} == wanted
    assert all(left.end < right.offset for left, right in pairwise(ranges))
    assert joined(gathered, gathered) == ranges


def test_too_many_ranges_are_joined_and_none_is_lost():
    gathered = RangeSet()
    for number in range(3 * MOST_RANGES):
        gathered.add(Range(number * 10, 1))
    assert len(gathered.ranges) <= MOST_RANGES
    assert sum(part.size for part in gathered.ranges) >= 3 * MOST_RANGES
    assert gathered.ranges[0].offset == 0 and gathered.ranges[-1].end == (3 * MOST_RANGES - 1) * 10 + 1
