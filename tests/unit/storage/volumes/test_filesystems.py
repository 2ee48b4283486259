import os
import shutil
import subprocess

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.storage.volumes.filesystems import AHEAD, BACK, MARKS, find_in_window

PATH = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
MIB = 1 << 20


def systems(data, start=0):
    return [(found.offset, found.detail) for found in find_in_window(data, start)]


def made(path, size, *command):
    """An image by a foreign tool; skips where that is absent."""
    program = shutil.which(command[0], path=PATH)
    if program is None:
        pytest.skip(f"{command[0]} is not installed")
    path.write_bytes(b"")
    os.truncate(path, size)
    subprocess.run([program, *command[1:], path], check=True, capture_output=True)
    return path.read_bytes()


@pytest.mark.parametrize(
    ("size", "command", "detail"),
    [
        (2 * MIB, ("mkfs.fat", "-F", "12"), "FAT12 boot sector"),
        (20 * MIB, ("mkfs.fat", "-F", "16"), "FAT16 boot sector"),
        (40 * MIB, ("mkfs.fat", "-F", "32", "-s", "1"), "FAT32 boot sector"),
        (9 * MIB, ("mkfs.fat", "-F", "12", "-S", "4096"), "FAT12 boot sector"),
        (4 * MIB, ("mkfs.exfat",), "exFAT boot sector"),
        (4 * MIB, ("mkntfs", "-F", "-q", "-p", "0", "-H", "16", "-S", "63"), "NTFS boot sector"),
        (4 * MIB, ("mke2fs", "-q", "-F", "-t", "ext2"), "ext2 superblock"),
        (4 * MIB, ("mke2fs", "-q", "-F", "-t", "ext3"), "ext3 superblock"),
        (4 * MIB, ("mke2fs", "-q", "-F", "-t", "ext4"), "ext4 superblock"),
        (4 * MIB, ("mke2fs", "-q", "-F", "-t", "ext4", "-O", "encrypt"), "ext4 (feature encrypt: fscrypt) superblock"),
        (64 * MIB, ("mkfs.f2fs", "-q", "-f"), "F2FS superblock"),
        (64 * MIB, ("mkfs.f2fs", "-q", "-f", "-O", "encrypt"), "F2FS (feature encrypt: fscrypt) superblock"),
        (MIB, ("mkswap",), "swap area, 256 pages of 4096"),
        (4 * MIB, ("mkswap", "-p", "65536"), "swap area, 64 pages of 65536"),
    ],
)
def test_what_a_foreign_tool_made_is_recognised(tmp_path, size, command, detail):
    data = made(tmp_path / "image", size, *command)
    assert (0, detail) in systems(data)
    # anywhere on a medium, from a window with no more around the mark than promised
    assert (7 << 20, detail) in systems(data[: BACK + AHEAD], 7 << 20)


def test_iso_made_by_genisoimage_is_recognised(tmp_path):
    program = shutil.which("genisoimage")
    if program is None:
        pytest.skip("genisoimage is not installed")
    (tmp_path / "files").mkdir()
    command = [program, "-quiet", "-o", tmp_path / "iso", tmp_path / "files"]
    subprocess.run(command, check=True, capture_output=True)
    data = (tmp_path / "iso").read_bytes()
    assert systems(data) == [(0, "ISO 9660 volume descriptor")]
    assert systems(data[512:]) == []


def test_copies_of_a_superblock_say_so(tmp_path):
    data = made(tmp_path / "ext4", 40 * MIB, "mke2fs", "-q", "-F", "-t", "ext4", "-b", "1024", "-g", "8192")
    found = systems(data)
    assert found[0] == (0, "ext4 superblock")
    assert (8192 * 1024, "ext4 superblock, copy of group 1") in found


def test_a_broken_structure_is_no_file_system(tmp_path):
    ext = bytearray(made(tmp_path / "ext4", 4 * MIB, "mke2fs", "-q", "-F", "-t", "ext4"))
    ext[1024 + 0x58 : 1024 + 0x5A] = (65).to_bytes(2, "little")
    assert systems(bytes(ext)) == []
    fat = bytearray(made(tmp_path / "fat", 2 * MIB, "mkfs.fat", "-F", "12"))
    fat[13] = 3
    assert systems(bytes(fat)) == []


def test_each_mark_alone_and_a_partition_table_are_no_file_system():
    for mark in MARKS:
        sector = bytes(mark.place) + mark.magic
        assert systems((bytes(BACK) + sector).ljust(2 * BACK, b"\0")) == []
        assert systems(sector.ljust(512, b"\xff") * 300) == []
    for name in (b"EXFAT   ", b"NTFS    ", b"MSDOS5.0"):
        assert systems((b"\xeb\x76\x90" + name).ljust(510, b"\xff") + b"\x55\xaa") == []


def test_noise_holds_no_file_system():
    # 16 384 sectors: a two-byte magic comes about by chance in one of four such runs, its structure never
    assert systems(np.random.default_rng(5).bytes(8 * MIB)) == []


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=1500), st.sampled_from(MARKS), st.integers(0, 3))
def test_any_bytes_around_a_mark_are_survived(noise, mark, before):
    data = bytearray((bytes(512 * before) + noise).ljust(4096, b"\1"))
    data[512 * before + mark.place : 512 * before + mark.place + len(mark.magic)] = mark.magic
    for found in find_in_window(bytes(data), 4096):
        assert found.offset >= 4096 and found.size > 0 and len(found.detail) < 100
