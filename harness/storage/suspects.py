"""A closer and much slower look at what is surely no ciphertext: is it XOR with a repeating key?

Such a key leaves the bytes of each place in it uneven, which the statistics see; so only what they reject is searched.
"""

from collections.abc import Iterable, Iterator

from harness.storage.found import Found, Windowed
from harness.storage.image import Image
from harness.storage.ranges import Range

# At 0.4 s a MiB: some seconds.
MOST_SEARCHED = 8 << 20
PIECE = 1 << 18
MOST_FOUND = 256


def search_suspects(image: Image, suspects: Iterable[Range], detector: Windowed) -> Iterator[Found]:
    """What `detector` finds in the first 8 MiB of `suspects`, at most 256 finds, each once."""
    left, seen = MOST_SEARCHED, set[tuple[int, str]]()
    for part in suspects:
        for start in range(part.offset, part.end, PIECE):
            own = Range(start, min(PIECE, part.end - start, left))
            left -= own.size
            first = max(start - detector.back, 0)
            for hit in detector.window(image.read(first, own.end - first + detector.ahead), first):
                if (hit.offset, hit.detail) not in seen:
                    seen.add((hit.offset, hit.detail))
                    yield hit
                if len(seen) >= MOST_FOUND:
                    return
            if left <= 0:
                return
