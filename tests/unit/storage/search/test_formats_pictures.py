import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.storage.search import formats_pictures as pictures


def png(width=640):
    chunk = b"IHDR" + struct.pack(">IIBBBBB", width, 480, 8, 2, 0, 0, 0)
    return pictures.PNG + struct.pack(">I", 13) + chunk + struct.pack(">I", zlib.crc32(chunk))


def entries(order, *rows):
    return struct.pack(order + "H", len(rows)) + b"".join(struct.pack(order + "HHI4s", *row) for row in rows) + bytes(4)


def tiff(order="<", mark=b"II*\0"):
    tags = [(tag, 3, 1, b"\1\0\0\0") for tag in (256, 257, 258, 259, 273)]
    return mark + struct.pack(order + "I", 8) + entries(order, *tags)


def positioned():
    first = entries("<", (0x8825, 4, 1, struct.pack("<I", 26)))
    places = [struct.pack("<I", place) for place in (80, 104)]
    gps = entries("<", (1, 2, 2, b"N\0\0\0"), (2, 5, 3, places[0]), (3, 2, 2, b"E\0\0\0"), (4, 5, 3, places[1]))
    angles = struct.pack("<12I", 35, 1, 40, 1, 34, 1, 139, 1, 39, 1, 1, 1)
    return (b"II*\0" + struct.pack("<I", 8) + first).ljust(26, b"\0") + gps + angles


def stream(count=5):
    table = b"\x47\x40\x00\x10\0\0\xb0\x0d".ljust(188, b"\xff")
    return table + (b"\x47\x01\x00\x10" + bytes(184)) * count


MKV = bytes.fromhex("1a45dfa3 9f 42868101 42f78101 4282 88") + b"matroska" + bytes(90)


@pytest.mark.parametrize(
    ("check", "good", "detail", "bad"),
    [
        (pictures.check_png, png(), "PNG, 640 x 480", (png()[:-1] + b"\0", png()[:30])),
        (pictures.check_tiff, tiff(), "TIFF or raw picture, 5 entries", (tiff()[:-20], tiff(">"))),
        (pictures.check_tiff, tiff(">", b"MM\0*"), "TIFF or raw picture, 5 entries", (tiff("<", b"MM\0*"),)),
        (pictures.check_tiff, positioned(), "TIFF, position 35.676111 139.650278", (positioned()[:-10],)),
        (pictures.check_riff, b"RIFF\0\0\0\0WEBPVP8 ", "WEBP file", (b"RIFF\0\0\0\0WEBPVP7 ", b"RIFF")),
        (pictures.check_riff, b"RIFF\0\0\0\0AVI LIST", "AVI file", (b"RIFF\0\0\0\0AVI fmt ",)),
        (pictures.check_matroska, MKV, "matroska film", (MKV.replace(b"trosk", b"trask"),)),
        (pictures.check_transport, stream(), "MPEG transport stream", (stream(3), stream().replace(b"\xb0", b"\0"))),
        (pictures.check_pdf, b"%PDF-1.7\n", "PDF document", (b"%PDF-x.7\n",)),
    ],
)
def test_a_file_is_known_by_its_structure(check, good, detail, bad):
    found = check(b"." * 9 + good, 9)
    assert (found.offset, found.detail) == (9, detail)
    assert [check(b"." * 9 + other, 9) for other in bad] == [None] * len(bad)


def test_the_position_of_a_raw_picture_is_read():
    assert pictures.check_tiff(positioned(), 0).position == pytest.approx((35.676111, 139.650278), abs=1e-5)


CHECKS = [
    *(pictures.check_png, pictures.check_tiff, pictures.check_riff),
    *(pictures.check_matroska, pictures.check_transport, pictures.check_pdf),
]


@given(st.sampled_from(CHECKS), st.sampled_from([b"", b"II*\0", b"MM\0*", pictures.PNG]), st.binary(max_size=300))
def test_any_bytes_are_survived(check, head, data):
    check(head + data, 0)
    check(data, 200)
