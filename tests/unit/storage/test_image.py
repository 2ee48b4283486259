import hashlib
import os
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import FileError, MaterialError
from harness.storage import image as module
from harness.storage.image import Range, acquire


def table(*entries):
    rows = b"".join(struct.pack("<B3xB3xII", *entry) for entry in entries)
    return bytes(446) + rows.ljust(64, b"\0") + b"\x55\xaa"


def test_file_and_bytes_give_the_same_image(tmp_path):
    data = os.urandom(3 * module.PIECE // 2)
    (tmp_path / "card.img").write_bytes(data)
    image = acquire(tmp_path / "card.img")
    assert (image.name, image.data, image.size) == ("card.img", data, len(data))
    assert image.sha256 == acquire(data).sha256 == hashlib.sha256(data).hexdigest()
    assert (image.coverage, image.unread, image.bytes_read) == (1.0, (), len(data))


def test_unreadable_places_are_zeros_and_count_against_coverage(tmp_path, monkeypatch):
    data = os.urandom(2 * module.PIECE)
    (tmp_path / "card.img").write_bytes(data)
    real, bad = os.pread, range(module.PIECE + 4096, module.PIECE + 12288)

    def broken(handle, length, at):
        if at < bad.stop and at + length > bad.start:
            raise OSError(5, "Input/output error")
        return real(handle, length, at)

    monkeypatch.setattr(module.os, "pread", broken)
    image = acquire(tmp_path / "card.img")
    assert image.unread == (Range(bad.start, 8192),)
    assert image.coverage == pytest.approx(1 - 8192 / len(data))
    assert image.data == data[: bad.start] + bytes(8192) + data[bad.stop :]


def test_short_read_is_unread(tmp_path, monkeypatch):
    (tmp_path / "card.img").write_bytes(bytes(8192))
    monkeypatch.setattr(module.os, "pread", lambda handle, length, at: b"x" * min(length, 100))
    assert acquire(tmp_path / "card.img").bytes_read == 0


@pytest.mark.parametrize("name", ["absent.img", "."])
def test_what_is_no_file_is_said(tmp_path, name):
    with pytest.raises(FileError, match="image"):
        acquire(tmp_path / name)


def test_empty_and_huge_images_are_refused(tmp_path):
    (tmp_path / "empty").write_bytes(b"")
    with pytest.raises(MaterialError, match="empty"):
        acquire(tmp_path / "empty")
    with (tmp_path / "huge").open("wb") as file:
        file.truncate(module.LARGEST + 1)
    with pytest.raises(MaterialError, match="split"):
        acquire(tmp_path / "huge")


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
