"""The flight modes: which may be entered when, and what each does at each tick. Loads no kernel."""

from harness.drone.flight import layout as own
from harness.drone.flight.courses import Leg, Return, drift_at, hold
from harness.drone.flight.craft import IDLE, Craft
from harness.drone.flight.guided import Guided
from harness.drone.flight.mission import Mission
from harness.drone.flight.missionlegs import fly_home
from harness.drone.flight.pilot import MANUAL, Pilot
from harness.drone.flight.state import Landed, Mode

NEED_POSITION = (Mode.AUTO, Mode.GUIDED, Mode.LOITER, Mode.RTL, Mode.BRAKE)
SELF_FLOWN = (Mode.RTL, Mode.LAND)
_STILL = (0.0, 0.0, 0.0)


class Modes:
    """Keeps the mode and flies it.

    Attributes:
        mode: the present one.
        guided: flies GUIDED.
        mission: flies AUTO.
        pilot: flies STABILIZE, ALT_HOLD and LOITER.
    """

    def __init__(self, craft: Craft) -> None:
        self.mode = Mode.STABILIZE
        self.guided, self.mission, self.pilot = Guided(craft), Mission(craft), Pilot(craft)
        self._craft = craft
        self._return: Return | None = None

    def ask_for(self, mode: Mode) -> str:
        """Change to `mode`; returns why not, or an empty string."""
        refusal = "" if mode is self.mode else self._refusal(mode)
        if refusal:
            return f"Mode: {refusal}"
        if mode is not self.mode:
            self.enter(mode)
        return ""

    def enter(self, mode: Mode) -> None:
        """Change to `mode`, which is possible now; begin it anew when it is the present one."""
        craft = self._craft
        if self.mode is Mode.AUTO:
            self.mission.end()
        self.mode, self._return = mode, None
        if craft.armed and craft.state[own.DRIVE] == IDLE:
            craft.come_to_rest()  # a landing that was broken off after it had touched down
        if craft.landed in (Landed.TAKEOFF, Landed.LANDING):
            craft.landed = Landed.IN_AIR
        self._begin(mode)

    def fly(self) -> None:
        """One tick of the slow loop, armed."""
        if self.mode is Mode.GUIDED:
            self.guided.fly()
        elif self.mode is Mode.AUTO:
            self.mission.fly()
        elif self.mode in MANUAL:
            self.pilot.fly()
        elif self._return is not None:
            fly_home(self._craft, self._return)
        if not self._craft.armed:
            self.mission.end()

    def pause(self, held: bool) -> str:
        """Hold the place, or go on; returns why not, or an empty string."""
        if self.mode is Mode.AUTO:
            return self.mission.pause(held)
        if self.mode is not Mode.GUIDED:
            return f"Pause: mode is {self.mode.name}, not AUTO or GUIDED"
        if not self._craft.flying:
            return "Pause: not flying"
        self.guided.pause(held)
        return ""

    def _begin(self, mode: Mode) -> None:
        craft = self._craft
        if mode is Mode.GUIDED:
            self.guided.begin()
        elif mode is Mode.AUTO:
            self.mission.begin()
        elif mode in MANUAL:
            self.pilot.begin(mode)
        elif mode is Mode.BRAKE:
            hold(craft, craft.cruise)
            drift_at(craft.state, _STILL)
        else:
            self._return = Return(craft, Leg.CLIMB if mode is Mode.RTL else Leg.LAND)

    def _refusal(self, mode: Mode) -> str:
        craft = self._craft
        if mode in MANUAL and craft.armed and craft.flying and not self.pilot.present:
            return f"{mode.name} needs a pilot's sticks"
        if mode in NEED_POSITION and craft.armed and not craft.knows_position:
            return f"{mode.name} needs a position"
        return self.mission.start_problem() if mode is Mode.AUTO else ""
