import bz2
import gzip
import io
import lzma
import os
import zipfile
import zlib

from hypothesis import given
from hypothesis import strategies as st

from harness.storage.image import packed
from harness.storage.image.found import Found
from harness.storage.image.packed import UNPACKED, unpack


def hit(kind, offset):
    return Found(kind=kind, offset=offset, size=1, detail="")


def contents(data, *found):
    return [inside for _, inside, _ in unpack(data, found)]


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


@given(st.binary(max_size=300), st.integers(0, 400), st.sampled_from(UNPACKED))
def test_any_bytes_are_survived(data, offset, kind):
    contents(data, hit(kind, offset))


def test_every_format_that_python_reads_is_unpacked():
    text = b"hidden text " * 50
    for kind, stream in (("zlib", zlib.compress(text)), ("xz", lzma.compress(text)), ("bzip2", bz2.compress(text))):
        assert list(unpack(stream, [hit(kind, 0)])) == [(hit(kind, 0), text, True)]


def test_what_is_longer_than_is_read_is_said_to_be_cut_off(monkeypatch):
    monkeypatch.setattr(packed, "MOST_UNPACKED", 1 << 17)
    for kind, compress in (("zlib", zlib.compress), ("xz", lzma.compress), ("bzip2", bz2.compress)):
        ((_, inside, whole),) = unpack(compress(bytes(1 << 20)), [hit(kind, 0)])
        assert not whole and 1 << 17 <= len(inside) < 1 << 20
    ((_, inside, whole),) = unpack(zlib.compress(os.urandom(50_000))[:40_000], [hit("zlib", 0)])
    assert not whole and 0 < len(inside) < 50_000


def test_a_dictionary_that_would_fill_the_memory_is_refused(monkeypatch):
    monkeypatch.setattr(packed, "MOST_MEMORY", 1 << 16)
    assert list(unpack(lzma.compress(b"a" * 5000), [hit("xz", 0)])) == []
