import bz2
import io
import lzma
import os
import shutil
import struct
import subprocess
import tarfile
import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.storage.search import formats_packed as packed

TEXT = b"".join(b"line %06d of what was recorded\n" % number for number in range(400))
LONG = np.random.default_rng(1).integers(0, 60, 1 << 20, np.uint8).tobytes()
ZSTD, LZ4 = shutil.which("zstd"), shutil.which("lz4")


def run(program, *options, data=TEXT):
    return subprocess.run([program, "-qc", *options], input=data, capture_output=True, check=True).stdout


def test_xz_with_its_checksum_and_not_without():
    stream = lzma.compress(TEXT)
    assert packed.check_xz(b"." * 7 + stream, 7).size == 12
    assert packed.check_xz(stream[:8] + b"\0" + stream[9:], 0) is None
    assert packed.check_xz(stream[:11], 0) is None


def test_bzip2_at_the_mark_of_its_block():
    stream = b"." * 5 + bz2.compress(TEXT)
    assert packed.check_bzip2(stream, 9).offset == 5
    assert packed.check_bzip2(stream.replace(b"BZh9", b"BZh0"), 9) is None
    assert packed.check_bzip2(stream[9:], 0) is None


@pytest.mark.parametrize("level", [1, 6, 9])
def test_zlib_of_every_level(level):
    short, long = zlib.compress(b"a short text", level), zlib.compress(os.urandom(9000), level)
    assert {stream[:2] for stream in (short, long)} <= set(packed.ZLIB)
    assert packed.check_zlib(short, 0) is not None and packed.check_zlib(long, 0) is not None
    assert packed.check_zlib(short[:-1] + b"\0", 0) is None
    assert packed.check_zlib(short[:-5], 0) is None


@pytest.mark.skipif(ZSTD is None, reason="zstd is not installed")
def test_zstd_as_its_program_writes_it(tmp_path):
    (tmp_path / "text").write_bytes(TEXT)
    sized = run(ZSTD, str(tmp_path / "text"))
    assert packed.check_zstd(b".." + sized, 2).detail == "Zstandard frame"
    assert packed.check_zstd(run(ZSTD, data=LONG), 0) is not None
    # one short block of an unknown size: nothing tells it from chance
    assert packed.check_zstd(run(ZSTD, "--no-content-size"), 0) is None
    assert packed.check_zstd(sized[:4] + bytes([sized[4] | 8]) + sized[5:], 0) is None


@pytest.mark.skipif(LZ4 is None, reason="lz4 is not installed")
def test_lz4_as_its_program_writes_it():
    stream = run(LZ4)
    assert packed.check_lz4(b"." + stream, 1).detail == "LZ4 frame"
    assert packed.check_lz4(stream[:5] + b"\x0f" + stream[6:], 0) is None


def test_7z_and_rar_by_their_checksums():
    start = struct.pack("<QQI", 100, 50, 1)
    head = packed.SEVEN_ZIP + b"\0\4" + struct.pack("<I", zlib.crc32(start)) + start
    assert packed.check_7z(head, 0).size == 32
    assert packed.check_7z(head[:-1] + b"\1", 0) is None
    body = b"\x0a\x01\x05\x06\0\5\1\1\0\0\0"
    rar = packed.RAR + b"\1\0" + struct.pack("<I", zlib.crc32(body)) + body
    assert packed.check_rar(rar, 0).detail == "RAR 5 archive"
    assert packed.check_rar(rar[:-1] + b"\1", 0) is None
    assert packed.check_rar(packed.RAR + b"\0\xcf\x90\x73\0\0\x0d\0" + bytes(6), 0).detail == "RAR archive"
    assert packed.check_rar(packed.RAR + b"\0\xcf\x90\x74\0\0\x0d\0" + bytes(6), 0) is None


def test_tar_by_the_sum_of_its_header():
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("flight.bin"))
    data = b"." * 100 + file.getvalue()
    at = data.index(b"ustar")
    assert packed.check_tar(data, at).offset == 100 and "flight.bin" in packed.check_tar(data, at).detail
    assert packed.check_tar(data.replace(b"flight", b"slight"), at) is None
    assert packed.check_tar(data[100 + 100 :], at - 200) is None


CHECKS = [
    *(packed.check_xz, packed.check_bzip2, packed.check_zlib, packed.check_zstd),
    *(packed.check_lz4, packed.check_7z, packed.check_rar, packed.check_tar),
]


@given(st.sampled_from(CHECKS), st.binary(max_size=600), st.integers(0, 700))
def test_any_bytes_are_survived(check, data, at):
    check(data, at)
