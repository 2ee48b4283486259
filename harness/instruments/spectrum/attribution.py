"""Whose the lines in the air are: the bench's own, a declared emitter's or its harmonics', or nobody's. ENDP-10."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from harness.catalogue.sections import Band
from harness.errors import NotShown
from harness.instruments.spectrum.airsweep import STANDS_OUT, Swept
from harness.instruments.spectrum.emissions import Line, lines_above

LOWEST, HIGHEST = 1.0, 6000.0  # MHz
HARMONICS = 10


@dataclass(frozen=True, kw_only=True)
class Attribution:
    """What was found.

    Attributes:
        unknown: lines that nobody declared, by mode.
        known: lines of declared emitters and their harmonics, by mode, in words.
        bench: lines that are there with the article off.
        swept: width that was swept in every mode, MHz.
        masked: width of it that lines of the bench hide, MHz.
    """

    unknown: Mapping[str, tuple[Line, ...]]
    known: Mapping[str, tuple[str, ...]]
    bench: tuple[Line, ...]
    swept: float
    masked: float

    @property
    def undeclared(self) -> int:
        """Undeclared emitters: lines of one frequency in several modes are one."""
        kept: list[Line] = []
        for line in (line for lines in self.unknown.values() for line in lines):
            if not any(abs(line.frequency - other.frequency) <= (line.width + other.width) / 2.0 for other in kept):
                kept.append(line)
        return len(kept)

    @property
    def share(self) -> float:
        """Share of 1 MHz to 6 GHz in which an emitter would have been seen in every mode."""
        return (self.swept - self.masked) / (HIGHEST - LOWEST)

    @property
    def swept_fraction(self) -> float:
        """The same, where it is whole.

        Raises:
            NotShown: it is not, which the bench is to blame for and not the article.
        """
        if self.share < 1.0:
            lines = ", ".join(map(str, self.bench)) or "none"
            raise NotShown(
                f"{self.share:.4f} of 1 MHz to 6 GHz was swept; lines that are there with the article off: {lines}: "
                "shield the box, or sweep the rest"
            )
        return self.share

    def describe(self) -> str:
        """In words."""
        parts = [f"with the article off: {', '.join(map(str, self.bench)) or 'nothing'}"]
        for mode, lines in self.unknown.items():
            nobodys = ", ".join(map(str, lines)) or "nothing"
            parts.append(f"{mode}: declared {', '.join(self.known[mode]) or 'nothing'}; undeclared {nobodys}")
        inside = "what transmits inside of a declared band is not told apart from who declared it"
        return f"lines over the noise by {STANDS_OUT:g} dB. {'. '.join(parts)}. Share swept {self.share:.4f}; {inside}"


def attribute(ambient: Sequence[Swept], modes: Mapping[str, Sequence[Swept]], emitters: Sequence[Band]) -> Attribution:
    """Attribute the lines of each mode, swept in the ranges of `ambient`, in which the article was off."""
    unknown: dict[str, tuple[Line, ...]] = {}
    known: dict[str, tuple[str, ...]] = {}
    for mode, sweeps in modes.items():
        owned = [
            (line, _owner(line, emitters, off.look.resolution))
            for off, swept in zip(ambient, sweeps, strict=True)
            for line in _own(off, swept)
        ]
        unknown[mode] = tuple(line for line, owner in owned if not owner)
        known[mode] = tuple(f"{line} ({owner})" for line, owner in owned if owner)
    bench = tuple(line for off in ambient for line in lines_above(off.trace, off.thresholds))
    return Attribution(
        unknown=unknown,
        known=known,
        bench=bench,
        swept=sum(min(off.look.high, HIGHEST) - max(off.look.low, LOWEST) for off in ambient),
        masked=sum(line.width for line in bench),
    )


def _own(off: Swept, swept: Swept) -> list[Line]:
    """Lines of the article: what stands out now and did not before, or did by less."""
    pairs = zip(swept.thresholds, off.thresholds, off.trace.levels, strict=True)
    thresholds = [max(own, before + STANDS_OUT) if before > limit else own for own, limit, before in pairs]
    return lines_above(swept.trace, thresholds)


def _owner(line: Line, emitters: Sequence[Band], slack: float) -> str:
    """The declared emitter in whose band, or a multiple of it, a line is strongest; "" for none."""
    for emitter in emitters:
        for order in range(1, HARMONICS + 1):
            if order * emitter.low - slack <= line.frequency <= order * emitter.high + slack:
                return emitter.name if order == 1 else f"{emitter.name}, harmonic {order}"
    return ""
