"""A closer and slower look for known texts under XOR with a repeating key.

Such a key leaves the bytes of each place in it uneven, which the statistics see. So an image of up to 256 MiB is
searched as a whole, of a larger one the first 256 MiB of what the statistics reject.
"""

from collections.abc import Iterable, Iterator

from harness.storage.image.found import Found, Windowed
from harness.storage.image.image import Image
from harness.storage.image.ranges import Range

MOST_SEARCHED = 256 << 20
PIECE = 4 << 20
MOST_FOUND = 256


def search_suspects(image: Image, suspects: Iterable[Range], detector: Windowed) -> Iterator[Found]:
    """What `detector` finds in a small image, or in the first 256 MiB of `suspects`; at most 256 finds, each once."""
    if image.size <= MOST_SEARCHED:
        suspects = (Range(0, image.size),)
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
