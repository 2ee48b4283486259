"""AUTO: flies the items of a mission in their order. Loads no kernel.

As in ArduPilot's ``AP_Mission``, the DO_ and CONDITION_ items between two navigation items run while the second of them
is flown: each in its turn, a condition holding up those behind it. What has not run when that item ends is left out.
"""

import math
from collections.abc import Sequence

from harness.drone.flight import layout as own
from harness.drone.flight.courses import AT_VELOCITY, hold, turn_to
from harness.drone.flight.craft import Craft
from harness.drone.flight.missioncheck import NAVIGATION, PAYLOAD, Cmd, mission_problem, or_zero
from harness.drone.flight.missionlegs import ItemLeg, begin_item
from harness.drone.flight.orders import MissionItem, MissionState, Progress
from harness.drone.flight.state import Severity

_FACING = math.radians(3.0)
_CLIMB_SPEED, _DESCEND_SPEED = 2.0, 3.0  # speed types of DO_CHANGE_SPEED


class Mission:
    """A mission and its flight."""

    def __init__(self, craft: Craft) -> None:
        self._craft = craft
        self._items: tuple[MissionItem, ...] = ()
        self._state = MissionState.NO_MISSION
        self._current = 0
        self._reached: list[int] = []
        self._jumps: dict[int, int] = {}
        self._leg: ItemLeg | None = None
        self._waiting: list[int] = []
        self._since: float | None = None
        self._orders: list[MissionItem] = []
        self._flown = False

    # --- commands --------------------------------------------------------------------------------------------------

    def load(self, items: Sequence[MissionItem]) -> str:
        """Replace the mission; returns why not, or an empty string."""
        if self._state is MissionState.ACTIVE:
            return "Mission: AUTO is flying it"
        problem = mission_problem(items)
        if problem:
            return f"Mission: {problem}"
        self._items = tuple(items)
        self._rewind()
        return ""

    def set_current(self, number: int) -> str:
        """Go on with item `number`; returns why not, or an empty string."""
        if not 0 <= number < len(self._items):
            return f"Mission: there is no item {number}"
        if self._state is MissionState.COMPLETE:
            self._rewind()
        self._current, self._leg = number, None
        if self._flown and self._craft.flying and self._state is not MissionState.PAUSED:
            self._state = MissionState.ACTIVE
            self._begin_from(number)
        return ""

    def pause(self, held: bool) -> str:
        """Hold the place, or go on; returns why not, or an empty string."""
        if held and self._state is MissionState.ACTIVE:
            if not self._craft.flying:
                return "Pause: on the ground"
            self._state, self._leg = MissionState.PAUSED, None
            hold(self._craft, self._craft.cruise)
        elif not held and self._state is MissionState.PAUSED:
            self._state = MissionState.ACTIVE
            self._begin_from(self._current)
        return ""

    def take_orders(self) -> list[MissionItem]:
        """Camera and gimbal items whose turn has come since the last call, oldest first."""
        taken, self._orders = self._orders, []
        return taken

    def read_progress(self) -> Progress:
        """Where it stands."""
        return Progress(state=self._state, current=self._current, reached=tuple(self._reached))

    # --- the flight ------------------------------------------------------------------------------------------------

    def start_problem(self) -> str:
        """Why AUTO cannot be entered now; empty when it can."""
        if not any(item.command in NAVIGATION for item in self._items):
            return "no mission"
        if self._craft.armed and not self._craft.flying and not self._begins_with_takeoff():
            return "the mission must begin with a take-off"
        return ""

    def begin(self) -> None:
        """Enter AUTO: begin, or go on where it was left; on the ground and disarmed, wait."""
        self._flown = True
        if self._state is MissionState.COMPLETE:
            self._rewind()
        hold(self._craft, self._craft.cruise)
        if self._craft.armed:
            self._state = MissionState.ACTIVE
            self._begin_from(self._current)

    def end(self) -> None:
        """Leave AUTO, or have its flight broken off."""
        self._flown, self._leg = False, None
        if self._state is MissionState.ACTIVE:
            self._state = MissionState.PAUSED

    def fly(self) -> None:
        """One tick of the slow loop."""
        if self._state is not MissionState.ACTIVE or self._leg is None:
            return
        self._run_waiting()
        if self._leg.fly():
            self._reached.append(self._current)
            self._follow_on()

    def _follow_on(self) -> None:
        """Begin the next item, or hold where the mission says so."""
        self._begin_from(self._current + 1)
        before = self._items[self._reached[-1]]
        if not before.autocontinue and self._state is MissionState.ACTIVE:
            self._craft.say(Severity.INFO, "Mission paused")
            self.pause(held=True)

    def _rewind(self) -> None:
        self._current, self._leg = 0, None
        self._reached, self._jumps, self._waiting = [], {}, []
        self._state = MissionState.NOT_STARTED if self._items else MissionState.NO_MISSION

    def _begins_with_takeoff(self) -> bool:
        start = 0 if self._state is MissionState.COMPLETE else self._current
        first, _ = self._next_navigation(start, dict(self._jumps))
        return first is not None and self._items[first].command == Cmd.TAKEOFF

    def _next_navigation(self, start: int, jumps: dict[int, int]) -> tuple[int | None, list[int]]:
        """The item to fly next, from `start` on, and the items before it; `jumps` made so far, changed."""
        passed: list[int] = []
        number = start
        while number < len(self._items):
            item = self._items[number]
            if item.command in NAVIGATION:
                return number, passed
            if item.command == Cmd.JUMP and jumps.get(number, 0) != item.values[1]:
                jumps[number] = jumps.get(number, 0) + 1
                number = int(item.values[0])
                continue
            if item.command != Cmd.JUMP:
                passed.append(number)
            number += 1
        return None, passed

    def _begin_from(self, start: int) -> None:
        number, self._waiting = self._next_navigation(start, self._jumps)
        self._since = None
        if number is None or not self._craft.armed:
            self._complete()
            return
        self._current = number
        if self._craft.state[own.COURSE] == AT_VELOCITY:
            hold(self._craft, self._craft.cruise)  # after a circle
        self._leg = begin_item(self._craft, self._items[number])
        self._run_waiting()

    def _complete(self) -> None:
        self._run_waiting()
        self._state, self._leg = MissionState.COMPLETE, None
        self._current = min(self._current, len(self._items) - 1)
        if self._craft.flying:
            hold(self._craft, self._craft.cruise)
        self._craft.say(Severity.INFO, "Mission complete")

    # --- DO_ and CONDITION_ ----------------------------------------------------------------------------------------

    def _run_waiting(self) -> None:
        while self._waiting and self._run(self._items[self._waiting[0]]):
            self._waiting.pop(0)
            self._since = None

    def _run(self, item: MissionItem) -> bool:
        """Carry out one item; False while a condition is not met."""
        if item.command in PAYLOAD:
            self._orders.append(item)
        elif item.command == Cmd.CHANGE_SPEED:
            self._change_speed(or_zero(item.values[0]), item.values[1])
        elif item.command == Cmd.CONDITION_YAW:
            return self._is_turned(item)
        elif item.command == Cmd.CONDITION_DELAY:
            self._since = self._craft.now if self._since is None else self._since
            return self._craft.now - self._since >= or_zero(item.values[0])
        elif item.command == Cmd.CONDITION_DISTANCE:
            return self._distance() <= or_zero(item.values[0])
        return True

    def _change_speed(self, kind: float, speed: float) -> None:
        s = self._craft.state
        if speed <= 0.0:
            return
        if kind == _CLIMB_SPEED:
            s[own.CLIMB] = speed
        elif kind == _DESCEND_SPEED:
            s[own.DESCEND] = speed
        else:
            s[own.CRUISE] = self._craft.cruise = speed

    def _is_turned(self, item: MissionItem) -> bool:
        """Turn when first asked; True once the nose is there."""
        s = self._craft.state
        if self._since is None:
            self._since = self._craft.now
            angle, _, sense, relative = (or_zero(value) for value in item.values)
            off = math.copysign(1.0, sense or 1.0) * math.radians(angle)
            turn_to(s, float(s[own.SET_YAW]) + off if relative else math.radians(angle))
        return abs(math.remainder(float(s[own.TARGET_YAW] - s[own.SET_YAW]), 2.0 * math.pi)) < _FACING

    def _distance(self) -> float:
        """To the place of the item being flown, m; none left where it has no place."""
        place = self._items[self._current].place
        return math.dist(self._craft.place()[:2], place[:2]) if place is not None else 0.0
