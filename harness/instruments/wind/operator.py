"""The wind role: a fan that a person sets by hand; the anemometer says when it is right."""

from collections.abc import Callable
from typing import Any

from harness.errors import RigError
from harness.instruments.attendant import Attendant
from harness.instruments.context import Context
from harness.instruments.wind.source import MeasuredWind
from harness.timing import Wait, hold_for

STEADY, WITHIN = 3.0, 0.05  # s, and as a share of the speed
LEAST_BAND = 0.3  # m/s
KEY_WIND, KEY_CALM = "wind.set", "wind.calm"


class OperatorSource:
    """Asks for each new wind, and waits until the anemometer shows it."""

    def __init__(self, context: Context) -> None:
        self._attendant = Attendant(context)
        self._world: Any = context.world
        self._read: Callable[[], Any] = context.device("anemometer").read
        self._speed = 0.0

    def identify(self) -> str:
        """Who sets it."""
        return "a fan set by hand, proven by the anemometer"

    def order(self, speed: float, bearing: float) -> None:
        """Ask for a wind and wait for it; the same wind again is no new request.

        Raises:
            RigError: the operator does not answer, or the anemometer does not show the wind.
        """
        if speed == self._speed:
            return
        key = KEY_WIND if speed else KEY_CALM
        what = f"set the wind to {speed:.1f} m/s from {bearing:.0f} deg" if speed else "stop the wind"
        self._attendant.confirm(key, what)
        band = max(LEAST_BAND, WITHIN * speed)
        wait = Wait(
            name="the wind that the operator sets",
            within=self._attendant.within,
            wanted=f"{speed:.1f} m/s within {band:.1f} m/s for {STEADY:g} s",
            got=lambda: f"{self._read().speed:.1f} m/s",
            blame=RigError,
        )
        hold_for(self._world, lambda: abs(self._read().speed - speed) <= band, STEADY, wait)
        self._speed = speed

    def close(self) -> None:
        """The operator has been asked to stop it."""


class OperatorWind(MeasuredWind):
    """The wind of such a fan: it is raised in one step, since a person follows no ramp."""

    slope = float("inf")

    def __init__(self, context: Context) -> None:
        """Ask nothing yet.

        Raises:
            RigError: the rig has no anemometer.
            FileError: the answer file is none.
        """
        super().__init__(context, OperatorSource(context))
