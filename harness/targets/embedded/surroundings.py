"""Around the embedded drone: the hands of its ground crew, and its sky."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from harness.drone.flight.state import Load

if TYPE_CHECKING:
    from harness.drone.flight.flight import Flight


class EmbeddedCrew:
    """Hands on the embedded drone while it stands; `flight` gives the one that is powered."""

    def __init__(self, flight: Callable[[], "Flight"]) -> None:
        self._flight = flight

    def refit(self, load: Load) -> None:
        """Load and degrade the drone.

        Raises:
            RigError: it is not parked, or weighs more empty.
        """
        self._flight().hangar.refit(load)

    def weigh(self) -> Load:
        """How it really is loaded, from the plant."""
        return self._flight().hangar.read_load()

    def swap_battery(self) -> None:
        """Put the next of its packs in, full.

        Raises:
            RigError: it is not parked.
        """
        self._flight().hangar.swap_pack()

    def read_charge(self) -> float:
        """Share of its charge that the pack holds, 0 to 1, from the plant."""
        return self._flight().read_battery().remaining


class EmbeddedSky:
    """Satellite signals for the embedded drone: `flight` gives one that is powered, `carry` moves one that is off."""

    def __init__(self, flight: Callable[[], "Flight"], carry: Callable[[float, float], None]) -> None:
        self._flight, self._carry, self._dark = flight, carry, False

    def set_place(self, latitude: float, longitude: float) -> None:
        """Give the signals of another place, deg.

        Raises:
            RigError: the drone is powered.
        """
        self._carry(latitude, longitude)

    def set_dark(self, dark: bool) -> None:
        """Take the signals away, or give them back."""
        self._dark = dark
        self._flight().configure(gnss=not dark)

    def is_dark(self) -> bool:
        """Whether there are none, whatever the drone makes of them."""
        return self._dark
