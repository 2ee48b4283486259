"""What the devices can do that a bench needs beside the roles of the suites: other makes are built on them."""

from typing import Protocol

from harness.instruments.context import CalibratedRange
from harness.instruments.truth.tracker import Fix
from harness.instruments.wind.anemometer_nmea import WindReading


class RelayRole(Protocol):
    """A relay in the article's supply."""

    def switch(self, on: bool) -> None:
        """Switch, and prove that it did.

        Raises:
            RigError: it does not answer, or did not switch.
        """
        ...


class AnemometerRole(Protocol):
    """The reference for the wind in the test plane."""

    @property
    def uncertainty(self) -> float:
        """Standard uncertainty of the speed by its certificate, m/s."""
        ...

    @property
    def ranges(self) -> tuple[CalibratedRange, ...]:
        """Where it is calibrated."""
        ...

    def read(self) -> WindReading:
        """The newest reading.

        Raises:
            RigError: it is too old.
        """
        ...


class TrackerRole(Protocol):
    """Where the article is."""

    def read(self) -> Fix:
        """The newest position.

        Raises:
            RigError: it is too old.
        """
        ...


class EstopRole(Protocol):
    """The emergency stop, which acts without the harness."""

    def prove(self) -> None:
        """Show that it is live.

        Raises:
            RigError: it is not.
        """
        ...

    def watch(self) -> None:
        """Make the case INVALID when it is used from now on."""
        ...


class TakeoverRole(EstopRole, Protocol):
    """The pilot's take-over, which acts without the harness."""
