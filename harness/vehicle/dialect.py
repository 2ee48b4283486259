"""What a client must know about one make of autopilot."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Dialect:
    """The words of one autopilot.

    Attributes:
        name: as reports print it.
        modes: flight modes and their custom_mode numbers.
        position_mode: the mode that obeys position targets.
        return_mode: the mode that flies home and lands.
        land_mode: the mode that lands on the spot.
        link_loss_action: parameter that chooses what happens when the ground station falls silent.
        link_loss_actions: declared actions and the values of that parameter.
        link_loss_timeout: parameter with the silence that triggers it, s.
        volatile_parameters: parameters that change by themselves, so that restoring them proves nothing.
    """

    name: str
    modes: Mapping[str, int]
    position_mode: str
    return_mode: str
    land_mode: str
    link_loss_action: str
    link_loss_actions: Mapping[str, float]
    link_loss_timeout: str
    volatile_parameters: frozenset[str]

    def mode_name(self, number: int) -> str:
        """Name of a custom_mode number."""
        return next((name for name, value in self.modes.items() if value == number), f"mode {number}")
