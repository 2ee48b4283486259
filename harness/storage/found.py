"""What a structure check of a file signature returns."""

from collections.abc import Callable
from dataclasses import dataclass


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
