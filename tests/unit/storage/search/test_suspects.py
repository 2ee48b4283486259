import os

from harness.storage.image.found import Found, Windowed
from harness.storage.image.image import acquire
from harness.storage.image.ranges import Range
from harness.storage.scan import scan
from harness.storage.search import suspects as module
from harness.storage.search.canary import CanarySet, TextCanary
from harness.storage.search.suspects import search_suspects


def marks(data, start):
    """Finds every M."""
    return [Found(kind="m", offset=start + at, size=1, detail="m") for at, byte in enumerate(data) if byte == 77]


MARKS = Windowed(kind="m", window=marks, back=0, ahead=8)


def test_a_small_image_is_searched_as_a_whole_and_each_find_told_once(monkeypatch):
    monkeypatch.setattr(module, "PIECE", 64)
    data = bytearray(1000)
    for at in (0, 63, 64, 66, 999):
        data[at] = 77
    assert [hit.offset for hit in search_suspects(acquire(bytes(data)), (), MARKS)] == [0, 63, 64, 66, 999]


def test_of_a_large_one_only_suspects_up_to_the_bound(monkeypatch):
    monkeypatch.setattr(module, "MOST_SEARCHED", 500)
    image = acquire(b"M" * 1000)
    found = [hit.offset for hit in search_suspects(image, [Range(100, 5), Range(300, 600)], MARKS)]
    assert found[:5] == [100, 101, 102, 103, 104] and 300 in found and 900 not in found
    assert len(found) <= module.MOST_FOUND


def test_a_text_under_a_repeating_key_is_a_finding():
    text = b"the hidden bridge at noon, and the whole way back to the field "
    key = os.urandom(16)
    sealed = bytes(byte ^ key[at % 16] for at, byte in enumerate(text * 200))
    report = scan(acquire(os.urandom(4096) + sealed), CanarySet(texts=(TextCanary("text", text[:40].decode()),)))
    assert report.level == "findings"
    assert any("under a key of 16 bytes" in entry.encoding for entry in report.counts)
