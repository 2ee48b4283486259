"""The satellites of an autopilot whose receiver is the plant's."""

from collections.abc import Callable

from harness.errors import NotShown
from harness.plant import layout as lay
from harness.targets.programs.cockpit import Plant


class PlantSky:
    """Implements :class:`harness.targets.base.Sky` over the plant of the powered article."""

    def __init__(self, plant: Callable[[], Plant]) -> None:
        self._plant = plant

    def set_place(self, latitude: float, longitude: float) -> None:
        """Refuse: the aircraft stands where the plant was started.

        Raises:
            NotShown: always.
        """
        raise NotShown(f"{latitude:g}, {longitude:g}: the place of this plant is that of its start")

    def set_dark(self, dark: bool) -> None:
        """Take the signals away, or give them back."""
        self._plant().parameters[lay.GPS_LOST] = float(dark)

    def is_dark(self) -> bool:
        """Whether there are none."""
        return bool(self._plant().parameters[lay.GPS_LOST])
