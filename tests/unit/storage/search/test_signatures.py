import lzma
import os
import time
from pathlib import Path

import pytest

from harness.storage.image.blocks import written_ranges
from harness.storage.image.image import Range
from harness.storage.search.signatures import MOST_FOUND, find_signatures

RECORDINGS = Path("/work/shared/recordings")


def kinds(data, structured=()):
    hits = find_signatures(data, written_ranges(data), structured)
    return {hit.kind for hit in hits.found}, hits.cut_short


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("arducopter-4.7dev-dataflash.bin.xz", "dataflash"),
        ("px4-1.17alpha.ulg.xz", "ulog"),
        ("arducopter-4.7dev-wind8-gcs-loss.tlog.xz", "mavlink"),
        ("px4-1.17alpha-sih-wind5-gcs-loss.tlog.xz", "mavlink"),
    ],
)
def test_recordings_of_real_autopilots_are_recognised(name, kind):
    if not (RECORDINGS / name).is_file():
        pytest.skip(f"recording {name} is not here")
    with lzma.open(RECORDINGS / name) as file:
        data = os.urandom(5) + file.read(1 << 19)
    found, cut_short = kinds(data)
    # PX4 packs a description of its parameters into its log
    assert (found - {"xz"}, cut_short) == ({kind}, ())


def test_random_data_holds_nothing():
    assert kinds(os.urandom(8 << 20)) == (set(), ())


def test_finds_are_in_order_and_those_in_known_structures_are_left_out():
    line = b'{"a":1,"b":2}\n\0'
    data = bytes(100) + line + b"." * 4000 + line
    hits = find_signatures(data, (Range(0, len(data)),))
    assert [hit.offset for hit in hits.found] == [100, 4115]
    hits = find_signatures(data, (Range(0, len(data)),), (Range(0, 200),))
    assert [hit.offset for hit in hits.found] == [4115]


def test_many_finds_of_one_kind_are_enough():
    data = b'{"a":1,"b":2}\n\0' * (MOST_FOUND + 10)
    hits = find_signatures(data, (Range(0, len(data)),))
    assert (len(hits.found), hits.cut_short) == (MOST_FOUND, ())


@pytest.mark.parametrize(("needle", "kind"), [(b"$G", "nmea"), (b"\xff\xd8\xff.", "jpeg"), (b'{"\n', "json")])
def test_medium_filled_with_headers_is_given_up_and_said(needle, kind):
    started = time.perf_counter()
    assert kinds(needle * 50_000) == (set(), (kind,))
    assert time.perf_counter() - started < 10.0
