"""MAV_CMD commands: what each does, and an honest result for each."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.drone.flight.state import Mode
from harness.drone.mavlink.flight_control import FlightControl
from harness.drone.mavlink.geodesy import Home
from harness.drone.mavlink.inbound import Message
from harness.drone.mavlink.reporter import Reporter
from harness.drone.mavlink.streams import SHORTEST_INTERVAL, Streams

_FORCE = 21196.0  # the magic number of MAV_CMD_COMPONENT_ARM_DISARM
_MEAN_SEA_LEVEL = (mavlink.MAV_FRAME_GLOBAL, mavlink.MAV_FRAME_GLOBAL_INT)
_DEFAULT_INTERVAL, _STOP = 0.0, -1.0


@dataclass(frozen=True, kw_only=True)
class Command:
    """COMMAND_LONG or COMMAND_INT, brought to one form."""

    number: int
    values: tuple[float, ...]
    frame: int = mavlink.MAV_FRAME_GLOBAL_RELATIVE_ALT
    streams: Streams
    default_rates: Mapping[str, float]


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """MAV_RESULT, the reason of a refusal, and names of messages to send."""

    result: int = mavlink.MAV_RESULT_ACCEPTED
    reason: str = ""
    send: tuple[str, ...] = field(default=())


def read_values(message: Message) -> tuple[float, ...]:
    """The seven parameters of either command message; x and y of COMMAND_INT stay scaled integers."""
    last = (message.x, message.y, message.z) if message.get_type() == "COMMAND_INT" else None
    first = (message.param1, message.param2, message.param3, message.param4)
    return (*first, *(last or (message.param5, message.param6, message.param7)))


class Commands:
    """Carries commands out on the flight part."""

    def __init__(self, flight: FlightControl, reporter: Reporter, home: Home) -> None:
        self._flight, self._reporter, self._home = flight, reporter, home
        self._actions: Mapping[int, Callable[[Command], Outcome]] = {
            mavlink.MAV_CMD_COMPONENT_ARM_DISARM: self._arm_disarm,
            mavlink.MAV_CMD_NAV_TAKEOFF: self._takeoff,
            mavlink.MAV_CMD_DO_SET_MODE: self._do_set_mode,
            mavlink.MAV_CMD_NAV_RETURN_TO_LAUNCH: lambda command: self.set_mode(Mode.RTL),
            mavlink.MAV_CMD_NAV_LAND: lambda command: self.set_mode(Mode.LAND),
            mavlink.MAV_CMD_DO_CHANGE_SPEED: self._change_speed,
            mavlink.MAV_CMD_REQUEST_MESSAGE: self._request_message,
            mavlink.MAV_CMD_SET_MESSAGE_INTERVAL: self._set_message_interval,
            mavlink.MAV_CMD_REQUEST_AUTOPILOT_CAPABILITIES: lambda command: Outcome(send=("AUTOPILOT_VERSION",)),
        }

    def run(self, command: Command) -> Outcome:
        """Carry out `command`; a number that nobody knows is UNSUPPORTED."""
        action = self._actions.get(command.number)
        if action is None:
            return Outcome(result=mavlink.MAV_RESULT_UNSUPPORTED, reason=f"command {command.number} is not supported")
        return action(command)

    def set_mode(self, number: float) -> Outcome:
        """Change to the mode of that number."""
        if number not in [int(mode) for mode in Mode]:
            return _denied(f"no flight mode {number:g}")
        return _flown(self._flight.set_mode(Mode(int(number))))

    def _arm_disarm(self, command: Command) -> Outcome:
        arm, force = command.values[:2]
        if arm not in (0.0, 1.0):
            return _denied(f"arm must be 0 or 1, not {arm:g}")
        return _flown(self._flight.arm() if arm else self._flight.disarm(force=force == _FORCE))

    def _takeoff(self, command: Command) -> Outcome:
        height = command.values[6] - (self._home.altitude if command.frame in _MEAN_SEA_LEVEL else 0.0)
        if not (math.isfinite(height) and height > 0):
            return _denied(f"take-off height must be above home, not {height:g} m")
        return _flown(self._flight.takeoff(height))

    def _do_set_mode(self, command: Command) -> Outcome:
        base, custom = command.values[:2]
        if not math.isfinite(base) or not int(base) & mavlink.MAV_MODE_FLAG_CUSTOM_MODE_ENABLED:
            return _denied("only custom modes are known")
        return self.set_mode(custom)

    def _change_speed(self, command: Command) -> Outcome:
        speed = command.values[1]
        if not (math.isfinite(speed) and speed > 0):
            return _denied(f"speed must be positive, not {speed:g} m/s")
        return _flown(self._flight.set_speed(speed))

    def _request_message(self, command: Command) -> Outcome:
        name = self._name(command.values[0])
        return Outcome(send=(name,)) if name else _denied(f"no message {command.values[0]:g}")

    def _set_message_interval(self, command: Command) -> Outcome:
        name, microseconds = self._name(command.values[0]), command.values[1]
        if name is None:
            return _denied(f"no message {command.values[0]:g}")
        if microseconds == _STOP:
            command.streams.set_interval(name, None)
        elif microseconds == _DEFAULT_INTERVAL:
            rate = command.default_rates.get(name)
            command.streams.set_interval(name, 1 / rate if rate else None)
        elif math.isfinite(microseconds) and microseconds >= SHORTEST_INTERVAL * 1e6:
            command.streams.set_interval(name, microseconds * 1e-6)
        else:
            return _denied(f"interval {microseconds:g} us of {name} is shorter than {SHORTEST_INTERVAL * 1e6:g} us")
        return Outcome()

    def _name(self, message_id: float) -> str | None:
        return self._reporter.name_of(int(message_id)) if math.isfinite(message_id) else None


def _flown(refusal: str) -> Outcome:
    result = mavlink.MAV_RESULT_TEMPORARILY_REJECTED if refusal else mavlink.MAV_RESULT_ACCEPTED
    return Outcome(result=result, reason=refusal)


def _denied(reason: str) -> Outcome:
    return Outcome(result=mavlink.MAV_RESULT_DENIED, reason=reason)
