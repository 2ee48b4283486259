"""The commands that fly: arming, modes, take-off, speed, places, missions, pausing."""

import math
from collections.abc import Mapping

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.drone.flight.orders import MissionState, SetPoint
from harness.drone.flight.state import Landed, Mode, Severity
from harness.drone.mavlink.channel import Channel
from harness.drone.mavlink.commands import Command, Outcome, denied, flown
from harness.drone.mavlink.empty_part import EmptyPart
from harness.drone.mavlink.flight_control import FlightControl
from harness.drone.mavlink.geodesy import Home
from harness.drone.mavlink.inbound import Message
from harness.drone.mavlink.part import Action
from harness.drone.mavlink.setpoints import MEAN_SEA_LEVEL, SetPoints

_FORCE = 21196.0  # the magic number of MAV_CMD_COMPONENT_ARM_DISARM
_TERRAIN = (mavlink.MAV_FRAME_GLOBAL_TERRAIN_ALT, mavlink.MAV_FRAME_GLOBAL_TERRAIN_ALT_INT)
_KEEP = -1.0  # item or speed that stays as it is


class Piloting(EmptyPart):
    """Carries commands out on the flight part."""

    def __init__(self, flight: FlightControl, home: Home, set_points: SetPoints) -> None:
        super().__init__()
        self._flight, self._home, self._set_points = flight, home, set_points
        self.handlers = {"SET_MODE": self._take_mode}
        self.actions: Mapping[int, Action] = {
            mavlink.MAV_CMD_COMPONENT_ARM_DISARM: self._arm_disarm,
            mavlink.MAV_CMD_RUN_PREARM_CHECKS: self._check,
            mavlink.MAV_CMD_NAV_TAKEOFF: self._takeoff,
            mavlink.MAV_CMD_NAV_RETURN_TO_LAUNCH: lambda command: self._change_mode(Mode.RTL),
            mavlink.MAV_CMD_NAV_LAND: lambda command: self._change_mode(Mode.LAND),
            mavlink.MAV_CMD_NAV_LOITER_UNLIM: lambda command: self._change_mode(Mode.LOITER),
            mavlink.MAV_CMD_DO_SET_MODE: self._do_set_mode,
            mavlink.MAV_CMD_DO_CHANGE_SPEED: self._change_speed,
            mavlink.MAV_CMD_DO_REPOSITION: self._reposition,
            mavlink.MAV_CMD_CONDITION_YAW: self._turn,
            mavlink.MAV_CMD_MISSION_START: self._start_mission,
            mavlink.MAV_CMD_DO_PAUSE_CONTINUE: self._pause,
            mavlink.MAV_CMD_DO_SET_MISSION_CURRENT: self._set_current,
            mavlink.MAV_CMD_DO_FLIGHTTERMINATION: self._terminate,
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

    def _check(self, command: Command) -> Outcome:
        """The answer is that the checks were run; what they found is said."""
        if self._flight.armed:
            return flown("PreArm: already armed")
        problem = self._flight.read_arming_problem()
        if problem:
            self.post.say(int(Severity.WARNING), f"PreArm: {problem}")
        return Outcome()

    def _takeoff(self, command: Command) -> Outcome:
        height = self._up(command)
        if not (math.isfinite(height) and height > 0):
            return denied(f"take-off height must be above home, not {height:g} m")
        return flown(self._flight.takeoff(height))

    def _up(self, command: Command) -> float:
        return command.values[6] - (self._home.altitude if command.frame in MEAN_SEA_LEVEL else 0.0)

    def _do_set_mode(self, command: Command) -> Outcome:
        base, custom = command.values[:2]
        if not math.isfinite(base) or not int(base) & mavlink.MAV_MODE_FLAG_CUSTOM_MODE_ENABLED:
            return denied("only custom modes are known")
        return self._set_mode(custom)

    def _change_speed(self, command: Command) -> Outcome:
        kind, speed = command.values[:2]
        if kind not in (mavlink.SPEED_TYPE_AIRSPEED, mavlink.SPEED_TYPE_GROUNDSPEED):
            return denied(f"no speed of type {kind:g}")
        if not (math.isfinite(speed) and speed > 0):
            return denied(f"speed must be positive, not {speed:g} m/s")
        return flown(self._flight.set_speed(speed))

    def _reposition(self, command: Command) -> Outcome:
        """Fly to a place; with the flag of its second value in GUIDED, whatever the mode was."""
        speed, flags, _, yaw = command.values[:4]
        north, east = self._home.to_metres(*command.place)
        place = north, east, self._up(command)
        refusal = self._place_refusal(command, place)
        if refusal:
            return denied(refusal)
        if flags == flags // 1 and int(flags) & mavlink.MAV_DO_REPOSITION_FLAGS_CHANGE_MODE:
            changed = self._flight.set_mode(Mode.GUIDED)
            if changed:
                return flown(changed)
        if math.isfinite(speed) and speed > 0:
            slowed = self._flight.set_speed(speed)
            if slowed:
                return flown(slowed)
        return flown(self._set_points.steer(SetPoint(place=place, yaw=yaw if math.isfinite(yaw) else None)))

    def _place_refusal(self, command: Command, place: tuple[float, float, float]) -> str:
        if command.frame in _TERRAIN:
            return "no terrain is known"
        latitude, longitude = command.place
        sane = all(map(math.isfinite, place)) and abs(latitude) <= 90 and abs(longitude) <= 180
        return "" if sane else "the place is none on Earth"

    def _turn(self, command: Command) -> Outcome:
        """Turn to a heading, or by an angle with the fourth value 1; degrees, clockwise unless the third is -1."""
        angle, _, direction, relative = command.values[:4]
        if not math.isfinite(angle) or relative not in (0.0, 1.0) or direction not in (-1.0, 0.0, 1.0):
            return denied("yaw must be an angle, -1 to 1, and 0 or 1")
        motion = self._flight.read_estimate()
        by = math.radians(angle) * (direction or 1.0)
        yaw = motion.yaw + by if relative else math.radians(angle)
        wanted = self._set_points.target or SetPoint()
        place = wanted.place or (motion.north, motion.east, motion.up)
        return flown(self._set_points.steer(SetPoint(place=place, yaw=math.remainder(yaw, 2 * math.pi))))

    def _start_mission(self, command: Command) -> Outcome:
        first = command.values[0]
        if self._flight.read_progress().state is MissionState.NO_MISSION:
            return flown("Mission: there is none")
        if first not in (0.0, _KEEP) and not math.isnan(first):
            refusal = self._flight.set_current_item(int(first)) if math.isfinite(first) else "no such item"
            if refusal:
                return flown(refusal)
        return self._change_mode(Mode.AUTO)

    def _pause(self, command: Command) -> Outcome:
        go_on = command.values[0]
        if go_on not in (0.0, 1.0):
            return denied(f"pause must be 0 or 1, not {go_on:g}")
        return flown(self._flight.pause(held=not go_on))

    def _set_current(self, command: Command) -> Outcome:
        number, restart = command.values[:2]
        if not (math.isfinite(number) and number == int(number) and number >= _KEEP):
            return denied(f"no mission item {number:g}")
        if number == _KEEP:
            number = 0.0 if restart == 1.0 else float(self._flight.read_progress().current)
        return flown(self._flight.set_current_item(int(number)))

    def _terminate(self, command: Command) -> Outcome:
        """Motors off at once, also in the air."""
        if command.values[0] != 1.0:
            return denied("termination cannot be taken back")
        if self._flight.landed is not Landed.ON_GROUND:
            self.post.say(int(Severity.CRITICAL), "Flight terminated")
        return flown(self._flight.disarm(force=True))
