"""What a verdict is worth where the rig did not try the article exactly as hard as the case says.

A PASS is credited at what was surely realised, so at the realised level less its uncertainty; a miss says something
only while the article was not surely tried harder than it should have been, but for what no source can avoid.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from harness.judgement.estimate import Estimate
from harness.judgement.verdict import Verdict

# relative; arithmetic of a source and its meter, far below any meter's uncertainty
ROUNDING = 1e-5
# relative; without it no source could bring a PASS as well as a FAIL to stand. Judgement: of a wind, 4 % of its force
EXCESS = 0.02


@dataclass(frozen=True, kw_only=True)
class Exposure:
    """How hard the article was really tried in a case.

    Attributes:
        name: what it was exposed to, as ``wind``.
        unit: unit of level and realised value.
        level: what the case stands for, by the declaration.
        realised: what really was there, in the same terms.
        basis: what those terms are, such as the air density that a wind speed is stated at.
    """

    name: str
    unit: str
    level: float
    realised: Estimate
    basis: str = ""

    @property
    def credited(self) -> float:
        """Level at which a PASS holds: the realised one less its U."""
        return self.realised.value - self.realised.U

    @property
    def sound(self) -> bool:
        """Whether its numbers say anything."""
        numbers = (self.level, self.realised.value, self.realised.U)
        return all(map(math.isfinite, numbers)) and self.realised.U >= 0.0

    @property
    def reached(self) -> bool:
        """Whether the level was surely there."""
        return self.credited >= self.level - ROUNDING * abs(self.level)

    @property
    def exceeded(self) -> bool:
        """Whether so much more than the level was surely there that a miss says nothing about the level."""
        return self.credited > self.level + EXCESS * abs(self.level)

    def __str__(self) -> str:
        U = f" (U {self.realised.U:.3g})" if self.realised.U else ""
        return f"{self.name} {self.realised.value:.4g} {self.unit}{U} for {self.level:.4g} {self.unit}"


def credit(verdict: Verdict, exposures: Sequence[Exposure]) -> tuple[Verdict, str]:
    """The verdict at the level that the case stands for, and why it is another one; "" where it is not.

    PASS below the level is INCONCLUSIVE at it, FAIL above it is INVALID, and numbers that say nothing are INVALID.
    All exposures of a case count, and nothing becomes better by them.
    """
    if verdict not in (Verdict.PASS, Verdict.FAIL, Verdict.INCONCLUSIVE):
        return verdict, ""
    unsound = [item for item in exposures if not item.sound]
    if unsound:
        return Verdict.INVALID, f"nobody knows what the article was exposed to: {unsound[0]}"
    short = [item for item in exposures if not item.reached]
    if verdict is Verdict.PASS and short:
        return Verdict.INCONCLUSIVE, f"{Verdict.PASS} at {_levels(short)} only: {'; '.join(map(str, short))}"
    beyond = [item for item in exposures if item.exceeded]
    if verdict is Verdict.FAIL and beyond:
        return Verdict.INVALID, f"missed beyond what it was to be exposed to: {'; '.join(map(str, beyond))}"
    return verdict, ""


def _levels(exposures: Sequence[Exposure]) -> str:
    return " and ".join(f"{item.name} {item.credited:.4g} {item.unit}" for item in exposures)
