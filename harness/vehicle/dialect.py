"""What a client must know about one make of autopilot."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class Dialect:
    """The words of one autopilot.

    Attributes:
        name: as reports print it.
        modes: flight modes and their custom_mode numbers.
        position_mode: the mode that obeys position targets.
        return_mode: the mode that flies home and lands.
        land_mode: the mode that lands on the spot.
        action_modes: modes by which each action shows that an aircraft takes by itself.
        mission_mode: the mode that flies the mission.
        metres_per_degree: of latitude, in the flat frame that the autopilot makes of the Earth.
        streams: messages by number, and how often (Hz) a station asks for them when it connects; empty for an autopilot
            that streams unasked.
        volatile: parameters that the autopilot changes by itself, so that a change of one is nobody's deed.
        other_mode: a mode that a pilot may order in flight beside ``position_mode``.
        loss_timer: the parameter that holds how long a link may be silent.
        sub_modes: a custom_mode has its main mode in bits 16 to 23 and its sub mode in bits 24 to 31.
        bytewise: whole numbers travel as their bytes in the float of a parameter message.
        home_first: item 0 of a mission stands for home.
        global_orders: places are ordered on the globe, heights above sea level.
        checks_by_mode: its checks before arming are those of the mode it is in, so none pass in one of landing.
        rests_in: the mode that it falls back to as it disarms, whatever landed it; empty when it stays in its mode.
        turn_time: in which it turns by 50 deg on the spot, s.
        events: what its events of interest say, by name, where it says them in no text.
        origin: the message that tells where the local frame has its origin.
    """

    name: str
    modes: Mapping[str, int]
    position_mode: str
    return_mode: str
    land_mode: str
    action_modes: Mapping[str, frozenset[str]]
    mission_mode: str
    metres_per_degree: float
    streams: Mapping[int, float] = field(default_factory=dict)
    volatile: frozenset[str] = frozenset()
    other_mode: str = "BRAKE"
    loss_timer: str = "FS_GCS_TIMEOUT"
    sub_modes: bool = False
    bytewise: bool = False
    home_first: bool = True
    global_orders: bool = False
    checks_by_mode: bool = False
    rests_in: str = ""
    turn_time: float = 2.5
    events: Mapping[str, str] = field(default_factory=dict)
    origin: str = "HOME_POSITION"

    def mode_name(self, number: int) -> str:
        """Name of a custom_mode number."""
        return next((name for name, value in self.modes.items() if value == number), f"mode {number}")

    def mode_values(self, name: str) -> tuple[int, ...]:
        """What follows the flags in a DO_SET_MODE for that mode."""
        number = self.modes[name]
        return (number >> 16 & 255, number >> 24 & 255) if self.sub_modes else (number,)
