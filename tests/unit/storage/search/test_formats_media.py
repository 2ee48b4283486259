import io
import os
import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.storage.search.formats_media import (
    check_exif,
    check_h264,
    check_h265,
    check_jpeg,
    check_mp4,
    check_mp4_box,
    exif_position,
)


def picture(**options):
    pillow = pytest.importorskip("PIL.Image")
    file = io.BytesIO()
    noise = np.random.default_rng(3).integers(0, 255, (64, 64), np.uint8)
    pillow.fromarray(noise).save(file, "JPEG", **options)
    return file.getvalue()


def gps(latitude, longitude, north="N", east="E"):
    pillow = pytest.importorskip("PIL.Image")
    tags = pillow.Exif()
    tags[0x8825] = {1: north, 2: latitude, 3: east, 4: longitude}
    return tags


def test_foreign_jpeg_is_recognised():
    data = os.urandom(11) + picture() + os.urandom(99)
    found = check_jpeg(data, 11)
    assert found is not None
    assert (found.kind, found.detail, found.position, found.offset) == ("jpeg", "JPEG/JFIF", None, 11)


def test_foreign_exif_position_is_read():
    found = check_jpeg(picture(exif=gps((35.0, 40.0, 34.32), (139.0, 39.0, 1.08))), 0)
    assert found is not None and found.position == pytest.approx((35.6762, 139.6503))
    found = check_jpeg(picture(exif=gps((35.0, 30.0, 0.0), (70.0, 15.0, 0.0), "S", "W")), 0)
    assert found is not None and found.position == (-35.5, -70.25)


def test_big_endian_exif_is_read():
    rationals = struct.pack(">6I", 35, 1, 30, 1, 0, 1) + struct.pack(">6I", 139, 1, 0, 1, 0, 1)
    entries = struct.pack(">HHI4s", 1, 2, 2, b"N\0") + struct.pack(">HHII", 2, 5, 3, 100)
    entries += struct.pack(">HHI4s", 3, 2, 2, b"E\0") + struct.pack(">HHII", 4, 5, 3, 124)
    tiff = b"MM\0*" + struct.pack(">IH", 8, 1) + struct.pack(">HHII", 0x8825, 4, 1, 40) + bytes(18)
    tiff = tiff[:40] + struct.pack(">H", 4) + entries
    assert exif_position(tiff.ljust(100, b"\0") + rationals) == (35.5, 139.0)


def test_jpeg_that_was_cut_off_is_recognised():
    found = check_jpeg(picture()[:150], 0)
    assert found is not None and "cut off" in found.detail


@pytest.mark.parametrize("data", [b"\xff\xd8\xff", b"\xff\xd8\xff\xe0\0\1", b"\xff\xd8\xff\xda\0\2", b"\xff\xd8" * 50])
def test_header_alone_is_no_jpeg(data):
    assert check_jpeg(data, 0) is None
    assert check_jpeg(data + os.urandom(200), 0) is None or data == b""


@settings(max_examples=100)
@given(st.binary(max_size=200))
def test_any_bytes_after_a_header_are_survived(data):
    check_jpeg(b"\xff\xd8\xff" + data, 0)
    check_mp4(b"\0\0\0\x18ftyp" + data, 4)
    check_h264(b"\0\0\0\1\x67" + data, 0)
    exif_position(b"II*\0" + data)
    exif_position(b"MM\0*\0\0\0\x08" + data)


def test_mp4_is_recognised_and_the_word_alone_is_not():
    data = b"junk" + struct.pack(">I", 24) + b"ftypisom\0\0\2\0isomavc1" + b"\0\0\0\x08mdat"
    found = check_mp4(data, data.index(b"ftyp"))
    assert found is not None and (found.offset, found.detail) == (4, "MP4, brand isom")
    for other in (b"the ftyp of this file is unknown to us", b"ftyp", b"\0\0\0\x18ftyp\1\2\3\4" + bytes(12)):
        assert check_mp4(other, other.index(b"ftyp")) is None


def test_h264_stream_is_recognised_and_a_start_code_alone_is_not():
    stream = bytes.fromhex("0000000167640028acd940780227e5c05a808080a0") + bytes.fromhex("0000000168ebe3cb22c0")
    found = check_h264(b"x" * 3 + stream, 3)
    assert found is not None and found.detail == "H.264 stream, profile 100"
    assert check_h264(stream[:10] + os.urandom(100).replace(b"\0", b"\1"), 0) is None
    assert check_h264(stream[:5] + b"\x01" + stream[6:], 0) is None


H265 = b"\0\0\0\1\x40\1\x0c\1\xff\xff\1\x60\0\0\3\0\x90\0\0\3\0\0\3\0\x5d\x95\x98\x09\0\0\0\1\x42\1\1\1\x60"
MOOV = (800).to_bytes(4, "big") + b"moov" + (108).to_bytes(4, "big") + b"mvhd" + bytes(100)
MOOF = (300).to_bytes(4, "big") + b"moof" + (16).to_bytes(4, "big") + b"mfhd" + bytes(8)


def test_h265_needs_its_reserved_bits_and_a_sequence_set():
    found = check_h265(b".." + H265, 2)
    assert found is not None and (found.kind, found.offset) == ("h265", 2)
    assert check_h265(H265.replace(b"\xff\xff", b"\xff\x7f"), 0) is None
    assert check_h265(H265.replace(b"\x42\1\1", b"\x44\1\1"), 0) is None
    assert all(check_h265(H265[:length], 0) is None for length in range(30))
    noise = np.random.default_rng(4).bytes(1 << 20)
    assert all(check_h265(H265[:6] + noise[at : at + 256], 0) is None for at in range(0, 1 << 20, 256))


@pytest.mark.parametrize(("box", "name"), [(MOOV, "moov"), (MOOF, "moof")])
def test_film_and_fragment_boxes_are_recognised(box, name):
    found = check_mp4_box(b"..." + box, 7)
    assert found is not None and (found.offset, found.detail) == (3, f"MP4 or MOV, box {name}")
    assert check_mp4_box(box.replace(b"hd", b"hx"), 4) is None
    assert check_mp4_box(bytes(4) + box[4:], 4) is None
    assert check_mp4_box(box[:10], 4) is None
    assert check_mp4_box(box[4:], 0) is None


def test_exif_counts_alone_only_with_a_position():
    data = picture(exif=gps((35, 39, 30.5), (139, 44, 40)))
    at = data.index(b"Exif\0\0")
    found = check_exif(data, at)
    assert found is not None and found.position == pytest.approx((35.658472, 139.744444), abs=1e-6)
    assert check_exif(b"Exif\0\0" + bytes(100), 0) is None
    assert check_exif(b"Exif\0\0II*\0" + b"\xff" * 100, 0) is None
