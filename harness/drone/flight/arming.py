"""The checks before arming, each with ArduPilot's bit of ARMING_CHECK. Loads no kernel."""

import math
from collections.abc import Callable

from harness.drone.flight import layout as own
from harness.drone.flight.craft import Craft
from harness.drone.flight.fence import Fence
from harness.drone.flight.pilot import MANUAL, Pilot
from harness.drone.flight.reading import hears_satellites, read_charge_left, read_tilt
from harness.drone.flight.state import Mode

ARMABLE = (*MANUAL, Mode.GUIDED)
_ALL, _GNSS, _ATTITUDE, _STICKS, _BATTERY, _FENCE, _CLOUD = 1, 1 << 3, 1 << 4, 1 << 6, 1 << 8, 1 << 14, 1 << 19
_SETTLING, _SETTLED_INNOVATION = 3.0, 1.0  # s, m
_LEVEL = math.radians(15.0)


class ArmingChecks:
    """Says what stands in the way of arming."""

    def __init__(self, craft: Craft, pilot: Pilot, fence: Fence) -> None:
        self._craft, self._pilot, self._fence = craft, pilot, fence
        self._checks: tuple[tuple[int, str, Callable[[], bool]], ...] = (
            (_ATTITUDE, "not level", lambda: read_tilt(craft.state) > _LEVEL),
            (_ATTITUDE, "estimator not settled", self._is_unsettled),
            (_GNSS, "no satellites", lambda: craft.now >= _SETTLING and not hears_satellites(craft.state)),
            (_STICKS, "link weak", lambda: craft.link_weak),
            (_CLOUD, "server not reached", lambda: craft.cloud_awaited),
            (_BATTERY, "battery low", self._is_battery_low),
            (_FENCE, "outside the fence", lambda: bool(fence.where_broken(craft.config, craft.place()))),
        )

    def problems(self, mode: Mode) -> tuple[str, ...]:
        """All that stands in the way of arming in `mode`; empty when nothing does."""
        mode_problem = self._mode_problem(mode)
        found = [mode_problem] if mode_problem else []
        if self._craft.flying:
            found.append("not on the ground")
        found += [text for bit, text, fails in self._checks if self._is_checked(bit) and fails()]
        return tuple(found)

    def _is_checked(self, bit: int) -> bool:
        return bool(self._craft.config.arming_checks & (_ALL | bit))

    def _mode_problem(self, mode: Mode) -> str:
        if mode not in ARMABLE:
            return f"mode {mode.name} is not armable, use GUIDED"
        if mode in MANUAL and (not self._pilot.present or self._is_checked(_STICKS)):
            return self._pilot.throttle_problem(mode)
        return ""

    def _is_unsettled(self) -> bool:
        return self._craft.now < _SETTLING or bool(self._craft.state[own.INNOVATION] > _SETTLED_INNOVATION)

    def _is_battery_low(self) -> bool:
        left = read_charge_left(self._craft.state, self._craft.parameters)
        return left < self._craft.config.battery_low
