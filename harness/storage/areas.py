"""What can be said of each partition of an image, and of what lies between them."""

from collections.abc import Iterable, Iterator
from typing import Literal

from harness.storage.image.blocks import written_ranges
from harness.storage.image.image import Image
from harness.storage.image.ranges import Range, ranges_of
from harness.storage.report import Area, State
from harness.storage.volumes.luks import LuksHeader

PIECE = 1 << 20
Volume = Literal["", "luks1", "luks2"]


def areas_of(
    image: Image, volumes: Iterable[LuksHeader], finds: Iterable[int], plain: tuple[Range, ...]
) -> tuple[Area, ...]:
    """The areas of `image` in order of offset.

    Args:
        image: what was scanned.
        volumes: LUKS headers found.
        finds: offsets of everything readable that was found.
        plain: what is surely no ciphertext.
    """
    starts, places = {volume.offset: volume for volume in volumes}, sorted(set(finds))
    divided = (piece for name, part in _parts(image) for piece in _divided(name, part, starts.get(part.offset)))
    return tuple(
        Area(name=name, offset=part.offset, size=part.size, state=_state(image, part, kind, (places, plain)))
        for name, part, kind in divided
    )


def _divided(name: str, part: Range, volume: LuksHeader | None) -> Iterator[tuple[str, Range, Volume]]:
    """A part, and divided where it begins with a volume whose header does not account for all that lies there."""
    if volume is None:
        yield name, part, ""
        return
    place = part.offset
    for covered in ranges_of(volume.covered(part.end)).ranges:
        if covered.offset > place:
            yield f"{name}, not of its volume", Range(place, covered.offset - place), ""
        yield name, covered, "luks1" if volume.version == 1 else "luks2"
        place = covered.end
    if place < part.end:
        yield f"{name}, not of its volume", Range(place, part.end - place), ""


def _parts(image: Image) -> Iterator[tuple[str, Range]]:
    """Partitions that hold no others, and what lies between them but for the partition tables."""
    leaves = sorted((part for part in image.partitions if not part.container), key=lambda part: part.offset)
    known = [(Range(part.offset, part.size), f"partition {part.name}") for part in leaves]
    known = sorted([*known, *((table, "") for table in image.layout.tables)])
    place = 0
    for part, name in known:
        if part.offset > place:
            yield "unpartitioned", Range(place, part.offset - place)
        if name:
            yield name, part
        place = max(place, part.end)
    if place < image.size:
        yield "unpartitioned" if known else "whole image", Range(place, image.size - place)


def _state(image: Image, part: Range, kind: Volume, known: tuple[list[int], tuple[Range, ...]]) -> State:
    finds, plain = known
    if any(part.offset <= at < part.end for at in finds):
        return "readable"
    if kind:
        return kind
    if any(low.offset < part.end and low.end > part.offset for low in plain):
        return "low entropy"
    return "empty" if _is_empty(image, part) else "cannot be told"


def _is_empty(image: Image, part: Range) -> bool:
    for offset in range(part.offset, part.end, PIECE):
        if written_ranges(image.read(offset, min(PIECE, part.end - offset))):
            return False
    return True
