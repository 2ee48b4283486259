"""The parameter protocol: read by name or index, list, set; typed, and kept over a reboot.

Values of every type travel as plain floats (MAV_PROTOCOL_CAPABILITY_PARAM_ENCODE_C_CAST, as in ArduPilot).
"""

from collections.abc import Iterator
from itertools import chain

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.drone.flight.state import Severity
from harness.drone.mavlink.channel import Channel
from harness.drone.mavlink.config import MavlinkConfig, Memory
from harness.drone.mavlink.empty_part import EmptyPart
from harness.drone.mavlink.flight_control import FlightControl
from harness.drone.mavlink.inbound import Message
from harness.drone.mavlink.parameter_table import FENCE_TYPE, Setting, make_parameters, start_value

_UNKNOWN = mavlink.MAV_PARAM_ERROR_DOES_NOT_EXIST
_READ_ONLY = mavlink.MAV_PARAM_ERROR_READ_ONLY
_OUT_OF_RANGE = mavlink.MAV_PARAM_ERROR_VALUE_OUT_OF_RANGE
_LIMITS = {"FENCE_ALT_MAX": 0b001, "FENCE_RADIUS": 0b010}  # which bit of FENCE_TYPE lets each count

Refusal = tuple[int, str]  # MAV_PARAM_ERROR and the reason
_NONE: Refusal = (mavlink.MAV_PARAM_ERROR_NO_ERROR, "")


class ParameterStore:
    """The parameters of one autopilot; what is set survives in its memory."""

    def __init__(self, config: MavlinkConfig, memory: Memory, flight: FlightControl) -> None:
        """Hold parameters, and let the flight obey those that `memory` kept over a reboot."""
        self._config, self._memory, self._flight = config, memory, flight
        self._parameters = make_parameters(config)
        self._names = list(self._parameters)
        kept = chain.from_iterable(self._settings(name).items() for name in memory.parameters if name in self._names)
        settings = dict(kept)
        if settings:
            flight.configure(**settings)

    @property
    def names(self) -> list[str]:
        """All of them, in the order of their indices."""
        return list(self._names)

    def read(self, name: str) -> float:
        """Present value; `name` must exist."""
        kept = self._memory.parameters.get(name)
        return start_value(self._parameters[name], self._config) if kept is None else kept

    def set(self, name: str, value: float) -> Refusal:
        """Set a parameter; returns why not, or a refusal without a reason."""
        code, reason = self._refusal(name, value)
        if reason:
            return code, f"parameter {name}: {value:g} is {reason}"
        before = self._memory.parameters.get(name)
        self._memory.parameters[name] = value
        settings = self._settings(name)
        refused = self._flight.configure(**settings) if settings else ""
        if not refused:
            return _NONE
        self._memory.parameters.pop(name)
        if before is not None:
            self._memory.parameters[name] = before
        return _OUT_OF_RANGE, f"parameter {name}: {refused}"

    def message(self, name: str) -> Message:
        """PARAM_VALUE of an existing parameter."""
        kind, index = self._parameters[name].kind, self._names.index(name)
        return mavlink.MAVLink_param_value_message(name.encode(), self.read(name), kind, len(self._names), index)

    def messages(self) -> Iterator[Message]:
        """PARAM_VALUE of every parameter."""
        return map(self.message, self._names)

    def wanted(self, name: str, index: int) -> str | None:
        """The name asked for by index, or by name when the index is negative; None when there is none."""
        if index >= 0:
            return self._names[index] if index < len(self._names) else None
        return name if name in self._parameters else None

    def _refusal(self, name: str, value: float) -> Refusal:
        parameter = self._parameters.get(name)
        if parameter is None:
            return _UNKNOWN, "unknown"
        if parameter.fixed is not None:
            return _READ_ONLY, "not taken, it is read-only"
        return _OUT_OF_RANGE, parameter.refusal(value)

    def _settings(self, name: str) -> dict[str, Setting]:
        """The settings of the flight that follow from the parameter as it now reads."""
        if name == FENCE_TYPE:
            return {key: value for limit in _LIMITS for key, value in self._settings(limit).items()}
        parameter = self._parameters[name]
        if not parameter.setting:
            return {}
        counts = name not in _LIMITS or int(self.read(FENCE_TYPE)) & _LIMITS[name]
        return {parameter.setting: parameter.to_setting(self.read(name)) if counts else 0.0}


class ParameterProtocol(EmptyPart):
    """PARAM_REQUEST_LIST, PARAM_REQUEST_READ and PARAM_SET, answered by PARAM_VALUE or PARAM_ERROR."""

    def __init__(self, store: ParameterStore) -> None:
        super().__init__()
        self._store = store
        self.handlers = {
            "PARAM_REQUEST_LIST": self._list,
            "PARAM_REQUEST_READ": self._read,
            "PARAM_SET": self._set,
        }

    def _list(self, channel: Channel, message: Message) -> None:
        self.post.send(channel, self._store.messages(), self.component)

    def _read(self, channel: Channel, message: Message) -> None:
        name = self._store.wanted(message.param_id, message.param_index)
        if name is None:
            self._fail(channel, message, message.param_index, _UNKNOWN)
        else:
            self.post.send(channel, [self._store.message(name)], self.component)

    def _set(self, channel: Channel, message: Message) -> None:
        code, reason = self._store.set(message.param_id, message.param_value)
        if reason:
            self.post.say(int(Severity.WARNING), reason)
            self._fail(channel, message, -1, code)
        name = self._store.wanted(message.param_id, -1)
        if name is not None:
            self.post.broadcast([self._store.message(name)], self.component)

    def _fail(self, channel: Channel, message: Message, index: int, code: int) -> None:
        target = message.get_srcSystem(), message.get_srcComponent()
        name = message.param_id.encode("ascii", "replace")
        self.post.send(channel, [mavlink.MAVLink_param_error_message(*target, name, index, code)], self.component)
