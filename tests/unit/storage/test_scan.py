import gzip
import importlib
import json
import os
import struct
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.storage.image.image import Image, Range, acquire
from harness.storage.image.sources import MemorySource
from harness.storage.scan import recover, scan
from harness.storage.search.canary import CanarySet, CoordinateCanary, TextCanary
from harness.storage.search.keysearch import Secret
from harness.storage.search.tally import HITS_KEPT

TEXT = TextCanary("text", "the hidden bridge at noon")
PLACE = CoordinateCanary("place", 35.6762, 139.6503)
CANARIES = CanarySet(texts=(TEXT,), coordinates=(PLACE,))
PAGE = 4096


def image(*pieces):
    return acquire(b"".join(pieces), "card")


def test_clean_noise_is_searched_whole_and_cannot_be_told():
    card = image(os.urandom(1 << 20))
    report = scan(card, CANARIES)
    assert (report.hits, report.coverage, report.complete, report.sha256) == ((), 1.0, True, card.sha256)
    assert [(area.name, area.state) for area in report.areas] == [("whole image", "cannot be told")]
    assert report.missing(CANARIES) == ("text", "place")
    assert 0 < report.expected("coordinate") < 1e-3
    assert "numpy" in report.engine


def test_blank_medium_is_empty_and_text_is_low_entropy():
    assert scan(image(bytes(1 << 20)), CANARIES).areas[0].state == "empty"
    prose = (b"nothing that anybody looks for " * 300)[:PAGE]
    assert scan(image(prose, bytes(1 << 20)), CANARIES).areas[0].state == "low entropy"


def test_canary_and_place_are_hits_with_offset_and_context():
    pair = struct.pack("<ii", 356762000, 1396503000)
    report = scan(
        image(os.urandom(1001), TEXT.text.encode("utf-16-le"), os.urandom(999), pair, os.urandom(64)), CANARIES
    )
    found = {(hit.kind, hit.name, hit.encoding): hit for hit in report.hits}
    assert found["canary", "text", "utf-16-le"].offset == 1001
    assert TEXT.text.encode("utf-16-le").hex()[:40] in found["canary", "text", "utf-16-le"].context
    assert ("coordinate", "place", "int32 1e7 LE") in found
    assert report.missing(CANARIES) == ()
    assert report.areas[0].state == "readable"


def test_compressed_canary_is_a_hit():
    lines = f"{TEXT.text} 35.6762001 139.6503001\n".encode() * 30
    report = scan(image(os.urandom(77), gzip.compress(lines), os.urandom(77)), CANARIES)
    found = {(hit.kind, hit.encoding): hit.offset for hit in report.hits}
    assert found["canary", "in a compressed stream"] == found["coordinate", "in a compressed stream"] == 77


def test_all_hits_are_counted_and_some_are_kept():
    report = scan(image((TEXT.text.encode() + b"\n") * 300), CANARIES)
    assert report.count("canary", "text") == 300
    assert sum(hit.encoding == "utf-8" for hit in report.hits) == HITS_KEPT


def test_a_medium_full_of_a_secret_is_counted_up_to_a_bound(monkeypatch):
    monkeypatch.setattr(importlib.import_module("harness.storage.search.tally"), "MOST_COUNTED", 1000)
    report = scan(image(b"a" * 100_000), CanarySet(), (Secret(name="pass", value=b"aaaaaaaa"),))
    assert max(entry.count for entry in report.counts) == 1000 and report.complete


def test_a_volume_that_cannot_be_judged_leaves_the_search_incomplete():
    report = scan(image(bytes(512), b"LUKS\xba\xbe\0\3", bytes(1016)), CANARIES)
    assert not report.complete and "unknown version 3" in report.cut_short[0]


def test_no_hit_shows_bytes_of_a_key():
    key, around = bytes(range(128, 192)), b"\1" * 100
    card = image(around, TEXT.text.encode(), key, TEXT.text.encode(), around)
    report = scan(card, CANARIES, (Secret(name="master", value=key),))
    assert report.count("key", "master") == 1
    assert not any(key[at : at + 2].hex() in hit.context for hit in report.hits for at in range(0, 64, 2))
    assert report.count("canary") == 2


def test_unread_places_leave_the_search_incomplete():
    data = bytes(1 << 16)
    report = scan(Image(name="card", source=MemorySource(data, (Range(0, 4096),))), CANARIES)
    assert not report.complete and report.coverage == pytest.approx(15 / 16)


def test_report_is_json():
    card = image(os.urandom(5000), TEXT.text.encode(), os.urandom(5000))
    values = json.loads(json.dumps(scan(card, CANARIES).to_json(), allow_nan=False))
    assert values["complete"] is True and values["hits"][0]["name"] == "text"


def test_partitions_and_gaps_are_named():
    table = bytes(446) + struct.pack("<B3xB3xII", 0, 0x83, 128, 128) + bytes(48) + b"\x55\xaa"
    report = scan(image(table, bytes(65536 - 512), os.urandom(65536), bytes(65536)), CANARIES)
    assert [(area.name, area.offset, area.state) for area in report.areas] == [
        ("unpartitioned", 512, "empty"),
        ("partition 1", 65536, "cannot be told"),
        ("unpartitioned", 131072, "empty"),
    ]


def test_without_a_volume_the_image_itself_is_the_authorised_route():
    card = image(os.urandom(50), TEXT.text.encode(), b" 35.6762 139.6503 ", os.urandom(50))
    assert recover(card, CANARIES, "").missing(CANARIES) == ()
    assert recover(image(os.urandom(5000)), CANARIES, "").missing(CANARIES) == ("text", "place")


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.binary(max_size=64)
        | st.sampled_from([b"LUKS\xba\xbe\0\2", b"\xff\xd8\xff\xe1", b"\xa3\x95\x80", b"\x55\xaa", bytes(512)]),
        min_size=1,
        max_size=12,
    )
)
def test_any_bytes_are_survived(pieces):
    json.dumps(scan(acquire(b"".join(pieces) + b"."), CANARIES).to_json(), allow_nan=False)


def test_a_stream_that_is_longer_than_is_looked_into_leaves_the_search_incomplete():
    long = zlib.compress(bytes(9 << 20) + TEXT.text.encode())
    report = scan(image(os.urandom(777), long, os.urandom(777)), CANARIES)
    assert any(text.startswith("compressed streams: 1 of more") for text in report.cut_short)
    assert scan(image(os.urandom(777), zlib.compress(bytes(1 << 20)), os.urandom(777)), CANARIES).cut_short == ()
