"""Parameters under ArduPilot's names, where its meaning and ours are the same; sent as plain floats (C cast)."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.drone.flight.courses import CRUISE, MOST_SPEED
from harness.drone.flight.state import Severity
from harness.drone.mavlink.channel import Channel
from harness.drone.mavlink.config import MavlinkConfig, Memory
from harness.drone.mavlink.empty_part import EmptyPart
from harness.drone.mavlink.flight_control import FlightControl
from harness.drone.mavlink.inbound import Message

_LINK_LOSS_ACTIONS = {0.0: "none", 1.0: "rtl", 5.0: "land"}  # FS_GCS_ENABLE of ArduCopter
_CENTIMETRES = 100.0

Read = Callable[[str], float]


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """One parameter: its range, what it is at power-on, and what setting it does.

    Attributes:
        low: least value.
        high: greatest value.
        start: reads the value that holds when nobody has set it.
        act: makes the flight part obey the parameters as they now read.
        admitted: the only values there are; empty admits the whole range.
        whole: whether only whole numbers are admitted.
    """

    low: float
    high: float
    start: Callable[[MavlinkConfig], float]
    act: Callable[[FlightControl, Read], None] = lambda flight, read: None
    admitted: tuple[float, ...] = ()
    whole: bool = False

    def refusal(self, value: float) -> str:
        """Why `value` cannot be set; empty when it can."""
        if not math.isfinite(value) or not self.low <= value <= self.high:
            return f"outside {self.low:g} to {self.high:g}"
        if self.whole and value != int(value):
            return "not a whole number"
        if self.admitted and value not in self.admitted:
            return "not one of " + ", ".join(f"{each:g}" for each in self.admitted)
        return ""


def _start_action(config: MavlinkConfig) -> float:
    return next(value for value, name in _LINK_LOSS_ACTIONS.items() if name == config.flight.link_loss_action)


def _act_on_link_loss(flight: FlightControl, read: Read) -> None:
    flight.set_link_loss(_LINK_LOSS_ACTIONS[read("FS_GCS_ENABLE")], read("FS_GCS_TIMEOUT"))


def _act_on_speed(flight: FlightControl, read: Read) -> None:
    flight.set_speed(read("WPNAV_SPEED") / _CENTIMETRES)


PARAMETERS: dict[str, Parameter] = {
    "FS_GCS_ENABLE": Parameter(
        low=0, high=5, start=_start_action, act=_act_on_link_loss, admitted=tuple(_LINK_LOSS_ACTIONS)
    ),
    "FS_GCS_TIMEOUT": Parameter(
        low=2, high=120, start=lambda config: config.flight.link_loss_timeout, act=_act_on_link_loss
    ),
    "MAV_GCS_SYSID": Parameter(low=1, high=255, start=lambda config: config.ground_station, whole=True),
    "SYSID_THISMAV": Parameter(low=1, high=255, start=lambda config: config.system_id, whole=True),  # acts at reboot
    "WPNAV_SPEED": Parameter(
        low=20,
        high=MOST_SPEED * _CENTIMETRES,
        start=lambda config: CRUISE * _CENTIMETRES,
        act=_act_on_speed,
    ),
}


class ParameterStore:
    """The parameters of one autopilot; what is set survives in its memory."""

    def __init__(self, config: MavlinkConfig, memory: Memory, flight: FlightControl) -> None:
        """Hold parameters, and let those act that `memory` kept over a reboot."""
        self._config, self._memory, self._flight = config, memory, flight
        for name in memory.parameters:
            PARAMETERS[name].act(flight, self.read)

    def read(self, name: str) -> float:
        """Present value; `name` must exist."""
        return self._memory.parameters.get(name, PARAMETERS[name].start(self._config))

    def set(self, name: str, value: float) -> str:
        """Set a parameter; returns why not, or an empty string."""
        refusal = PARAMETERS[name].refusal(value) if name in PARAMETERS else "unknown"
        if refusal:
            return f"parameter {name}: {value:g} is {refusal}"
        self._memory.parameters[name] = value
        PARAMETERS[name].act(self._flight, self.read)
        return ""

    def message(self, name: str) -> Message:
        """PARAM_VALUE of an existing parameter."""
        return mavlink.MAVLink_param_value_message(
            name.encode(), self.read(name), mavlink.MAV_PARAM_TYPE_REAL32, len(PARAMETERS), list(PARAMETERS).index(name)
        )

    def messages(self) -> Iterator[Message]:
        """PARAM_VALUE of every parameter."""
        return map(self.message, PARAMETERS)

    def wanted(self, name: str, index: int) -> str | None:
        """The name asked for by index, or by name when the index is negative; None when there is none."""
        if index >= 0:
            return list(PARAMETERS)[index] if index < len(PARAMETERS) else None
        return name if name in PARAMETERS else None


class ParameterProtocol(EmptyPart):
    """PARAM_REQUEST_LIST, PARAM_REQUEST_READ and PARAM_SET, answered by PARAM_VALUE."""

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
        if name is not None:
            self.post.send(channel, [self._store.message(name)], self.component)

    def _set(self, channel: Channel, message: Message) -> None:
        refusal = self._store.set(message.param_id, message.param_value)
        if refusal:
            self.post.say(int(Severity.WARNING), refusal)
        name = self._store.wanted(message.param_id, -1)
        if name is not None:
            self.post.broadcast([self._store.message(name)], self.component)
