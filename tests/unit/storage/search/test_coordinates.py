import math
import os
import struct

import numpy as np
import pytest

from harness.storage.image.image import Range
from harness.storage.search import coordinates as module
from harness.storage.search.canary import CoordinateCanary
from harness.storage.search.coordinates import PIECE, find_pairs

PLACES = [(35.6762, 139.6503), (-33.8568, 151.2153), (48.8584, -2.2945), (-1.0005, -1.0005), (35.0, -120.0)]
FORMS = {
    "int32 1e7 LE": lambda a, b: struct.pack("<ii", round(a * 1e7), round(b * 1e7)),
    "int32 1e7 BE": lambda a, b: struct.pack(">ii", round(a * 1e7), round(b * 1e7)),
    "float32 LE": lambda a, b: struct.pack("<ff", a, b),
    "float32 BE": lambda a, b: struct.pack(">ff", a, b),
    "float64 LE": lambda a, b: struct.pack("<dd", a, b),
    "float64 BE": lambda a, b: struct.pack(">dd", a, b),
    "float64 rad LE": lambda a, b: struct.pack("<dd", math.radians(a), math.radians(b)),
    "float64 rad BE": lambda a, b: struct.pack(">dd", math.radians(a), math.radians(b)),
    "decimal text": lambda a, b: f'"lat": {a:.7f}, "lon": {b:.7f}, '.encode(),
}


def found(data, place, ranges=None):
    hits = find_pairs(data, CoordinateCanary("c", *place), ranges or (Range(0, len(data)),))
    return {hit.encoding: hit.offsets for hit in hits if hit.offsets}


@pytest.mark.parametrize("lead", [0, 1, 2, 3, 5, 7, PIECE - 3])
@pytest.mark.parametrize("encoding", FORMS)
def test_every_form_is_found_at_odd_offsets(encoding, lead):
    place = PLACES[0]
    data = os.urandom(lead) + FORMS[encoding](place[0] + 0.0003, place[1] - 0.0004) + os.urandom(64)
    assert found(data, place)[encoding] == ((lead + 7,) if encoding == "decimal text" else (lead,))


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("encoding", FORMS)
def test_every_quarter_of_the_globe_and_both_rims_of_the_box(encoding, place):
    for shift in (-0.00099, 0.00099):
        data = b"\xaa" * 21 + FORMS[encoding](place[0] + shift, place[1] + shift) + b"\xaa" * 40
        assert encoding in found(data, place)


@pytest.mark.parametrize("encoding", FORMS)
def test_longitude_before_latitude_is_found(encoding):
    data = b"." * 9 + FORMS[encoding](PLACES[0][1], PLACES[0][0]) + b"." * 40
    assert encoding in found(data, PLACES[0])


@pytest.mark.parametrize("encoding", FORMS)
@pytest.mark.parametrize("shift", [(0.002, 0.0), (0.0, 0.002), (0.0, -1.0)])
def test_a_place_outside_the_box_or_half_a_pair_is_no_hit(encoding, shift):
    data = b"." * 9 + FORMS[encoding](PLACES[0][0] + shift[0], PLACES[0][1] + shift[1]) + b"." * 40
    assert found(data, PLACES[0]) == {}


def test_floats_some_bytes_apart_are_a_pair_and_far_ones_are_not():
    for gap, wanted in ((4, True), (24, True), (60, False)):
        data = struct.pack("<f", 35.6762) + b"\xaa" * gap + struct.pack("<f", 139.6503) + b"\xaa" * 80
        assert bool(found(data, PLACES[0])) is wanted


def test_number_inside_a_longer_number_is_no_coordinate():
    assert found(b"135.6762 139.6503", PLACES[0]) == {}
    assert found(b"35.6762e 139.6503", PLACES[0])


def test_pair_across_the_border_of_a_page_of_fill():
    data = bytes(4096 - 3) + struct.pack(">ii", 0x00156762, 1396503000) + bytes(100)
    place = (0x00156762 / 1e7, 139.6503)
    assert "int32 1e7 BE" not in found(data, PLACES[0])
    assert place[0] < 1
    latitude = struct.pack("<i", 356762000)
    data = bytes(4096 - 4) + latitude + struct.pack("<i", 1396503000) + b"\1" * 4088
    assert found(data, PLACES[0], (Range(4096, 4096),))["int32 1e7 LE"] == (4092,)


def test_chance_is_stated_and_of_the_right_size():
    data = os.urandom(1 << 22)
    hits = find_pairs(data, CoordinateCanary("c", *PLACES[0]), (Range(0, len(data)),))
    expected = {hit.encoding: hit.expected for hit in hits}
    # 4 Mi places, 20001 of 2^32 numbers each, two distances.
    assert expected["int32 1e7 LE"] == pytest.approx(2**22 * 2 * (20001 / 2**32) ** 2, rel=1e-3)
    assert expected["float64 LE"] < expected["float32 LE"] < expected["int32 1e7 LE"]
    assert sum(len(hit.offsets) for hit in hits) <= 2


def test_chance_agrees_with_count_in_a_wide_box():
    data = os.urandom(1 << 23)
    hits = find_pairs(data, CoordinateCanary("c", *PLACES[0], 0.1), (Range(0, len(data)),))
    wide = next(hit for hit in hits if hit.encoding == "int32 1e7 LE")
    assert 3.0 < wide.expected < 4.0
    assert len(wide.offsets) < 20


def test_medium_filled_with_texts_is_bounded_and_said(monkeypatch):
    monkeypatch.setattr(module, "SPARE_TEXTS", 1000)
    canary = CoordinateCanary("c", *PLACES[0])
    for data, complete in ((b"35." * 2000, False), (b"35.6762 139.6503 " * 20_000, True)):
        text = find_pairs(data, canary, (Range(0, len(data)),))[-1]
        assert text.complete is complete and len(text.offsets) == (module.MOST_TEXTS if complete else 0)


@pytest.mark.parametrize("size", range(12))
@pytest.mark.parametrize("encoding", [form.encoding for form in module.FORMS])
def test_an_image_that_ends_within_a_number_has_no_pair(encoding, size):
    form = next(form for form in module.FORMS if form.encoding == encoding)
    canary = CoordinateCanary("p", 35.6, 139.6)
    begun = np.array([canary.latitude * form.scale]).astype(form.dtype).tobytes() * 2
    for data in (begun[:size], begun[1 : 1 + size]):
        assert not any(hits.offsets for hits in find_pairs(data, canary, [Range(0, len(data))]))
