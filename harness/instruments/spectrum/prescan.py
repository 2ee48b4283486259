"""What a pre-scan measures of a transmitter against its declared channels: RADIO-10."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from harness.catalogue.sections import Band
from harness.errors import RigError
from harness.instruments.chart import Chart, Line
from harness.instruments.repeats import worst_of
from harness.instruments.spectrum.airsweep import STANDS_OUT, Look, Swept
from harness.instruments.spectrum.emissions import MEGA, hold, lines_above
from harness.judgement import Estimate, estimate

# the spurious domain begins 2.5 times the bandwidth off the centre (ITU-R SM.1539)
SPURIOUS_FROM = 2.5
# weaker than the strongest emission by this, dB: no carrier of its own but a by-product
CARRIER = 20.0
# noise bandwidth of a resolution filter against its 3 dB bandwidth, rectangular, dB
FILTER = 0.5
FINE_POINTS = 200
_NEPER = math.log(10.0) / 10.0


@dataclass(frozen=True, kw_only=True)
class Chain:
    """What is known of the way from the antenna to the analyser: dB, each with its standard uncertainty.

    Attributes:
        gain: of the article's antenna where it is strongest, over an isotropic one.
        gain_u: of that.
        loss_u: of the loss from the antenna port to the analyser.
        analyser_u: of the analyser's levels.
    """

    gain: float
    gain_u: float
    loss_u: float
    analyser_u: float

    @property
    def level_terms(self) -> dict[str, float]:
        """Of one level."""
        return {"analyser": self.analyser_u, "path_loss": self.loss_u}

    @property
    def power_terms(self) -> dict[str, float]:
        """Of levels added up."""
        return {**self.level_terms, "filter": FILTER / math.sqrt(3.0)}


@dataclass(frozen=True, kw_only=True)
class Prescan:
    """Sweeps of a transmitter that is on.

    Attributes:
        wide: all ranges, held over the sweeps.
        near: about the strongest emission, each sweep for itself.
        channels: what is declared.
        chain: the way to the analyser.
    """

    wide: tuple[Swept, ...]
    near: tuple[Swept, ...]
    channels: tuple[Band, ...]
    chain: Chain

    @property
    def radiated_power(self) -> Estimate:
        """Equivalent isotropically radiated power, dBm: the power at the port and the antenna's gain."""
        powers = [each.trace.power(each.look.resolution * MEGA) + self.chain.gain for each in self.near]
        return estimate(max(powers), **self.chain.power_terms, antenna_gain=self.chain.gain_u)

    @property
    def power_density(self) -> Estimate:
        """Power at the port in the strongest 1 MHz, mW/MHz."""
        density = max(each.trace.density(each.look.resolution * MEGA) for each in self.near)
        return estimate(density, **{name: density * _NEPER * term for name, term in self.chain.power_terms.items()})

    @property
    def occupied_bandwidth(self) -> Estimate:
        """Width with 99 % of the power, MHz; each edge is known to a step."""
        widths = [each.trace.occupied_bandwidth() / MEGA for each in self.near]
        step = self.near[0].look.resolution
        return worst_of([estimate(width, edges=step / math.sqrt(6.0)) for width in widths])

    @property
    def spurious_level(self) -> Estimate:
        """Strongest level in the spurious domain of every channel, dBm; where there is none, that of the noise."""
        return estimate(self._spurious[1], **self.chain.level_terms)

    @property
    def off_channel(self) -> int:
        """Carriers outside of the declared channels."""
        return len(self.strays)

    @cached_property
    def strays(self) -> list[str]:
        """The same in words."""
        most = max(each.trace.strongest[1] for each in self.wide)
        found = []
        for each in self.wide:
            thresholds = [
                math.inf if self._declared(each, place) else max(most - CARRIER, noise)
                for place, noise in enumerate(each.thresholds)
            ]
            found += [str(line) for line in lines_above(each.trace, thresholds)]
        return found

    def _declared(self, swept: Swept, place: int) -> bool:
        frequency = swept.trace.frequency(place) / MEGA
        return any(channel.holds(frequency, slack=swept.look.resolution) for channel in self.channels)

    @cached_property
    def _spurious(self) -> tuple[float, float]:
        levels = [
            (each.trace.frequency(place) / MEGA, level)
            for each in self.wide
            for place, level in enumerate(each.trace.levels)
            if all(_is_spurious(each.trace.frequency(place) / MEGA, channel) for channel in self.channels)
        ]
        if not levels:
            raise RigError("nothing was swept outside of the channels: put a wider range into the table of conditions")
        return max(levels, key=lambda pair: pair[1])

    def describe(self) -> str:
        """In words."""
        frequency, level = self._spurious
        return (
            f"strongest spurious emission {level:.1f} dBm at {frequency:.1f} MHz; carriers off the declared channels: "
            f"{', '.join(self.strays) or 'none'}"
        )

    def chart(self) -> Chart:
        """Levels over frequency, with the declared channels."""
        lines = tuple(_drawn(each) for each in self.wide)
        spans = tuple((f"declared: {channel.name}", channel.low, channel.high) for channel in self.channels)
        return Chart(
            title="Emissions at the antenna port",
            x_label="frequency (MHz)",
            y_label="level (dBm)",
            lines=lines,
            spans=spans,
            quantities=("spurious_level",),
        )


def strongest(sweeps: Sequence[Swept]) -> float:
    """Frequency of the strongest emission of all ranges, MHz.

    Raises:
        RigError: nothing stands out of the noise.
    """
    most = max(sweeps, key=lambda each: each.trace.strongest[1] - each.trace.floor)
    frequency, level = most.trace.strongest
    if level < most.trace.floor + 2.0 * STANDS_OUT:
        raise RigError(
            f"nothing stands out of the noise, {level:.0f} dBm at most: is the cable at its antenna, and does it send?"
        )
    return frequency / MEGA


def near_look(frequency: float, channels: Sequence[Band]) -> Look:
    """The range about the channel in which `frequency` (MHz) lies, or about it outside of all: thrice the widest."""
    width = max(channel.high - channel.low for channel in channels)
    inside = [channel for channel in channels if channel.holds(frequency)]
    middle = (inside[0].low + inside[0].high) / 2.0 if inside else frequency
    low, high = middle - 1.5 * width, middle + 1.5 * width
    # a resolution of about 1 % of the bandwidth or less, in a step that can be set
    resolution = 10.0 ** math.floor(math.log10(width / FINE_POINTS * 2.0))
    return Look(low=low, high=high, resolution=resolution)


def held(sweeps: Sequence[Sequence[Swept]]) -> tuple[Swept, ...]:
    """Several sweeps of the same ranges as one: the greatest level at each place."""
    return tuple(
        Swept(look=same[0].look, trace=hold([each.trace for each in same]), floors=same[0].floors)
        for same in zip(*sweeps, strict=True)
    )


def _is_spurious(frequency: float, channel: Band) -> bool:
    width, centre = channel.high - channel.low, (channel.high + channel.low) / 2.0
    return abs(frequency - centre) > SPURIOUS_FROM * width


def _drawn(swept: Swept) -> Line:
    places = range(len(swept.trace.levels))
    name = f"{swept.look.low:g} to {swept.look.high:g} MHz"
    return name, tuple(swept.trace.frequency(place) / MEGA for place in places), swept.trace.levels
