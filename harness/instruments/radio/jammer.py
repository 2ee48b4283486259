"""The jammer role: interference in the bands of the link and of satellite navigation, in a shielded chamber."""

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from harness.errors import RigError, VehicleTimeout
from harness.instruments.context import Context
from harness.instruments.figures import State
from harness.instruments.undo import Undo
from harness.judgement import Count, Estimate, estimate
from harness.timing import Wait, run_for, wait_until

OFF = "off"
STRONGEST, WEAKEST, STEP, DWELL = 60.0, -20.0, 1.0, 0.5  # dB over the signal; s
PERIOD = 0.1
SETTLE = 2.0


class Jamming:
    """What came of taking link and satellites away.

    Attributes:
        excursion: greatest distance over ground from the place of the loss until the landing, by truth.
        wrong: whether the aircraft landed by another action than the declared one, of one loss.
        flown_away: whether the truth left the containment volume, of one loss.
    """

    def __init__(self, context: Context) -> None:
        self._context, self._read = context, context.need(context.sockets.truth, "truth")
        motion = self._read().motion
        self._from, self._greatest, self._farthest = (motion.north, motion.east), 0.0, 0.0
        self.wrong: Count = Count(events=1, trials=1)

    @property
    def excursion(self) -> Estimate:
        """See there, m."""
        return estimate(self._greatest, truth=self._context.uncertainty)

    @property
    def flown_away(self) -> Count:
        """See there."""
        claims = self._context.declaration.envelope
        radius = self._context.claim(claims.containment_radius, "envelope.containment_radius")
        return Count(events=int(self._farthest > radius), trials=1)

    def look(self) -> None:
        """Take one sample of the truth.

        Raises:
            RigError: it is no number.
        """
        motion = self._read().motion
        if not (math.isfinite(motion.north) and math.isfinite(motion.east)):
            raise RigError(f"the truth gives no place at {self._context.world.now():.2f} s: look at the tracker")
        away = math.hypot(motion.north - self._from[0], motion.east - self._from[1])
        self._greatest = max(self._greatest, away)
        # the containment volume is about home, wherever the loss was
        self._farthest = max(self._farthest, math.hypot(motion.north, motion.east))

    def wait_landed(self, witness: Callable[[], State], *, within: float) -> None:
        """Wait at most `within` s until it has landed and disarmed, and note by which action.

        Raises:
            VehicleTimeout: it has not.
        """
        modes: list[str] = []

        def landed() -> bool:
            state = witness()
            modes.append(state.mode)
            return not state.armed

        wait = Wait(
            name="landing after the joint loss",
            within=within,
            wanted="disarmed",
            got=lambda: modes[-1],
            blame=VehicleTimeout,
        )
        wait_until(self._context.world, landed, wait)
        declared = self._context.declaration.link.interference_action or "none"
        actions = self._context.sockets.dialect.action_modes.get(declared, frozenset())
        flown = [mode for mode in modes if mode in actions]
        self.wrong = Count(events=int(not flown), trials=1)


class ChamberJammer:
    """Interference on command. Fault ``off``: it emits nothing.

    Attributes:
        step: of the interference while it is raised, dB.
        dwell: so long it stays at each step, s.
        strongest: interference over the signal, dB.
    """

    step, dwell, strongest = STEP, DWELL, STRONGEST

    def __init__(self, context: Context) -> None:
        self._context, self._world = context, context.world
        self._signal = context.need(context.sockets.signal, "radio path that can be jammed")
        self._sky = context.need(context.sockets.set_satellites, "satellites that can be jammed")

    def raise_to_loss(self) -> Estimate:
        """Raise the interference over the signal step by step until something is lost; the last ratio borne, dB.

        Raises:
            RigError: something is lost before anything interferes, or nothing at the strongest.
        """
        self._assert_quiet()
        lost, ratio = self._signal.lost, WEAKEST
        while self._signal.lost == lost and ratio < self.strongest:
            ratio += self.step
            self._jam(ratio)
            run_for(self._world, self.dwell)
        found = self._signal.lost > lost
        self._jam(None)
        self._context.check("jamming.realised", found, f"the first loss was at {ratio:g} dB over the signal")
        return estimate(ratio - self.step, step=self.step / math.sqrt(3))

    def _assert_quiet(self) -> None:
        """A link that loses by itself would be lost at the weakest step, and the article would be blamed for it."""
        before = self._signal.lost
        run_for(self._world, self.dwell)
        lost = self._signal.lost - before
        if lost:
            self._context.check("jamming.quiet", False, f"{lost} pieces were lost before anything interfered")

    @contextmanager
    def jamming(self) -> Iterator[Jamming]:
        """Take link and satellites away together while the context lasts.

        Raises:
            RigError: on leaving, when something got through.
        """
        result, lost = Jamming(self._context), self._signal.lost
        stop = self._world.schedule.every(PERIOD, result.look, start=self._world.now())
        self._take_both()

        def end() -> None:
            stop()
            dark = not self._context.need(self._context.sockets.hears_satellites, "receiver of the bench")()
            pieces = self._signal.lost - lost
            self._give_both()
            detail = f"{pieces} pieces of the link lost, satellites {'gone' if dark else 'there'}"
            self._context.check("jamming.realised", pieces > 0 and dark, detail)
            run_for(self._world, SETTLE)

        with Undo(end):
            yield result

    def _take_both(self) -> None:
        self._jam(self.strongest)
        if self._context.fault != OFF:
            self._sky(False)

    def _give_both(self) -> None:
        self._jam(None)
        self._sky(True)

    def _jam(self, ratio: float | None) -> None:
        if self._context.fault != OFF:
            self._signal.set_interference(ratio)
