"""Sweeps of a spectrum analyser in pieces, with a known line put into each, which shows what is seen."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NoReturn, Protocol

from harness.errors import RigError
from harness.instruments.context import Context
from harness.instruments.spectrum.emissions import MEGA, Trace

# of a line that is found: over the noise, and as strong as it was put in, dB
CLEAR = 6.0
AGREES = 3.0
# levels over the noise that are no noise, dB
STANDS_OUT = 10.0


class Analyser(Protocol):
    """A spectrum analyser with a generator whose line goes into the same path."""

    points: int

    def read_trace(self, *, centre: float, span: float, resolution: float) -> Trace:
        """A fresh trace about `centre`, `span` wide, at that resolution bandwidth, all Hz; levels at its input, dBm."""
        ...

    def seed(self, frequency: float, level: float) -> None:
        """Put a line of `level` dBm at `frequency` Hz into the path at the article's antenna port."""
        ...

    def seed_nothing(self) -> None:
        """Take the line away."""
        ...


@dataclass(frozen=True, kw_only=True)
class Look:
    """A range to sweep: from, to, and resolution bandwidth, MHz."""

    low: float
    high: float
    resolution: float


@dataclass(frozen=True, kw_only=True)
class Swept:
    """A range that was swept: levels at the article's antenna port, and the noise at each place, dBm."""

    look: Look
    trace: Trace
    floors: tuple[float, ...]

    @property
    def thresholds(self) -> tuple[float, ...]:
        """Levels that are no noise, dBm."""
        return tuple(floor + STANDS_OUT for floor in self.floors)


def read_looks(rows: Sequence[Sequence[float]]) -> tuple[Look, ...]:
    """Ranges of a table of conditions, each as ``[from, to, resolution]`` in MHz.

    Raises:
        RigError: one is not of that form.
    """
    wrong = [row for row in rows if len(row) != 3 or not 0.0 < row[2] <= row[1] - row[0]]
    if wrong or not rows:
        raise RigError(f"a range to sweep is [from, to, resolution] in MHz, got {wrong or 'none'}: correct the table")
    return tuple(Look(low=low, high=high, resolution=resolution) for low, high, resolution in rows)


class AirSweep:
    """Sweeps ranges. `loss`: from the article's antenna port to the analyser, dB."""

    def __init__(self, context: Context, analyser: Analyser, loss: float) -> None:
        self._context, self._analyser, self._loss = context, analyser, loss

    def sweep(self, looks: Sequence[Look], seeded: float) -> tuple[Swept, ...]:
        """Sweep each range once, and find a line of `seeded` dBm in each piece of it.

        Raises:
            RigError: a line was not found: the trace stands still, or hides it in noise.
        """
        found = [self._look(look, seeded) for look in looks]
        spans = ", ".join(f"{look.low:g} to {look.high:g} MHz at {1000 * look.resolution:g} kHz" for look in looks)
        highest = max(max(each.floors) for each in found)
        detail = f"a line of {seeded:g} dBm, put into each piece, was found in {spans}; noise up to {highest:.0f} dBm"
        self._context.check("line.found", True, detail)
        return tuple(found)

    def _look(self, look: Look, seeded: float) -> Swept:
        step, points = look.resolution * MEGA, self._analyser.points
        count = math.ceil((look.high - look.low) / look.resolution) + 1
        levels: list[float] = []
        floors: list[float] = []
        while len(levels) < count:
            # the last piece ends where the range does, for an analyser may see no further
            first = max(min(len(levels), count - points), 0)
            piece = self._piece(look.low * MEGA + first * step, step, seeded)
            fresh = piece.levels[len(levels) - first :]
            levels += fresh
            floors += [piece.floor] * len(fresh)
        trace = Trace(start=look.low * MEGA, step=step, levels=tuple(levels[:count]))
        return Swept(look=look, trace=trace, floors=tuple(floors[:count]))

    def _piece(self, start: float, step: float, seeded: float) -> Trace:
        self._analyser.seed_nothing()
        trace = self._read(start, step)
        place = min(range(len(trace.levels)), key=trace.levels.__getitem__)
        self._analyser.seed(trace.frequency(place), seeded)
        seen = self._read(start, step).levels[place]
        self._analyser.seed_nothing()
        where = f"{trace.frequency(place) / MEGA:.1f} MHz"
        if trace.floor > seeded - CLEAR:
            self._fail(f"noise of {trace.floor:.0f} dBm about {where} hides a line of {seeded:g} dBm: attenuate less")
        if abs(seen - seeded) > AGREES:
            told = f"a line of {seeded:g} dBm at {where} reads {seen:.1f} dBm"
            self._fail(f"{told}: is the trace a fresh one, and `path_loss` right?")
        return trace

    def _read(self, start: float, step: float) -> Trace:
        span = (self._analyser.points - 1) * step
        return self._analyser.read_trace(centre=start + span / 2.0, span=span, resolution=step).raised(self._loss)

    def _fail(self, detail: str) -> NoReturn:
        self._context.log.control("line.found", "positive", False, detail)
        raise RigError(f"control line.found failed: {detail}")
