import hashlib
import os
import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import FileError, MaterialError
from harness.storage.image import image as module
from harness.storage.image import sources
from harness.storage.image.image import Range, acquire


def table(*entries):
    rows = b"".join(struct.pack("<B3xB3xII", *entry) for entry in entries)
    return bytes(446) + rows.ljust(64, b"\0") + b"\x55\xaa"


def test_file_and_bytes_give_the_same_image(tmp_path):
    data = os.urandom(3 * module.PIECE // 2)
    (tmp_path / "card.img").write_bytes(data)
    image = acquire(tmp_path / "card.img")
    assert (image.name, image.data, image.size) == ("card.img", data, len(data))
    assert image.sha256 == acquire(data).sha256 == hashlib.sha256(data).hexdigest()
    assert (image.coverage, image.unreadable, image.bytes_read) == (1.0, (), len(data))


def test_unreadable_places_are_zeros_and_count_against_coverage(tmp_path, monkeypatch):
    data = os.urandom(2 * module.PIECE)
    (tmp_path / "card.img").write_bytes(data)
    real, bad = os.pread, range(module.PIECE + 4096, module.PIECE + 12288)

    def broken(handle, length, at):
        if at < bad.stop and at + length > bad.start:
            raise OSError(5, "Input/output error")
        return real(handle, length, at)

    monkeypatch.setattr(sources.os, "pread", broken)
    image = acquire(tmp_path / "card.img")
    assert image.data == data[: bad.start] + bytes(8192) + data[bad.stop :]
    assert image.unreadable == (Range(bad.start, 8192),)
    assert image.coverage == pytest.approx(1 - 8192 / len(data))


@pytest.mark.parametrize("name", ["absent.img", "."])
def test_what_is_no_file_is_said(tmp_path, name):
    with pytest.raises(FileError, match="image"):
        acquire(tmp_path / name)


def test_an_empty_image_is_refused(tmp_path):
    (tmp_path / "empty").write_bytes(b"")
    with pytest.raises(MaterialError, match="empty"):
        acquire(tmp_path / "empty")


def test_what_is_too_large_is_not_held_at_once(tmp_path):
    with (tmp_path / "huge").open("wb") as file:
        file.truncate(module.LARGEST_WHOLE + 1)
    image = acquire(tmp_path / "huge")
    with pytest.raises(MaterialError, match="at once"):
        _ = image.data
    assert image.read(module.LARGEST_WHOLE, 10) == b"\0"


def test_a_stated_size_is_compared(tmp_path):
    image = acquire(bytes(1000), stated_size=4000)
    assert image.problems == ("1000 bytes were read, the medium has 4000",) and image.coverage == 0.25


def test_partitions_are_read_and_clipped():
    data = table((0, 0xE8, 2, 4), (0x80, 0x0C, 6, 1000)) + bytes(9 * 512)
    first, second = acquire(data).partitions
    assert (first.number, first.kind, first.offset, first.size, first.clipped) == (1, 0xE8, 1024, 2048, False)
    assert (second.number, second.offset, second.size, second.clipped) == (2, 3072, 2048, True)
    assert acquire(data).end_of_area(1024) == 3072
    assert acquire(data).end_of_area(600) == len(data)


@pytest.mark.parametrize("entry", [(1, 0x0C, 2, 4), (0, 0, 2, 4), (0, 0x0C, 0, 4), (0, 0x0C, 2, 0), (0, 0x0C, 99, 1)])
def test_senseless_entries_are_no_partitions(entry):
    assert acquire(table(entry) + bytes(4096)).partitions == ()


@given(st.binary(min_size=1, max_size=2048), st.binary(min_size=64, max_size=64))
def test_any_table_stays_inside_the_image(data, rows):
    image = acquire(bytes(446) + rows + b"\x55\xaa" + data)
    assert all(0 < part.offset < part.offset + part.size <= image.size for part in image.partitions)


def gpt(*places, count=4, entry_size=128, at=2):
    """A disk of 64 KiB: protective MBR, GPT header, table with (first, last) sectors."""
    rows = b"".join(struct.pack("<16s16sQQ", b"type", b"id", *place).ljust(entry_size, b"\0") for place in places)
    rows = rows.ljust(count * entry_size, b"\0")
    fields = (b"EFI PART", 0x10000, 92, 0, 0, at, count, entry_size, zlib.crc32(rows))
    head = bytearray(struct.pack("<8sIIII48xQIII", *fields))
    head[16:20] = struct.pack("<I", zlib.crc32(head))
    disk = table((0, 0xEE, 1, 0xFFFFFFFF)) + bytes(head).ljust(512, b"\0") + bytes(512 * (at - 2)) + rows
    return disk.ljust(65536, b"\0")


def test_a_gpt_behind_its_protective_entry_is_read_and_clipped():
    first, second = acquire(gpt((40, 47), (0, 0), (64, 9999), (128, 200), (50, 40), count=8)).partitions
    assert (first.number, first.offset, first.size, first.clipped) == (1, 40 * 512, 8 * 512, False)
    assert (second.number, second.offset, second.size, second.clipped) == (3, 64 * 512, 65536 - 64 * 512, True)


@pytest.mark.parametrize("place", [512, 512 + 70, 512 + 80, 1024 + 33])
def test_a_damaged_gpt_is_none(place):
    disk = bytearray(gpt((40, 47)))
    disk[place] ^= 1
    (whole,) = acquire(disk).partitions
    assert (whole.kind, whole.offset, whole.size, whole.clipped) == (0xEE, 512, 65536 - 512, True)


@pytest.mark.parametrize("changed", [{"count": 1025}, {"entry_size": 132}, {"at": 2 << 40}])
def test_a_gpt_beyond_all_bounds_is_none(changed):
    at = changed.pop("at", 2)
    disk = bytearray(gpt((40, 47), **changed))
    if at != 2:
        disk[512 + 72 : 512 + 80] = struct.pack("<Q", at)
        disk[512 + 16 : 512 + 20] = bytes(4)
        disk[512 + 16 : 512 + 20] = struct.pack("<I", zlib.crc32(disk[512 : 512 + 92]))
    (whole,) = acquire(disk).partitions
    assert whole.offset == 512


@given(st.binary(min_size=1, max_size=60), st.integers(446, 1600))
def test_any_gpt_gives_partitions_on_the_image(patch, at):
    disk = bytearray(gpt((40, 47), (60, 70)))
    disk[at : at + len(patch)] = patch
    image = acquire(disk)
    assert all(0 < part.offset < part.offset + part.size <= image.size for part in image.partitions)
