"""The received level of a real link behind a programmable attenuator, as the attenuator role wants it."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Protocol

from harness.errors import RigError
from harness.instruments.context import Context
from harness.instruments.link.reach import PathLosses
from harness.link.signal import Signal

STEP = 0.25  # dB
LOOK = 0.5  # s
# what is known of the path, and the setting that states it
MEASURED: Mapping[str, str] = MappingProxyType(
    {
        "fixed": "fixed_loss",
        "fixed_u": "fixed_loss_uncertainty",
        "gain": "antenna_gain",
        "gain_u": "antenna_gain_uncertainty",
    }
)
LEAST_LOST = 2  # heartbeats; one may be under way


class Attenuation(Protocol):
    """A programmable attenuator; `greatest` is the most it attenuates, dB."""

    greatest: float

    def set_attenuation(self, attenuation: float) -> None:
        """Attenuate by that many dB.

        Raises:
            RigError: it does not answer, or did not take it.
        """
        ...

    def read_attenuation(self) -> float:
        """Attenuation now, as it says itself, dB.

        Raises:
            RigError: it does not answer.
        """
        ...


class BeatSignal(Signal):
    """What is lost of a real link shows in heartbeats: those that came over the observer's port, not over the radio."""

    def __init__(self, context: Context) -> None:
        """Begin to count.

        Raises:
            RigError: no observer hears the article beside the radio.
        """
        super().__init__(context.world)
        self._hearing = getattr(context.world, "hearing", {})
        if "observer" not in self._hearing:
            raise RigError("whether the link is lost is seen beside it: give the target an observer's port")
        self._missing = 0
        self._before = (0, 0)
        context.world.schedule.every(LOOK, self._count, start=context.world.now())

    def _count(self) -> None:
        radio, observer = self._hearing["radio"].beats, self._hearing["observer"].beats
        self._missing = max(0, self._missing + (observer - self._before[1]) - (radio - self._before[0]))
        self._before = (radio, observer)
        if self._missing >= LEAST_LOST:
            self.lost += self._missing
            self._missing = 0


class BenchSignal(BeatSignal):
    """A level by the attenuator's setting, from what was measured without attenuation."""

    def __init__(self, context: Context, device: Attenuation) -> None:
        """Attenuate nothing.

        Raises:
            RigError: the attenuator does not answer, or no observer hears the article beside the radio.
        """
        super().__init__(context)
        self._context, self._device = context, device
        self.strong = float(context.settings["zero_level"])
        self.sensitivity = float(context.settings["sensitivity"])
        self._stop: Callable[[], None] = lambda: None

    def set_level(self, level: float, *, slope: float = 0.0) -> None:
        """Attenuate to `level` dBm now, falling by `slope` dB a second in steps of 0.25 dB.

        Raises:
            RigError: the level cannot be reached, or the attenuator is not calibrated there.
        """
        self._stop()
        self._stop = lambda: None
        self._order(level)
        super().set_level(level, slope=slope)
        if slope > 0.0:
            world, period = self._context.world, STEP / slope
            self._stop = world.schedule.every(period, self._fall, start=world.now() + period)

    def read_level(self, at: float | None = None) -> float:
        """Level by what the attenuator says now; a time `at` that has passed is taken from the order."""
        if at is not None:
            return super().read_level(at)
        return self.strong - self._device.read_attenuation()

    def _fall(self) -> None:
        attenuation = self.strong - super().read_level()
        # at its end the link has long been lost
        self._device.set_attenuation(min(round(attenuation / STEP) * STEP, self._device.greatest))

    def _order(self, level: float) -> None:
        attenuation = self.strong - level
        if not 0.0 <= attenuation <= self._device.greatest:
            reach = f"{self.strong - self._device.greatest:g} to {self.strong:g} dBm"
            raise RigError(
                f"{level:g} dBm is not in reach of the attenuator ({reach}): add a fixed one, or take one out"
            )
        if attenuation > 0.0:
            self._context.uncertainty_at(attenuation, "an attenuation")
        self._device.set_attenuation(round(attenuation / STEP) * STEP)


def attenuated(context: Context, device: Attenuation) -> Context:
    """`context` with the radio path behind `device`."""
    return replace(context, sockets=replace(context.sockets, signal=BenchSignal(context, device)))


def measured_path(context: Context) -> PathLosses:
    """What the laboratory measured of the path beside the attenuator, by the settings of its role."""
    missing = ", ".join(name for name in MEASURED.values() if context.settings.get(name) is None)
    if missing:
        return PathLosses(
            unknown=f"[roles.attenuator.settings] lacks {missing}: measure it, or nothing follows for a range"
        )
    known: dict[str, Any] = {name: float(context.settings[setting]) for name, setting in MEASURED.items()}
    return PathLosses(**known)
