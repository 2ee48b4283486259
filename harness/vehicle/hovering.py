"""A flight as a context: up on entering, down on leaving, whatever happened in between."""

from types import TracebackType
from typing import Protocol

from harness.errors import HarnessError
from harness.timing import Wait, World, hold_for
from harness.vehicle.dialect import Dialect
from harness.vehicle.motion import Position

_STEADY_SPEED = 0.5
_STEADY_BAND = 1.0
_STEADY_FOR = 2.0
_FRESH = 1.0  # an older position says nothing of now


class Pilot(Protocol):
    """What a hover needs of a vehicle."""

    dialect: Dialect

    def set_mode(self, name: str, within: float = ...) -> None:
        """Change the flight mode."""
        ...

    def arm(self, within: float = ...) -> None:
        """Arm."""
        ...

    def takeoff(self, height: float, within: float = ..., tolerance: float = ...) -> None:
        """Take off."""
        ...

    def land(self) -> None:
        """Order to land."""
        ...

    def wait_disarmed(self, within: float) -> None:
        """Wait for the landing to end."""
        ...

    def read_armed(self) -> bool:
        """Whether it is armed."""
        ...

    def read_position(self) -> Position:
        """Where it is."""
        ...


class Hovering:
    """Arms, takes off and waits steady; lands and disarms on leaving, also after an error.

    An error of the body is never replaced by one of the landing: the landing's becomes a note of it.
    """

    def __init__(self, pilot: Pilot, world: World, *, height: float, within: float) -> None:
        self._pilot, self._world, self._height, self._within = pilot, world, height, within

    def __enter__(self) -> None:
        """Go up.

        Raises:
            VehicleError: the vehicle refused, did not arrive or is not steady.
        """
        try:
            self._go_up()
        except HarnessError as error:
            self._come_down_after(error)
            raise

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Come down.

        Raises:
            VehicleError: the vehicle does not land, and the body raised nothing.
        """
        if error is None:
            self._come_down()
        else:
            self._come_down_after(error)

    def _go_up(self) -> None:
        self._pilot.set_mode(self._pilot.dialect.position_mode)
        self._pilot.arm()
        self._pilot.takeoff(self._height, within=self._within)
        wait = Wait(
            name="a steady hover",
            within=self._within,
            wanted=f"within {_STEADY_BAND} m of {self._height} m up, under {_STEADY_SPEED} m/s",
            got=self._pilot.read_position,
        )
        hold_for(self._world, self._is_steady, _STEADY_FOR, wait)

    def _is_steady(self) -> bool:
        position = self._pilot.read_position()
        fresh = self._world.now() - position.time <= _FRESH
        return fresh and position.speed < _STEADY_SPEED and abs(position.up - self._height) < _STEADY_BAND

    def _come_down(self) -> None:
        if self._pilot.read_armed():
            self._pilot.land()
            self._pilot.wait_disarmed(self._within)

    def _come_down_after(self, error: BaseException) -> None:
        try:
            self._come_down()
        except HarnessError as late:
            error.add_note(f"and it did not land: {late}")
