"""The attenuator role: a programmable attenuator in the path of the radio link, both directions alike."""

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from harness.errors import VehicleTimeout
from harness.instruments.chart import Chart
from harness.instruments.context import Context
from harness.instruments.figures import State
from harness.instruments.link.reach import Claims, PathLosses, Reach
from harness.instruments.link.staircase import Probe, Staircase, Stairs
from harness.instruments.undo import Undo
from harness.judgement import Count, Estimate, estimate
from harness.link.signal import Signal
from harness.timing import Wait, wait_until

STUCK = "stuck"
REHEARSAL = (
    "a rehearsal, drawn and not judged: in simulation one level holds both ways and a receiver has a hard sensitivity, "
    "so nothing follows for a range; put a calibrated attenuator into the path of a real link (docs/bench.md)"
)
ABOVE_LOSS = 20.0  # dB, from where a fade begins
LEVEL_U = 0.25  # dB, rectangular: steps of the attenuator
FOLLOWS, FOLLOWS_WITHIN = 1.0, 0.25  # dB, and s that a step of a fade may come late
TELLING = 0.1  # s, in which the observer is told a change


class Fading:
    """A fade while it lasts, and its figures afterwards.

    Attributes:
        start: when it began, s of the test clock.
        action: when the aircraft's action on the loss was seen, s; None before.
    """

    def __init__(self, context: Context, signal: Signal, slope: float, greatest: float) -> None:
        self._context, self._signal, self._slope = context, signal, slope
        self._lowest = signal.strong - greatest
        self.start = context.world.now()
        self.action: float | None = None
        self._lost_before = signal.lost
        self._limit = signal.sensitivity
        self._from = signal.sensitivity + ABOVE_LOSS

    def wait_action(self, witness: Callable[[], State], *, within: float) -> None:
        """Wait at most `within` s until the mode changes.

        Raises:
            VehicleTimeout: it does not, although the signal went.
            RigError: the signal did not go.
        """
        before = witness().mode
        wait = Wait(name="an action after the fade", within=within, wanted="a change of mode", got=lambda: before)
        try:
            wait_until(self._context.world, lambda: witness().mode != before, wait)
        except VehicleTimeout:
            self.prove()
            raise
        self.action = self._context.world.now()

    def prove(self) -> None:
        """The signal must have been too weak for something.

        Raises:
            RigError: it was not.
        """
        lost = self._signal.lost - self._lost_before
        self._context.check("fade.realised", lost > 0, f"{lost} pieces were lost below {self._limit:g} dBm")

    def read_off(self) -> float:
        """How far the level is from the ordered one now, dB; what is below the attenuator's end it cannot follow."""
        ordered = self._from - self._slope * (self._context.world.now() - self.start)
        return self._signal.read_level() - ordered if ordered > self._lowest else 0.0

    def prove_level(self, off: float) -> None:
        """The margin of a warning is told by the order, so the attenuator must have followed it.

        Raises:
            RigError: at the end of the fade it was elsewhere.
        """
        allowed = FOLLOWS + FOLLOWS_WITHIN * self._slope
        self._context.check("fade.level", abs(off) <= allowed, f"{off:+.1f} dB off the ordered level at the end")

    def lead_time(self, warned: float | None) -> Estimate:
        """From the warning to the action, s; 0 when there was no warning."""
        if warned is None or self.action is None:
            return estimate(0.0)
        return estimate(self.action - warned, telling=TELLING / math.sqrt(12))

    def lead_margin(self, warned: float | None) -> Estimate:
        """Level at the warning over that at the loss, dB; 0 when there was no warning."""
        if warned is None:
            return estimate(0.0)
        level = self._from - self._slope * (warned - self.start)
        steps, certificate = LEVEL_U / math.sqrt(3), self._context.uncertainty
        return estimate(level - self._limit, attenuator=math.hypot(steps, certificate))

    def missing(self, warned: float | None) -> Count:
        """Whether no warning came before the action, of one fade."""
        late = warned is None or (self.action is not None and warned >= self.action)
        return Count(events=int(late), trials=1)

    def show(self, warned: float | None) -> None:
        """Chart of the level with warning, loss and action."""
        end = self.action or self._context.world.now()
        loss = self.start + (self._from - self._limit) / self._slope
        times = tuple(self.start + (end - self.start) * step / 100 for step in range(101))
        levels = tuple(self._from - self._slope * (time - self.start) for time in times)
        limit = ("sensitivity", (times[0], times[-1]), (self._limit, self._limit))
        marks = [("warning", warned), ("loss", loss), ("action", self.action)]
        self._context.log.chart(
            Chart(
                title="Fade of the link",
                x_label="test clock (s)",
                y_label="received level (dBm)",
                lines=(("received level", times, levels), limit),
                events=tuple((name, time) for name, time in marks if time is not None),
            )
        )


class StepAttenuator:
    """A programmable attenuator. Fault ``stuck``: it attenuates nothing, whatever it is told.

    Attributes:
        greatest: the most that it attenuates, dB.
    """

    greatest = 90.0

    def __init__(self, context: Context) -> None:
        self._context = context
        self._signal = context.need(context.sockets.signal, "radio path that can be attenuated")

    @contextmanager
    def fading(self, *, slope: float) -> Iterator[Fading]:
        """Let the level fall by `slope` dB/s while the context lasts; it is strong again afterwards.

        Raises:
            RigError: on leaving, when nothing was lost, or the level was another one than was ordered.
        """
        fading = Fading(self._context, self._signal, slope, self.greatest)
        self._set(self._signal.sensitivity + ABOVE_LOSS, slope)

        def end() -> None:
            off = fading.read_off()
            self._signal.set_level(self._signal.strong)
            fading.prove()
            fading.prove_level(off)

        with Undo(end):
            yield fading

    @contextmanager
    def holding(self, *, above_loss: float) -> Iterator[None]:
        """Hold the level that many dB above the loss while the context lasts.

        Raises:
            RigError: on leaving, when the level was another one.
        """
        wanted = self._signal.sensitivity + above_loss
        self._set(wanted, 0.0)

        def end() -> None:
            level = self._signal.read_level()
            self._signal.set_level(self._signal.strong)
            self._context.check("level.realised", abs(level - wanted) < 1.0, f"{level:g} dBm, wanted {wanted:g} dBm")

        with Undo(end):
            yield

    def find_loss(self, probe: Probe, plan: Stairs) -> Reach:
        """Attenuate in steps until `probe` says that the link is lost either way, again and again as `plan` says.

        Raises:
            RigError: the range or its frequency is not declared, or a control failed.
        """
        claims = self._claims()
        stairs = Staircase(context=self._context, dial=self, probe=probe, plan=plan, least=claims.least)
        with Undo(lambda: self._signal.set_level(self._signal.strong)):
            ascents = stairs.climb()
        reach = Reach(
            stairs=tuple(stairs.stairs),
            ascents=ascents,
            losses=self.path_losses(),
            claims=claims,
            calibration=self._context.uncertainty_at(min(each.middle for each in ascents), "an attenuation"),
        )
        self._context.log.note(reach.describe())
        self._context.log.chart(reach.chart("Delivery both ways over the path loss"))
        return reach

    def turn(self, attenuation: float) -> None:
        """Attenuate by that many dB."""
        self._set(self._signal.strong - attenuation, 0.0)

    def read_attenuation(self) -> float:
        """Attenuation now, dB."""
        return self._signal.strong - self._signal.read_level()

    def path_losses(self) -> PathLosses:
        """What lies in the path beside it; here what a transmitter of the declared power would have, for the chart."""
        power = self._context.declaration.link.max_power
        return PathLosses(fixed=power - self._signal.strong if power is not None else 0.0, unknown=REHEARSAL)

    def _claims(self) -> Claims:
        link, claim = self._context.declaration.link, self._context.claim
        return Claims(
            range=claim(link.range, "link.range"),
            frequency=claim(link.frequency, "link.frequency"),
            least=1.0 - claim(link.loss_tolerance, "link.loss_tolerance") / 100.0,
        )

    def _set(self, level: float, slope: float) -> None:
        if self._context.fault != STUCK:
            self._signal.set_level(level, slope=slope)
