"""How far a link reaches by the attenuation that it bears: what a staircase of steps showed, and loss in free space."""

import math
from collections import Counter
from dataclasses import dataclass
from statistics import stdev

from harness.errors import NotShown
from harness.instruments.chart import Chart, Line
from harness.instruments.link.bothways import DOWN, UP, Shares
from harness.judgement import Estimate, estimate

SPEED_OF_LIGHT = 299_792_458.0  # m/s
_HERTZ = 1e6
_PERCENT = 100.0


def path_loss(distance: float, frequency: float) -> float:
    """Loss in free space between isotropic antennas, dB, over `distance` m at `frequency` MHz (Friis; ITU-R P.525)."""
    return 20.0 * math.log10(4.0 * math.pi * distance * frequency * _HERTZ / SPEED_OF_LIGHT)


def free_range(loss: float, frequency: float) -> float:
    """Distance in free space with that path loss (dB) at `frequency` MHz, m: the inverse of `path_loss`."""
    return SPEED_OF_LIGHT / (4.0 * math.pi * frequency * _HERTZ) * float(10.0 ** (loss / 20.0))


@dataclass(frozen=True, kw_only=True)
class PathLosses:
    """What lies in the path beside the attenuator, dB, each with its standard uncertainty.

    Attributes:
        fixed: cables and pads, measured.
        fixed_u: of that.
        gain: of both antennas together in their worst headings, from the confirmation by radiation.
        gain_u: of that.
        unknown: why the path is not known, so that nothing follows for a range; "" when it is.
    """

    fixed: float = 0.0
    fixed_u: float = 0.0
    gain: float = 0.0
    gain_u: float = 0.0
    unknown: str = ""

    @property
    def total(self) -> float:
        """Path loss between isotropic antennas when the attenuator is at 0, dB."""
        return self.fixed + self.gain


@dataclass(frozen=True, kw_only=True)
class Stair:
    """One step: attenuation by the attenuator's own word (dB), and what got through."""

    attenuation: float
    shares: Shares


@dataclass(frozen=True, kw_only=True)
class Ascent:
    """Steps upwards to the first loss: the last attenuation that was borne, the first one that was not, and the way."""

    borne: float
    lost: float
    way: str

    @property
    def middle(self) -> float:
        """The loss lies evenly anywhere between the two, dB."""
        return (self.borne + self.lost) / 2.0

    def describe(self) -> str:
        """In words, dB of the attenuator."""
        hidden = ", so that of the way up nobody hears" if self.way == DOWN else ""
        return f"borne {self.borne:g} dB, lost at {self.lost:g} dB, first {self.way}{hidden}"


@dataclass(frozen=True, kw_only=True)
class Claims:
    """What is declared: range (m), its frequency (MHz), and the share that must get through each way."""

    range: float
    frequency: float
    least: float


@dataclass(frozen=True, kw_only=True)
class Reach:
    """What the staircase showed.

    Attributes:
        stairs: every step of every ascent.
        ascents: those in steps of the stated size, all of them.
        losses: of the path beside the attenuator.
        claims: what is declared.
        calibration: standard uncertainty of the attenuator, dB.
    """

    stairs: tuple[Stair, ...]
    ascents: tuple[Ascent, ...]
    losses: PathLosses
    claims: Claims
    calibration: float

    @property
    def worst(self) -> Ascent:
        """The ascent with the least attenuation at the loss."""
        return min(self.ascents, key=lambda ascent: ascent.middle)

    @property
    def attenuation(self) -> Estimate:
        """Path loss at the first loss of either way, worst of the ascents, dB.

        Raises:
            NotShown: the path is not known.
        """
        if self.losses.unknown:
            raise NotShown(self.losses.unknown)
        return estimate(self.losses.total + self.worst.middle, **self._terms())

    @property
    def range(self) -> Estimate:
        """Range in free space with that path loss, m.

        Raises:
            NotShown: the path is not known.
        """
        loss = self.attenuation
        distance = free_range(loss.value, self.claims.frequency)
        # d(distance) / d(loss) of the formula
        slope = distance * math.log(10.0) / 20.0
        return estimate(distance, **{name: slope * term for name, term in loss.terms.items()})

    @property
    def margin(self) -> Estimate:
        """That path loss over the one in free space at the declared range, dB.

        Raises:
            NotShown: the path is not known.
        """
        loss = self.attenuation
        return estimate(loss.value - path_loss(self.claims.range, self.claims.frequency), **loss.terms)

    def _terms(self) -> dict[str, float]:
        worst, middles = self.worst, [ascent.middle for ascent in self.ascents]
        return {
            "attenuator": self.calibration,
            "step": (worst.lost - worst.borne) / math.sqrt(12.0),
            "fixed_loss": self.losses.fixed_u,
            "antenna_gain": self.losses.gain_u,
            "repeatability": stdev(middles) if len(middles) > 1 else 0.0,
        }

    def describe(self) -> str:
        """Where the link was lost, and which way first."""
        ends = Counter(self.ascents)
        told = "; ".join(f"{times}x {each.describe()}" for each, times in sorted(ends.items(), key=_height))
        beside = f"{self.losses.fixed:g} dB of cables and pads, antennas {self.losses.gain:g} dB"
        return (
            f"attenuator at the loss: {told}. Lost: less than {self.claims.least:.0%} of "
            f"what was sent gets through. Beside it in the path: {beside}"
        )

    def chart(self, title: str) -> Chart:
        """Delivery both ways over the path loss, the loss and the path loss of the declared range."""
        marks = (
            ("loss", self.losses.total + self.worst.middle),
            ("declared range", path_loss(self.claims.range, self.claims.frequency)),
        )
        return Chart(
            title=f"{title} (rehearsal)" if self.losses.unknown else title,
            x_label="path loss (dB)",
            y_label="delivered (%)",
            lines=(self._line(DOWN), self._line(UP)),
            events=marks,
        )

    def _line(self, way: str) -> Line:
        worst: dict[float, float] = {}
        for stair in self.stairs:
            share = getattr(stair.shares, way)
            if not math.isnan(share):
                worst[stair.attenuation] = min(share, worst.get(stair.attenuation, share))
        places = sorted(worst)
        x = tuple(self.losses.total + place for place in places)
        return way, x, tuple(_PERCENT * worst[place] for place in places)


def _height(end: tuple[Ascent, int]) -> float:
    return end[0].middle
