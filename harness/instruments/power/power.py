"""The power role: a calibrated meter at the battery of the article."""

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from harness.drone.flight.state import Battery
from harness.instruments.chart import Chart
from harness.instruments.context import Context
from harness.instruments.undo import Undo
from harness.judgement import Estimate, estimate
from harness.timing import Wait, wait_until

PERIOD = 0.05
STUCK = "stuck"
BALANCE = 0.02
# less is no flight, W
LEAST_POWER = 50.0
_SECONDS = 3600.0


@dataclass(kw_only=True)
class Consumption:
    """Readings of the meter while it ran; complete once the metering has ended.

    Attributes:
        u_power: standard uncertainty of the power, as a share of it.
        times: test clock, s.
        readings: of the pack.
    """

    u_power: float
    times: list[float] = field(default_factory=list)
    readings: list[Battery] = field(default_factory=list)

    def powers(self) -> list[float]:
        """Power drawn from the pack at each reading, W."""
        return [reading.voltage * reading.current for reading in self.readings]

    def energy(self) -> Estimate:
        """Integral of the power by the trapezoidal rule, Wh."""
        powers = self.powers()
        steps = zip(self.times, self.times[1:], powers, powers[1:], strict=False)
        joules = sum(0.5 * (before + after) * (end - start) for start, end, before, after in steps)
        ends = max(powers, default=0.0) * PERIOD / math.sqrt(12.0)
        energy = joules / _SECONDS
        return estimate(energy, meter=self.u_power * energy, time=math.sqrt(2.0) * ends / _SECONDS)

    def registered(self) -> float:
        """What the meter's own register counted meanwhile, Wh."""
        return self.readings[-1].used_wh - self.readings[0].used_wh if self.readings else 0.0


class PlantMeter:
    """A power meter at the pack of a simulated article. Fault ``stuck``: it sticks at its first reading.

    The calibration's uncertainty is a share of the power.
    """

    def __init__(self, context: Context) -> None:
        self._context = context
        self._read: Callable[[], Battery] = context.need(context.sockets.pack, "battery terminals")
        self._kept: Battery | None = None

    def read(self) -> Battery:
        """The pack now."""
        reading = self._read()
        if self._context.fault == STUCK:
            self._kept = reading = self._kept or reading
        return reading

    def reserve(self) -> Estimate:
        """Charge left in the pack as a share of its charge when full, %."""
        left = 100.0 * self.read().remaining
        return estimate(left, meter=self._context.uncertainty * (100.0 - left))

    def draw_beforehand(self, *, share: float) -> None:
        """Let a bench load draw `share` of the declared energy that is used when the return begins.

        Raises:
            RigError: the register did not count it within a fiftieth.
        """
        energy = share * self._declared_use()
        load = self._context.need(self._context.sockets.load, "bench load")
        before = self.read().used_wh
        load(energy)
        drawn = self.read().used_wh - before
        detail = f"the load drew {energy:.2f} Wh, the meter's register {drawn:.2f} Wh"
        self._context.check("power.load", abs(drawn - energy) <= BALANCE * energy, detail)

    def wait_used(self) -> None:
        """Wait until the declared energy has been taken from the full pack, in the air.

        Raises:
            VehicleTimeout: the article draws too little ever to get there.
        """
        wanted, world = self._declared_use(), self._context.world
        within = _SECONDS * max(0.0, wanted - self.read().used_wh) / LEAST_POWER + PERIOD
        wait = Wait(name="use of the pack", within=within, wanted=f"{wanted:.1f} Wh", got=lambda: self.read().used_wh)
        # so that the meter is read also while nothing else is due
        stop = world.schedule.every(PERIOD, lambda: None, start=world.now())
        with Undo(stop):
            wait_until(world, lambda: self.read().used_wh >= wanted, wait)

    def _declared_use(self) -> float:
        return self._context.claim(self._context.declaration.envelope.return_used, "envelope.return_used")

    @contextmanager
    def metering(self) -> Iterator[Consumption]:
        """Meter the power, 20 times a second, while the context lasts.

        Raises:
            RigError: on leaving, when the integral of the power and the meter's own register do not agree.
        """
        used, world = Consumption(u_power=self._context.uncertainty), self._context.world

        def take() -> None:
            used.times.append(world.now())
            used.readings.append(self.read())

        stop = world.schedule.every(PERIOD, take, start=world.now())

        def end() -> None:
            stop()
            take()
            self._context.uncertainty_at(max(used.powers()), "a power")
            self._show(used)
            self._prove(used)

        with Undo(end):
            yield used

    def _prove(self, used: Consumption) -> None:
        integral, register = used.energy().value, used.registered()
        ok = register > 0.0 and abs(integral - register) <= BALANCE * register
        detail = f"integral of the power {integral:.3f} Wh, the meter's register {register:.3f} Wh"
        self._context.check("power.balance", ok, detail)

    def _show(self, used: Consumption) -> None:
        lines = (("power", tuple(used.times), tuple(used.powers())),)
        self._context.log.chart(Chart(title="Battery power", x_label="test clock (s)", y_label="W", lines=lines))
