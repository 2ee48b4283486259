import os
import shutil
import struct
import subprocess
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.storage.volumes import filesystems_flash as flash

PATH = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"


def crc(data, start=0xFFFFFFFF):
    return zlib.crc32(data, start ^ 0xFFFFFFFF) ^ 0xFFFFFFFF


def squashfs(block=131072, shift=17, version=4):
    return struct.pack("<4sIIIIHHHHHH", b"hsqs", 5, 0, block, 1, 1, shift, 0, 1, version, 0).ljust(96, b"\0")


def ubi():
    head = struct.pack(">4sB3xQIII32x", b"UBI#", 1, 0, 2048, 4096, 7)
    return head + struct.pack(">I", crc(head))


def ubifs(body=b"inode" * 8):
    rest = struct.pack("<QIBB2x", 1, 24 + len(body), 0, 0) + body
    return struct.pack("<4sI", flash.UBIFS, crc(rest)) + rest


def jffs2(order="<"):
    head = struct.pack(order + "HHI", 0x1985, 0xE002, 200)
    return head + struct.pack(order + "I", crc(head, 0))


def littlefs(version=0x20001, block=4096):
    return b"littlefs" + struct.pack("<I", 0x18) + struct.pack("<IIIIII", version, block, 64, 255, 1 << 20, 1022)


def erofs(shift=12):
    fields = (b"\xe2\xe1\xf5\xe0", 0, 0, shift, 0, 36, 2, 0, 0, 40)
    return struct.pack("<4sIIBBHQQII", *fields).ljust(128, b"\0")


def btrfs(sector=4096, node=16384):
    return (bytes(0x40) + b"_BHRfS_M").ljust(0x90, b"\0") + struct.pack("<II", sector, node).ljust(200, b"\0")


def xfs(block=4096, sector=512):
    return struct.pack(">4sI", b"XFSB", block).ljust(102, b"\0") + struct.pack(">H", sector)


CRAMFS = b"\x45\x3d\xcd\x28" + bytes(12) + b"Compressed ROMFS" + bytes(44)


@pytest.mark.parametrize(
    ("check", "good", "place", "bad"),
    [
        (flash.check_squashfs, squashfs(), 0, (squashfs(shift=16), squashfs(version=3), squashfs()[:90])),
        (flash.check_ubi, ubi(), 0, (ubi()[:-1] + b"\0", ubi()[:60])),
        (flash.check_ubifs, ubifs(), 0, (ubifs()[:-1] + b"\0", ubifs()[:20])),
        (flash.check_jffs2, jffs2(), 0, (jffs2()[:-1] + b"\0", jffs2()[:11])),
        (flash.check_jffs2, jffs2(">"), 0, (jffs2(">")[:-1] + b"\0",)),
        (flash.check_littlefs, littlefs(), 0, (littlefs(version=0x10001), littlefs(block=3), littlefs()[:30])),
        (flash.check_erofs, erofs(), 0, (erofs(shift=3), erofs()[:-1] + b"\1")),
        (flash.check_btrfs, btrfs(), 0x40, (btrfs(sector=4095), btrfs(node=0))),
        (flash.check_xfs, xfs(), 0, (xfs(block=4097), xfs(sector=8192))),
        (flash.check_cramfs, CRAMFS, 0, (CRAMFS.replace(b"ROM", b"RAM"),)),
    ],
)
def test_a_superblock_or_node_is_known_by_its_structure(check, good, place, bad):
    found = check(b"." * 9 + good, 9 + place)
    assert found.kind == "file system" and 0 <= found.offset <= 9 + place
    assert [check(b"." * 9 + other, 9 + place) for other in bad] == [None] * len(bad)


@pytest.mark.parametrize(
    ("program", "options", "check", "needles"),
    [
        ("mksquashfs", ["{folder}", "{image}", "-quiet"], flash.check_squashfs, (flash.SQUASHFS,)),
        ("mkfs.jffs2", ["-r", "{folder}", "-o", "{image}", "-l"], flash.check_jffs2, flash.JFFS2),
        ("mkfs.jffs2", ["-r", "{folder}", "-o", "{image}", "-b"], flash.check_jffs2, flash.JFFS2),
        ("mkfs.erofs", ["{image}", "{folder}"], flash.check_erofs, (flash.EROFS,)),
    ],
)
def test_images_of_the_real_programs_are_known(tmp_path, program, options, check, needles):
    found = shutil.which(program, path=PATH)
    if found is None:
        pytest.skip(f"{program} is not installed")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "log").write_bytes(os.urandom(20_000))
    places = {"folder": tmp_path / "folder", "image": tmp_path / "image"}
    subprocess.run([found, *(option.format(**places) for option in options)], check=True, capture_output=True)
    data = (tmp_path / "image").read_bytes()
    assert any(check(data, data.find(needle)) for needle in needles if needle in data)


CHECKS = [
    *(flash.check_squashfs, flash.check_ubi, flash.check_ubifs, flash.check_jffs2, flash.check_littlefs),
    *(flash.check_erofs, flash.check_cramfs, flash.check_btrfs, flash.check_xfs),
]


@given(st.sampled_from(CHECKS), st.binary(max_size=200), st.integers(0, 220))
def test_any_bytes_are_survived(check, data, at):
    check(data, at)
