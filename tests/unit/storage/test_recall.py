"""Every planted pattern is found exactly once, wherever it lies: at random places, across pieces, pages and sectors."""

import os
import random
import struct
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.storage.image.image import acquire
from harness.storage.image.window import Steps
from harness.storage.scan import Options, scan
from harness.storage.search.canary import CanarySet, CoordinateCanary, TextCanary
from harness.storage.search.keysearch import Secret, _expand, _substitution_box

TEXT = TextCanary("text", "the hidden bridge at noon")
PLACE, SOUTH = CoordinateCanary("place", 35.6762, 139.6503), CoordinateCanary("south", -33.8568, -151.2153)
CANARIES = CanarySet(texts=(TEXT,), coordinates=(PLACE, SOUTH))
KEY = Secret(name="key", value=bytes(range(100, 164)))
TINY = Steps(piece=4096, back=4096, ahead=4096)
PIECE = 65536
FORMS = {"int32 1e7 LE": "<ii", "int32 1e7 BE": ">ii", "float32 LE": "<ff", "float64 BE": ">dd", "float64 LE": "<dd"}
SIZE = 1 << 18


def planted(place):
    """Each thing that can be planted: kind, name, encoding and bytes."""
    things = [("canary", item.name, item.encoding, item.needle) for item in TEXT.patterns()]
    things += [("key", item.name, item.encoding, item.needle) for item in KEY.patterns()[:6]]
    for form, code in FORMS.items():
        scale = 10**7 if form.startswith("int") else 1
        numbers = [value * scale for value in (place.latitude, place.longitude)]
        packed = struct.pack(code, *(map(round, numbers) if scale > 1 else numbers))
        things.append(("coordinate", place.name, form, packed))
    text = f" {place.latitude:.6f},{place.longitude:.6f} ".encode()
    return [*things, ("coordinate", place.name, "decimal text", text)]


THINGS = [*planted(PLACE), *planted(SOUTH)[-6:]]


def found_at(data, **options):
    """Offsets by kind, name and encoding."""
    report = scan(acquire(bytes(data)), CANARIES, (KEY,), Options(**options))
    together = {}
    for hit in report.hits:
        together.setdefault((hit.kind, hit.name, hit.encoding), []).append(hit.offset)
    totals = {(entry.kind, entry.name, entry.encoding): entry.count for entry in report.counts if entry.count}
    return together, totals


def place_of(thing, offset):
    """Where a hit is told: behind the blank of decimal text."""
    return offset + (thing[2] == "decimal text")


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32), st.sampled_from([True, False]))
def test_things_at_random_offsets_are_found_once_with_tiny_pieces(seed, hyperscan):
    rng = random.Random(seed)
    data = bytearray(rng.randbytes(SIZE))
    wanted = {}
    for number, thing in enumerate(rng.sample(THINGS, 12)):
        # one in each stretch, so that none damages another
        offset = number * 20000 + rng.randrange(19000)
        data[offset : offset + len(thing[3])] = thing[3]
        wanted[thing[:3]] = [place_of(thing, offset)]
    together, totals = found_at(data, steps=TINY, hyperscan=hyperscan)
    assert {name: together.get(name) for name in wanted} == wanted
    assert all(totals[name] == 1 for name in wanted)


@pytest.mark.parametrize("border", [512, 4096, PIECE, 3 * PIECE], ids=["sector", "page", "piece", "third piece"])
@pytest.mark.parametrize("thing", THINGS, ids=lambda thing: f"{thing[1]}-{thing[2]}")
def test_a_thing_across_a_border_is_found_once_at_every_phase(thing, border):
    data = bytearray(random.Random(border).randbytes(4 * PIECE))
    offset = border - len(thing[3]) // 2
    data[offset : offset + len(thing[3])] = thing[3]
    together, totals = found_at(data, steps=Steps(piece=PIECE, back=4096, ahead=4096))
    assert together[thing[:3]] == [place_of(thing, offset)]
    assert totals[thing[:3]] == 1


@pytest.mark.parametrize("size", [16, 24, 32])
@pytest.mark.parametrize("swapped", [False, True])
def test_an_expanded_key_is_found_once_at_every_phase(size, swapped):
    schedule = _expand(os.urandom(size), _substitution_box())
    if swapped:
        schedule = b"".join(schedule[at : at + 4][::-1] for at in range(0, len(schedule), 4))
    for offset in (0, 1, *range(2 * PIECE - 260, 2 * PIECE + 4, 7), 4 * PIECE - len(schedule)):
        data = bytearray(os.urandom(4 * PIECE))
        data[offset : offset + len(schedule)] = schedule
        together, totals = found_at(data, steps=Steps(piece=PIECE, back=4096, ahead=4096))
        assert together["key", "AES key schedule", "expanded key"] == [offset]
        assert totals["key", "AES key schedule", "expanded key"] == 1


def test_engines_and_sizes_of_pieces_agree():
    rng = random.Random(7)
    data = bytearray(rng.randbytes(SIZE))
    for number, thing in enumerate(THINGS):
        data[number * 5000 : number * 5000 + len(thing[3])] = thing[3]
    fast, slow = found_at(data), found_at(data, hyperscan=False)
    assert fast == slow == found_at(data, steps=TINY) == found_at(data, steps=TINY, hyperscan=False)
    assert {thing[:3] for thing in THINGS} <= set(fast[1])


def test_nothing_is_found_in_noise():
    assert Counter(found_at(random.Random(3).randbytes(1 << 20), steps=TINY)[1]) == Counter()
