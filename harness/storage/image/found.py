"""What the search of bytes reads from, and what a structure check of a file signature returns."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from math import nan
from typing import Protocol


class Readable(Protocol):
    """Bytes of a medium that need not fit into memory."""

    @property
    def size(self) -> int:
        """Bytes of the medium."""
        ...

    def read(self, offset: int, size: int) -> bytes:
        """`size` bytes from `offset` on, fewer at the end, none before the beginning; zeros where it is unreadable."""
        ...


@dataclass(frozen=True, eq=False)
class Held:
    """Bytes in memory, read like a medium."""

    data: bytes

    @property
    def size(self) -> int:
        """Bytes held."""
        return len(self.data)

    def read(self, offset: int, size: int) -> bytes:
        """As ``Readable.read``."""
        return self.data[offset : offset + size] if offset >= 0 else b""


@dataclass(frozen=True, kw_only=True)
class Found:
    """Readable data whose header and inner structure both fit.

    Attributes:
        kind: name of the format.
        offset: of its first byte.
        size: bytes that were checked; the search goes on behind them.
        detail: what was read from it.
        position: (latitude, longitude) in deg where the data states one.
    """

    kind: str
    offset: int
    size: int
    detail: str
    position: tuple[float, float] | None = None


Check = Callable[[bytes, int], Found | None]


@dataclass(frozen=True, kw_only=True)
class Anchored:
    """A literal text, and the check of what lies around it.

    Attributes:
        kind: of what it finds.
        needle: the text; a find holds it, though it may begin up to `back` bytes before.
        inspect: check of the bytes around a place of the needle.
        back, ahead: most bytes read before the needle, and from its first byte on.
        bits: what the check asks for beside the needle, in bits, by a low count.
    """

    kind: str
    needle: bytes
    inspect: Check
    back: int
    ahead: int
    bits: int

    def expected(self, searched: int) -> float:
        """Finds that chance brings at most in as many random bytes: each place fits with 2^-(8 needle + bits)."""
        return float(searched) * 2.0 ** -(8 * len(self.needle) + self.bits)

    def check(self, image: Readable, offset: int) -> Found | None:
        """What is found around the needle at `offset` of the image, which is all that is read of it."""
        first = max(offset - self.back, 0)
        found = self.inspect(image.read(first, offset - first + self.ahead), offset - first)
        return None if found is None else replace(found, offset=found.offset + first)


@dataclass(frozen=True, kw_only=True)
class Leading(Anchored):
    """A text that leads elsewhere: `examine` reads the image at places that it finds around the needle."""

    examine: Callable[[Readable, int], Found | None]

    def check(self, image: Readable, offset: int) -> Found | None:
        """What is found around the needle at `offset` of the image and where that leads."""
        found = super().check(image, offset)
        return None if found is None else self.examine(image, found.offset)


@dataclass(frozen=True, kw_only=True)
class Windowed:
    """A search through a piece of an image.

    Attributes:
        kind: of what it finds.
        window: (piece, its offset in the image) to all finds that begin in it; linear in the size of the piece.
        back, ahead: bytes before and behind what a piece is to answer for that it must hold; a find whose first byte
            lies in them is also found from the neighbouring piece.
        bits: what a find asks for, in bits, by a low count; None where nobody knows.
        step: a piece begins at a whole multiple of it.
    """

    kind: str
    window: Callable[[bytes, int], Iterable[Found]]
    back: int
    ahead: int
    bits: float | None = None
    step: int = 1

    def expected(self, searched: int) -> float:
        """Finds that chance brings at most in as many random bytes: each step fits with 2^-bits; NaN if unknown."""
        return nan if self.bits is None else float(searched) / self.step * 2.0**-self.bits
