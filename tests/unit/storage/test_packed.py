import gzip
import io
import os
import zipfile
import zlib

from hypothesis import given
from hypothesis import strategies as st

from harness.storage import packed
from harness.storage.found import Found
from harness.storage.packed import unpack


def hit(kind, offset):
    return Found(kind=kind, offset=offset, size=1, detail="")


def contents(data, *found):
    return [inside for _, inside in unpack(data, found)]


def zipped(text):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", text)
    return file.getvalue()


def test_gzip_and_zip_are_unpacked_where_they_lie():
    text = b"hidden text " * 50
    data = b"." * 33 + gzip.compress(text) + zipped(text)
    assert contents(data, hit("gzip", 33), hit("zip", data.index(b"PK"))) == [text, text]


def test_other_formats_are_left():
    assert contents(gzip.compress(b"x" * 100), hit("jpeg", 0)) == []


def test_damaged_stream_gives_what_can_be_had():
    text = b"".join(b"line %06d\n" % number for number in range(20000))
    data = bytearray(gzip.compress(text))
    data[len(data) // 2 :] = os.urandom(len(data) // 2)
    (inside,) = contents(bytes(data), hit("gzip", 0))
    assert text.startswith(inside[:1000]) and len(inside) > 1000


def test_bomb_is_bounded(monkeypatch):
    monkeypatch.setattr(packed, "MOST_UNPACKED", 1 << 18)
    monkeypatch.setattr(packed, "MOST_IN_ALL", 1 << 19)
    bomb = zlib.compress(bytes(1 << 24), wbits=31)
    inside = contents(bomb, *[hit("gzip", 0)] * 100)
    assert len(inside) == 2 and sum(len(one) for one in inside) <= 1 << 19


@given(st.binary(max_size=300), st.integers(0, 400), st.sampled_from(["gzip", "zip"]))
def test_any_bytes_are_survived(data, offset, kind):
    contents(data, hit(kind, offset))
