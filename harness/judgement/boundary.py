"""Up to which level of a disturbance something holds: bisection over repeated trials, and what they support.

The levels lie on a grid. A level holds in the search when all its trials pass; the trials of a level stop at the first
that does not. Bisection takes for granted that what breaks at one level breaks at every higher one; the levels that
were tried are handed out, so that a reader can see whether they say otherwise.

The search chooses its level by its own trials, so these cannot prove it: chance passes are chosen too. The level is
therefore tried again with as many fresh trials. When one fails, the level below is tried with fresh ones, and so on.
Attempt k may err with a risk of (1 - C) / 2^k, which adds up to at most 1 - C over all attempts, so the bound on the
share of failures (Clopper-Pearson for none of n: 1 - risk^(1/n)) holds with confidence C however many were needed.
"""

from collections.abc import Callable
from dataclasses import dataclass

from harness.errors import UsageError
from harness.judgement.counts import CONFIDENCE, zero_failure_bound

MOST_LEVELS = 1000


@dataclass(frozen=True, kw_only=True)
class Grid:
    """Levels `step` apart from `lowest` to `highest`, in the unit of the disturbance.

    Raises:
        UsageError: no step, no level, or more than a thousand.
    """

    lowest: float
    highest: float
    step: float

    def __post_init__(self) -> None:
        if not (self.step > 0 and self.highest >= self.lowest and self.size <= MOST_LEVELS):
            raise UsageError(
                f"no levels from {self.lowest:g} to {self.highest:g} in steps of {self.step:g}: "
                f"at least 1 and at most {MOST_LEVELS} are searched"
            )

    @property
    def size(self) -> int:
        """How many levels there are."""
        return int((self.highest - self.lowest) / self.step + 1e-9) + 1

    def level(self, index: int) -> float:
        """The level of that index, 0 the lowest."""
        return round(self.lowest + index * self.step, 9)


@dataclass(frozen=True, kw_only=True)
class Level:
    """One level that was tried.

    Attributes:
        level: of the disturbance.
        fresh: whether these trials confirm what the search chose.
        trials: how many were made.
        broke: what broke in the last of them; "" where all passed.
    """

    level: float
    fresh: bool
    trials: int
    broke: str


@dataclass(frozen=True, kw_only=True)
class Boundary:
    """What was found.

    Attributes:
        holds: greatest level that was confirmed; None where the lowest did not hold.
        breaks: least level that was seen to break; None where none did.
        broke: what broke there.
        trials: fresh trials at `holds`, all of which passed.
        bound: greatest share of failing trials at `holds` that they do not exclude.
        confidence: of that bound.
        levels: all that were tried, in their order.
    """

    holds: float | None
    breaks: float | None
    broke: str
    trials: int
    bound: float
    confidence: float
    levels: tuple[Level, ...]


# makes the trial of that number at a level; tells what broke, "" when nothing did
Trial = Callable[[float, int], str]


def find_boundary(grid: Grid, trial: Trial, trials: int) -> Boundary:
    """Search the greatest level of `grid` at which `trials` trials pass, and confirm it with as many fresh ones.

    Raises:
        UsageError: no trials.
    """
    if trials < 1:
        raise UsageError(f"{trials} trials a level show nothing: take at least 1")
    return _Search(grid, trial, trials).run()


class _Search:
    def __init__(self, grid: Grid, trial: Trial, trials: int) -> None:
        self._grid, self._trial, self._trials = grid, trial, trials
        self._tried: list[Level] = []

    def run(self) -> Boundary:
        best, attempt = self._bisect(), 1
        while best >= 0 and not self._holds(best, attempt):
            best, attempt = best - 1, attempt + 1
        bound = zero_failure_bound(self._trials, 1 - (1 - CONFIDENCE) / 2**attempt) if best >= 0 else 1.0
        broken = min((item for item in self._tried if item.broke), key=lambda item: item.level, default=None)
        return Boundary(
            holds=self._grid.level(best) if best >= 0 else None,
            breaks=broken.level if broken else None,
            broke=broken.broke if broken else "",
            trials=self._trials if best >= 0 else 0,
            bound=bound,
            confidence=CONFIDENCE,
            levels=tuple(self._tried),
        )

    def _bisect(self) -> int:
        """Index of the greatest level found to hold, -1 for none."""
        good, bad = -1, self._grid.size
        # the lowest first: an article that does not hold there is not searched
        while bad - good > 1:
            middle = 0 if good < 0 else (good + bad) // 2
            if self._holds(middle, 0):
                good = middle
            else:
                bad = middle
        return good

    def _holds(self, index: int, attempt: int) -> bool:
        """Whether all trials pass; attempt 0 is the search, whose trials are the same at each level."""
        level, broke, made = self._grid.level(index), "", 0
        while made < self._trials and not broke:
            broke = self._trial(level, attempt * self._trials + made)
            made += 1
        self._tried.append(Level(level=level, fresh=attempt > 0, trials=made, broke=broke))
        return not broke
