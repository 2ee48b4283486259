"""What the article's own clock shows at zero of the test clock, from exchanges whose answers carry that clock's stamp.

A stamp that was made between the sending (a) and the hearing (c) of an exchange bounds the offset: it lies between the
stamp less c and the stamp less a, however long either way took (Marzullo and Owicki, 1983: intersect the bounds). The
best exchange leaves half of its round trip on either side; nothing is assumed of how the two ways share it.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass

# TIME_BOOT counts whole milliseconds: the stamp is that old at most
STEP = 0.001


@dataclass(frozen=True, kw_only=True)
class Exchange:
    """One question and its answer, s.

    Attributes:
        start: when it was sent, on the test clock.
        unix: the article's Unix time in the answer.
        boot: the article's time since boot in the answer, in whole milliseconds.
        heard: when the answer came, on the test clock.
        acknowledged: when the acknowledgement came.
    """

    start: float
    unix: float
    boot: float
    heard: float
    acknowledged: float


@dataclass(frozen=True, kw_only=True)
class Offset:
    """Where the article's clock less the test clock lies, s."""

    low: float
    high: float

    @property
    def middle(self) -> float:
        """The estimate, s."""
        return (self.low + self.high) / 2.0

    @property
    def half(self) -> float:
        """How far the truth may be from it, s; negative when no single offset explains all that was bounded."""
        return (self.high - self.low) / 2.0

    def farthest(self, other: "Offset") -> float:
        """How far from the middle of this one the truth of the other may be, s."""
        return max(abs(other.low - self.middle), abs(other.high - self.middle))


def bound_boot(exchanges: Iterable[Exchange], lag: float) -> Offset:
    """The offset of the clock since boot; the test clock may be `lag` s behind when it is read."""
    bounds = [(each.boot - each.heard - lag, each.boot + STEP - each.start) for each in exchanges]
    return _intersect(bounds)


def bound_unix(exchanges: Iterable[Exchange], epoch: float) -> Offset:
    """The offset of the Unix clock, where `epoch` is the Unix time of zero on the test clock."""
    return _intersect([(each.unix - epoch - each.heard, each.unix - epoch - each.start) for each in exchanges])


def _intersect(bounds: list[tuple[float, float]]) -> Offset:
    low = max((low for low, _ in bounds), default=-math.inf)
    return Offset(low=low, high=min((high for _, high in bounds), default=math.inf))


@dataclass(frozen=True, kw_only=True)
class Timebase:
    """How the article's stamps are read on the test clock.

    Attributes:
        epoch: Unix time of zero on the test clock, s.
        offset: of the article's time since boot; None where its Unix time is the test clock itself.
    """

    epoch: float
    offset: Offset | None = None

    def read(self, exchange: Exchange) -> float:
        """When the answer was stamped, s of the test clock."""
        if self.offset is None:
            return exchange.unix - self.epoch
        # in the middle of the millisecond that is counted
        return exchange.boot + STEP / 2.0 - self.offset.middle

    def uncertainty(self, kept: Offset | None = None) -> float:
        """Standard uncertainty of a reading, s, when the offset was found again as `kept`; 0 on one clock."""
        if self.offset is None:
            return 0.0
        half = self.offset.farthest(kept or self.offset)
        # both rectangular: between the bounds, and within the millisecond
        return math.hypot(half / math.sqrt(3.0), STEP / math.sqrt(12.0))
