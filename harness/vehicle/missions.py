"""Missions of the article: uploaded by the mission protocol (mavlink.io, "Mission Protocol")."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.errors import VehicleError
from harness.timing import Wait, World
from harness.vehicle.asking import ask
from harness.vehicle.codec import Message
from harness.vehicle.receiver import Receiver

Send = Callable[[Message], None]

_SCALE = 1e7
_REQUESTS = ("MISSION_REQUEST_INT", "MISSION_REQUEST")


@dataclass(frozen=True, kw_only=True)
class MissionItem:
    """One item: MAV_CMD number, its first four values, and its place in m north, east and up of home."""

    command: int
    values: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)
    place: tuple[float, float, float] | None = None


@dataclass(frozen=True, kw_only=True)
class Origin:
    """Where the local frame has its origin, deg and m above sea level, and the autopilot's metres in a degree."""

    latitude: float
    longitude: float
    metres_per_degree: float
    height: float = 0.0

    def to_degrees(self, north: float, east: float) -> tuple[float, float]:
        """Latitude and longitude of a point in metres from the origin."""
        shrunk = self.metres_per_degree * math.cos(math.radians(self.latitude))
        return self.latitude + north / self.metres_per_degree, self.longitude + east / shrunk


def waypoint(north: float, east: float, up: float) -> MissionItem:
    """Fly through a point."""
    return MissionItem(command=mavlink.MAV_CMD_NAV_WAYPOINT, place=(north, east, up))


def change_speed(speed: float) -> MissionItem:
    """From here on fly at `speed` m/s over ground."""
    return MissionItem(command=mavlink.MAV_CMD_DO_CHANGE_SPEED, values=(1.0, speed, -1.0, 0.0))


class MissionClient:
    """Uploads missions; where item 0 stands for home, as ArduPilot has it, that is added here."""

    def __init__(self, receiver: Receiver, world: World, send: Send, *, home_first: bool = True) -> None:
        self._receiver, self._world, self._send = receiver, world, send
        self._before = [_HOME] if home_first else []

    def upload(self, items: Sequence[MissionItem], origin: Origin, within: float) -> int:
        """Replace the article's mission; returns the number of its last item.

        Raises:
            VehicleTimeout: the transfer was not over in time.
            VehicleError: the article refused; the text carries its own reason.
        """
        messages = [self._message(number, item, origin) for number, item in enumerate([*self._before, *items])]
        transfer = _Transfer(messages, self._send)
        said_before = len(self._receiver.texts)
        listeners = dict.fromkeys(_REQUESTS, transfer.give) | {"MISSION_ACK": transfer.end}
        stops = [self._receiver.subscribe(kind, listener) for kind, listener in listeners.items()]
        count = mavlink.MAVLink_mission_count_message(*self._target(), len(messages), mavlink.MAV_MISSION_TYPE_MISSION)
        wait = Wait(name="mission upload", within=within, wanted="MISSION_ACK", got=transfer.describe)
        try:
            ask(self._world, lambda attempt: transfer.press_on(count), lambda: transfer.result is not None, wait)
        finally:
            for stop in stops:
                stop()
        if transfer.result != mavlink.MAV_MISSION_ACCEPTED:
            said = "; ".join(text.text for text in self._receiver.texts[said_before:]) or "it gave no reason"
            raise VehicleError(f"vehicle refused the mission: {_result_name(transfer.result)}: {said}")
        return len(messages) - 1

    def _target(self) -> tuple[int, int]:
        return self._receiver.system, self._receiver.component

    def _message(self, number: int, item: MissionItem, origin: Origin) -> Message:
        north, east, up = item.place or (0.0, 0.0, 0.0)
        latitude, longitude = origin.to_degrees(north, east) if item.place else (0.0, 0.0)
        return mavlink.MAVLink_mission_item_int_message(
            *self._target(),
            seq=number,
            frame=mavlink.MAV_FRAME_GLOBAL_RELATIVE_ALT_INT if item.place else mavlink.MAV_FRAME_MISSION,
            command=item.command,
            current=int(number == 0),
            autocontinue=1,
            param1=item.values[0],
            param2=item.values[1],
            param3=item.values[2],
            param4=item.values[3],
            x=round(latitude * _SCALE),
            y=round(longitude * _SCALE),
            z=up,
            mission_type=mavlink.MAV_MISSION_TYPE_MISSION,
        )


class _Transfer:
    """One upload: the article asks for the items and acknowledges the whole."""

    def __init__(self, messages: Sequence[Message], send: Send) -> None:
        self.result: int | None = None
        self._messages, self._send = messages, send
        self._given = -1

    def give(self, request: Message) -> None:
        """The article asks for an item."""
        if request.mission_type == mavlink.MAV_MISSION_TYPE_MISSION and 0 <= request.seq < len(self._messages):
            self._given = request.seq
            self._send(self._messages[request.seq])

    def end(self, ack: Message) -> None:
        """The article takes or refuses the whole."""
        if ack.mission_type == mavlink.MAV_MISSION_TYPE_MISSION:
            self.result = ack.type

    def press_on(self, count: Message) -> None:
        """Announce the mission again, or repeat its last item; what lies between, the article asks for again."""
        if self._given < 0:
            self._send(count)
        elif self._given == len(self._messages) - 1:
            self._send(self._messages[self._given])

    def describe(self) -> str:
        """How far it came."""
        return f"asked for {self._given + 1} of {len(self._messages)} items"


def _result_name(result: int | None) -> str:
    entry = mavlink.enums["MAV_MISSION_RESULT"].get(result)
    return entry.name if entry else f"result {result}"


_HOME = waypoint(0.0, 0.0, 0.0)
