"""A signal that fades along a ramp, and the loss that it brings. Illustrative: no radio is involved."""

import math
from dataclasses import dataclass
from random import Random

from harness.errors import RigError
from harness.link.impair_loss import IndependentLoss
from harness.timing import Clock


@dataclass(frozen=True, kw_only=True)
class Fade:
    """A received level that falls along a ramp, stays, and comes back at once. Times on the test clock, s.

    Attributes:
        level: before and after the fade, dBm.
        start: when the ramp begins.
        slope: how fast it falls, dB/s; 0 is no fade.
        lowest: level at which it stays, dBm.
        end: when the level is back.

    Raises:
        RigError: a figure is not a number, the ramp rises, or it ends before it began.
    """

    level: float = -60.0
    start: float = 0.0
    slope: float = 0.0
    lowest: float = -120.0
    end: float = math.inf

    def __post_init__(self) -> None:
        sane = all(map(math.isfinite, (self.level, self.start, self.slope, self.lowest)))
        if not (sane and self.slope >= 0.0 and self.lowest <= self.level and self.end >= self.start):
            raise RigError(f"no signal can fade like {self}: it falls from its level to a lower one, then comes back")

    def read(self, now: float) -> float:
        """Level at a time, dBm."""
        if not self.start <= now < self.end:
            return self.level
        return max(self.lowest, self.level - self.slope * (now - self.start))


@dataclass(frozen=True, kw_only=True)
class Sensitivity:
    """Which frames a receiver loses at which level: half of them at `half`, next to none 5 `width` above it.

    A logistic curve, 1 / (1 + exp((level - half) / width)); the figures are those of a common telemetry radio at
    64 kbit/s, rounded (judgement).

    Attributes:
        half: dBm.
        width: dB.
        noise: noise floor that it reports, dBm.
    """

    half: float = -105.0
    width: float = 1.0
    noise: float = -115.0

    def loss(self, level: float) -> float:
        """Share of frames lost at a level in dBm."""
        return 1.0 / (1.0 + math.exp(min(max((level - self.half) / self.width, -700.0), 700.0)))


class FadingLoss(IndependentLoss):
    """Loses pieces the more, the weaker the signal is.

    Attributes:
        fade: how the signal fades; may be replaced at any time.
    """

    def __init__(self, clock: Clock, fade: Fade, receiver: Sensitivity, rng: Random) -> None:
        super().__init__(0.0, rng)
        self._clock, self._receiver, self.fade = clock, receiver, fade

    def _is_lost(self) -> bool:
        return self._rng.random() < self._receiver.loss(self.fade.read(self._clock.now()))
