"""Attenuation in steps upwards until a link is lost, and back: where that is, how often the same, and by which way."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NoReturn, Protocol

from harness.errors import RigError
from harness.instruments.context import Context
from harness.instruments.link.bothways import Delivery
from harness.instruments.link.reach import Ascent, Stair
from harness.timing import Deadline, run_for

# the attenuator's resolution and the rounding of its answer, dB
AGREES = 0.3

Probe = Callable[[float], Delivery]


class Stairs(Protocol):
    """A row of conditions.

    Attributes:
        step: dB, between two steps of an ascent that counts.
        coarse: dB, of the first ascent, which finds where the others begin.
        runs: ascents that count.
        settle: from a step to its trial, s.
        dwell: trial of a step, s.
        within: time in which the link is to be whole again when nothing attenuates, s.
    """

    step: float
    coarse: float
    runs: int
    settle: float
    dwell: float
    within: float


class Dial(Protocol):
    """The attenuator as the staircase turns it, dB."""

    greatest: float

    def turn(self, attenuation: float) -> None:
        """Attenuate by that much."""
        ...

    def read_attenuation(self) -> float:
        """Attenuation by its own word."""
        ...


@dataclass(kw_only=True)
class Staircase:
    """Climbs until the link is lost. `least`: share of what is sent that must get through each way.

    Attributes:
        stairs: every step so far.
        used: attenuations that were set, dB.
    """

    context: Context
    dial: Dial
    probe: Probe
    plan: Stairs
    least: float
    stairs: list[Stair] = field(default_factory=list)

    def climb(self) -> tuple[Ascent, ...]:
        """Climb once in coarse steps, then as often as planned in fine ones, and see that the path is tight.

        Raises:
            RigError: a control failed: the link is not whole without attenuation, or does not come back; the attenuator
                is not where it was set; the loss is not found, or something gets by the attenuator.
        """
        whole = self._restore(None)
        rough = self._ascend(0.0, self.plan.coarse, whole)
        begin = max(rough.borne - self.plan.step, 0.0)
        ascents = []
        for _ in range(self.plan.runs):
            self._restore(whole)
            ascents.append(self._ascend(begin, self.plan.step, whole))
        self._assert_tight()
        self._restore(whole)
        check, worst = self.context.check, max(stair.attenuation for stair in self.stairs)
        check("attenuation.realised", True, f"{len(self.stairs)} steps up to {worst:g} dB read back as they were set")
        check("link.returns", True, f"whole again after each of {len(ascents) + 1} losses")
        return tuple(ascents)

    def _ascend(self, begin: float, step: float, whole: Delivery) -> Ascent:
        borne: list[float] = []
        while (wanted := begin + len(borne) * step) <= self.dial.greatest:
            way = self._try(wanted, whole)
            if way and not borne:
                self._fail("link.steady", f"{wanted:g} dB are too much now and were borne before: repeat it")
            if way:
                return Ascent(borne=borne[-1], lost=wanted, way=way)
            borne.append(wanted)
        detail = f"the link is whole behind {self.dial.greatest:g} dB: add a fixed pad, and see that the box is tight"
        self._fail("loss.found", detail)

    def _try(self, attenuation: float, whole: Delivery) -> str:
        self._set(attenuation)
        shares = self.probe(self.plan.dwell).shares(whole)
        self.stairs.append(Stair(attenuation=attenuation, shares=shares))
        return shares.lost(self.least)

    def _set(self, attenuation: float) -> None:
        self.dial.turn(attenuation)
        got = self.dial.read_attenuation()
        if abs(got - attenuation) > AGREES:
            self._fail("attenuation.realised", f"{got:.2f} dB, wanted {attenuation:.2f} dB")
        run_for(self.context.world, self.plan.settle)

    def _restore(self, whole: Delivery | None) -> Delivery:
        """Attenuate nothing until the link is whole; what it then delivers."""
        self._set(0.0)
        over = Deadline(self.context.world, self.plan.within)
        while True:
            got = self.probe(self.plan.dwell)
            shares = got.shares(whole or got)
            if not shares.lost(self.least):
                return got
            if over.passed():
                name = "link.returns" if whole else "link.whole"
                detail = f"{shares.down:.0%} down and {shares.up:.0%} up get through without attenuation"
                self._fail(name, f"{detail}: see to the cables, or raise `within`")

    def _fail(self, control: str, detail: str) -> NoReturn:
        self.context.log.control(control, "positive", False, detail)
        raise RigError(f"control {control} failed: {detail}")

    def _assert_tight(self) -> None:
        self._set(self.dial.greatest)
        got = self.probe(self.plan.dwell)
        detail = f"behind {self.dial.greatest:g} dB {got.heard} frames and {got.answered} answers came"
        if not got.silent:
            self._fail("path.tight", f"{detail}: it leaks past the attenuator, or wants a fixed pad beside it")
        self.context.check("path.tight", True, detail)
