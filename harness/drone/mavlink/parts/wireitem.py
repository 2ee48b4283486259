"""One item of a mission or fence as it travels; what the drone's memory keeps. Imports nothing of ours."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class WireItem:
    """One item as MISSION_ITEM_INT carries it, without its number.

    Attributes:
        frame: MAV_FRAME.
        command: MAV_CMD.
        autocontinue: whether the next item follows by itself.
        values: param1 to param4.
        x: latitude in 1e-7 degree, or param5 of a command without a place.
        y: longitude in 1e-7 degree, or param6.
        z: altitude in m, or param7.
    """

    frame: int
    command: int
    autocontinue: bool = True
    values: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)
    x: int = 0
    y: int = 0
    z: float = 0.0
