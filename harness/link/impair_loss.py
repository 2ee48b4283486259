"""Stages that lose pieces at random: each for itself, or in bursts. Seeded; they count what they did."""

from random import Random

from harness.errors import RigError
from harness.link.port import Receiver


def check_share(name: str, share: float) -> float:
    """`share` itself, when it is one.

    Raises:
        RigError: it is not from 0 to 1.
    """
    if not 0.0 <= share <= 1.0:
        raise RigError(f"an impairment's {name} cannot be {share}: it must be a share from 0 to 1")
    return share


class IndependentLoss:
    """Loses each piece with the same probability.

    Attributes:
        offered: pieces that came.
        lost: pieces that went no further.
    """

    def __init__(self, probability: float, rng: Random) -> None:
        """Lose with `probability`, by the draws of `rng`.

        Raises:
            RigError: it is no probability.
        """
        self._probability, self._rng = check_share("loss", probability), rng
        self.offered = self.lost = 0

    def __call__(self, data: bytes, forward: Receiver) -> None:
        """Forward or lose."""
        self.offered += 1
        if self._is_lost():
            self.lost += 1
            return
        forward(data)

    def _is_lost(self) -> bool:
        return self._rng.random() < self._probability


class GilbertElliott(IndependentLoss):
    """Loses in bursts: a two-state chain steps once a piece, the bad state loses all, the good state nothing.

    Source: E. N. Gilbert, "Capacity of a burst-noise channel", Bell System Technical Journal 39 (1960). With the
    chance p of going bad and r of getting well again, the share of losses is p / (p + r), the mean burst 1 / r pieces,
    and losses of neighbours correlate by 1 - p - r. It begins in a state drawn by those shares.
    """

    def __init__(self, share: float, mean_burst: float, rng: Random) -> None:
        """Lose `share` (below 1) of the pieces in bursts of `mean_burst` pieces on average.

        Raises:
            RigError: there is no such chain: its chance of going bad would be over 1.
        """
        super().__init__(share, rng)
        if not (share < 1.0 and mean_burst >= 1.0 and share <= (1.0 - share) * mean_burst):
            raise RigError(f"no two-state chain loses {share} of the pieces in bursts of {mean_burst}: lengthen these")
        self.leave = 1.0 / mean_burst
        self.enter = self.leave * share / (1.0 - share)
        self._bad = rng.random() < share

    def _is_lost(self) -> bool:
        lost = self._bad
        self._bad = self._rng.random() < (1.0 - self.leave if lost else self.enter)
        return lost


def loss_spread(share: float, mean_burst: float, pieces: int) -> float:
    """Standard deviation of the number of losses among many `pieces`, for either stage; `mean_burst` 0: independent.

    Binomial, widened for bursts by the correlation c of neighbours to sqrt((1 + c) / (1 - c)) times as much (variance
    of the mean of a two-state Markov chain).
    """
    variance = pieces * share * (1.0 - share)
    if mean_burst:
        correlation = 1.0 - (1.0 / mean_burst) / (1.0 - share)
        variance *= (1.0 + correlation) / (1.0 - correlation)
    return float(variance**0.5)
