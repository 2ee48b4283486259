"""Images made of another one, without its bytes in memory: a part, a copy with something planted, what a key opens."""

from collections.abc import Sequence

from harness.storage.image.image import Image
from harness.storage.image.ranges import Range
from harness.storage.volumes.volume import OpenedSource, Volume


def opened(name: str, volumes: Sequence[Volume]) -> Image:
    """What opened volumes hold, one behind the other."""
    return Image(name=f"{name}, opened", source=OpenedSource(volumes))


def part_of(image: Image, part: Range) -> Image:
    """A range of an image, as one of its own."""
    return Image(name=f"{image.name} at {part.offset:#x}", source=_Part(image, part))


def planted_in(image: Image, offset: int, planted: bytes) -> Image:
    """A copy of an image with `planted` at `offset`."""
    return Image(name=f"copy of {image.name}", source=_Planted(image, offset, planted))


class _Part:
    def __init__(self, image: Image, part: Range) -> None:
        self._image, self._part, self.problems = image, part, ()
        self.size = max(min(part.end, image.size) - part.offset, 0)

    @property
    def unreadable(self) -> tuple[Range, ...]:
        """What could not be read so far, in offsets of the part."""
        start, end = self._part.offset, self._part.offset + self.size
        near = [gap for gap in self._image.unreadable if gap.offset < end and gap.end > start]
        spans = [(max(gap.offset, start), min(gap.end, end)) for gap in near]
        return tuple(Range(first - start, last - first) for first, last in spans)

    def read(self, offset: int, size: int) -> bytes:
        """Up to `size` bytes from `offset`."""
        length = min(size, self.size - offset) if offset >= 0 else 0
        return self._image.read(self._part.offset + offset, length) if length > 0 else b""


class _Planted:
    def __init__(self, image: Image, offset: int, planted: bytes) -> None:
        self._image, self._offset, self._planted = image, offset, planted
        self.size, self.problems = image.size, image.source.problems

    @property
    def unreadable(self) -> tuple[Range, ...]:
        """What could not be read so far."""
        return self._image.unreadable

    def read(self, offset: int, size: int) -> bytes:
        """Up to `size` bytes from `offset`."""
        data = bytearray(self._image.read(offset, size))
        first, last = max(self._offset, offset), min(self._offset + len(self._planted), offset + len(data))
        if first < last:
            data[first - offset : last - offset] = self._planted[first - self._offset : last - self._offset]
        return bytes(data)
