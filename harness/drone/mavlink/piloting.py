"""The commands that fly: arming, modes, take-off, speed."""

import math
from collections.abc import Mapping

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.drone.flight.state import Mode, Severity
from harness.drone.mavlink.channel import Channel
from harness.drone.mavlink.commands import Command, Outcome, denied, flown
from harness.drone.mavlink.empty_part import EmptyPart
from harness.drone.mavlink.flight_control import FlightControl
from harness.drone.mavlink.geodesy import Home
from harness.drone.mavlink.inbound import Message
from harness.drone.mavlink.part import Action

_FORCE = 21196.0  # the magic number of MAV_CMD_COMPONENT_ARM_DISARM
_MEAN_SEA_LEVEL = (mavlink.MAV_FRAME_GLOBAL, mavlink.MAV_FRAME_GLOBAL_INT)


class Piloting(EmptyPart):
    """Carries commands out on the flight part."""

    def __init__(self, flight: FlightControl, home: Home) -> None:
        super().__init__()
        self._flight, self._home = flight, home
        self.handlers = {"SET_MODE": self._take_mode}
        self.actions: Mapping[int, Action] = {
            mavlink.MAV_CMD_COMPONENT_ARM_DISARM: self._arm_disarm,
            mavlink.MAV_CMD_NAV_TAKEOFF: self._takeoff,
            mavlink.MAV_CMD_DO_SET_MODE: self._do_set_mode,
            mavlink.MAV_CMD_NAV_RETURN_TO_LAUNCH: lambda command: self._change_mode(Mode.RTL),
            mavlink.MAV_CMD_NAV_LAND: lambda command: self._change_mode(Mode.LAND),
            mavlink.MAV_CMD_DO_CHANGE_SPEED: self._change_speed,
            mavlink.MAV_CMD_REQUEST_AUTOPILOT_CAPABILITIES: lambda command: Outcome(send=("AUTOPILOT_VERSION",)),
        }

    def _take_mode(self, channel: Channel, message: Message) -> None:
        outcome = self._set_mode(message.custom_mode)
        if outcome.reason:
            self.post.say(int(Severity.WARNING), outcome.reason)

    def _set_mode(self, number: float) -> Outcome:
        if number not in [int(mode) for mode in Mode]:
            return denied(f"no flight mode {number:g}")
        return self._change_mode(Mode(int(number)))

    def _change_mode(self, mode: Mode) -> Outcome:
        return flown(self._flight.set_mode(mode))

    def _arm_disarm(self, command: Command) -> Outcome:
        arm, force = command.values[:2]
        if arm not in (0.0, 1.0):
            return denied(f"arm must be 0 or 1, not {arm:g}")
        return flown(self._flight.arm() if arm else self._flight.disarm(force=force == _FORCE))

    def _takeoff(self, command: Command) -> Outcome:
        height = command.values[6] - (self._home.altitude if command.frame in _MEAN_SEA_LEVEL else 0.0)
        if not (math.isfinite(height) and height > 0):
            return denied(f"take-off height must be above home, not {height:g} m")
        return flown(self._flight.takeoff(height))

    def _do_set_mode(self, command: Command) -> Outcome:
        base, custom = command.values[:2]
        if not math.isfinite(base) or not int(base) & mavlink.MAV_MODE_FLAG_CUSTOM_MODE_ENABLED:
            return denied("only custom modes are known")
        return self._set_mode(custom)

    def _change_speed(self, command: Command) -> Outcome:
        speed = command.values[1]
        if not (math.isfinite(speed) and speed > 0):
            return denied(f"speed must be positive, not {speed:g} m/s")
        return flown(self._flight.set_speed(speed))
