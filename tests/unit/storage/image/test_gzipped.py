import gzip
import os
import random

import pytest

from harness.storage.image import gzipped as module
from harness.storage.image.gzipped import GzipSource
from harness.storage.image.image import acquire
from harness.storage.image.sources import FileSource

SIZE = 3 << 20


@pytest.fixture
def packed(tmp_path, monkeypatch):
    """Write packed bytes; gives the source, with a mark every 256 KiB and at most 8 of them."""
    monkeypatch.setattr(module, "FIRST_INTERVAL", 1 << 18)
    monkeypatch.setattr(module, "MOST_MARKS", 8)

    def make(data):
        (tmp_path / "card.gz").write_bytes(data)
        return GzipSource(FileSource(tmp_path / "card.gz"))

    return make


@pytest.fixture(scope="module")
def medium():
    rng = random.Random(4)
    return b"".join(rng.randbytes(1000) + bytes(3000) for _ in range(SIZE // 4000))


@pytest.mark.parametrize("members", [1, 2, 5])
def test_any_place_is_read_in_any_order(packed, medium, members):
    step = -(-len(medium) // members)
    source = packed(b"".join(gzip.compress(medium[at : at + step]) for at in range(0, len(medium), step)))
    assert (source.size, source.problems, source.unreadable) == (len(medium), (), ())
    rng = random.Random(members)
    for _ in range(60):
        offset, size = rng.randrange(-10, len(medium) + 10), rng.choice((0, 1, 4096, 700_000))
        wanted = medium[offset : offset + size] if offset >= 0 else b""
        assert source.read(offset, size) == wanted
    assert len(source._marks) <= 8


def test_reading_on_is_the_same_as_reading_all(packed, medium):
    source = packed(gzip.compress(medium))
    assert b"".join(source.read(at, 70_001) for at in range(0, len(medium), 70_001)) == medium


def test_padding_is_no_problem_and_anything_else_is(packed, medium):
    data = gzip.compress(medium)
    assert packed(data + bytes(5000)).problems == ()
    assert packed(data + b"surprise").problems == ("something else follows the gzip stream; it was not examined",)


def test_what_a_cut_stream_still_gives_is_read(packed, medium):
    data = gzip.compress(medium)
    source = packed(data[: len(data) // 2])
    assert 0 < source.size < len(medium) and "cut off" in source.problems[0]
    assert source.read(0, source.size) == medium[: source.size]


def test_a_damaged_stream_is_told(packed, medium):
    data = bytearray(gzip.compress(medium))
    data[-6] ^= 1
    assert "damaged" in packed(bytes(data)).problems[0]


def test_only_a_name_of_gzip_unpacks(tmp_path):
    data = gzip.compress(b"x" * 1000)
    for name, size in (("card.img.gz", 1000), ("card.img", len(data))):
        (tmp_path / name).write_bytes(data)
        assert acquire(tmp_path / name).size == size
    (tmp_path / "false.gz").write_bytes(os.urandom(100).replace(b"\x1f", b"\0"))
    assert acquire(tmp_path / "false.gz").size == 100
