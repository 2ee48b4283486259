"""What is sent how often: the commands and messages by which a ground station says so."""

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.drone.mavlink.channel import Channel
from harness.drone.mavlink.commands import Command, Outcome, denied
from harness.drone.mavlink.inbound import Message
from harness.drone.mavlink.part import Action
from harness.drone.mavlink.reports import Reports, Topic
from harness.drone.mavlink.streams import SHORTEST_INTERVAL, Streams

_DEFAULT_INTERVAL, _STOP = 0.0, -1.0
# As ArduCopter groups them (GCS_MAVLINK_Copter.cpp), as far as there is such a message here.
_GROUPS: Mapping[int, tuple[str, ...]] = MappingProxyType(
    {
        mavlink.MAV_DATA_STREAM_EXTENDED_STATUS: (
            "SYS_STATUS",
            "MISSION_CURRENT",
            "GPS_RAW_INT",
            "NAV_CONTROLLER_OUTPUT",
            "FENCE_STATUS",
            "POSITION_TARGET_GLOBAL_INT",
        ),
        mavlink.MAV_DATA_STREAM_RC_CHANNELS: ("SERVO_OUTPUT_RAW", "RC_CHANNELS"),
        mavlink.MAV_DATA_STREAM_POSITION: ("GLOBAL_POSITION_INT", "LOCAL_POSITION_NED"),
        mavlink.MAV_DATA_STREAM_EXTRA1: ("ATTITUDE",),
        mavlink.MAV_DATA_STREAM_EXTRA2: ("VFR_HUD",),
        mavlink.MAV_DATA_STREAM_EXTRA3: (
            "SYSTEM_TIME",
            "WIND",
            "BATTERY_STATUS",
            "EKF_STATUS_REPORT",
            "ESC_TELEMETRY_1_TO_4",
            "GIMBAL_DEVICE_ATTITUDE_STATUS",
        ),
    }
)
_NOT_STREAMED, _NOT_AVAILABLE = -1, 0  # interval_us of MESSAGE_INTERVAL

StreamsOf = Callable[[Channel], Streams[Topic]]


class Rates:
    """Message rates of each port, for every component alike.

    Attributes:
        defaults: rate of each topic that is streamed unasked, Hz.
    """

    def __init__(self, reports: Reports, streams_of: StreamsOf) -> None:
        self._reports, self._streams_of = reports, streams_of
        self.defaults: dict[Topic, float] = {}

    @property
    def actions(self) -> Mapping[int, Action]:
        """The commands that every component obeys."""
        return {
            mavlink.MAV_CMD_REQUEST_MESSAGE: self._request_message,
            mavlink.MAV_CMD_SET_MESSAGE_INTERVAL: self._set_interval,
            mavlink.MAV_CMD_GET_MESSAGE_INTERVAL: self._get_interval,
        }

    def set_group(self, channel: Channel, message: Message) -> None:
        """REQUEST_DATA_STREAM: stream the messages of a group, or of all groups, at one rate."""
        group = message.req_stream_id
        groups = list(_GROUPS.values()) if group == mavlink.MAV_DATA_STREAM_ALL else [_GROUPS.get(group, ())]
        rate = message.req_message_rate if message.start_stop else 0
        interval = max(1 / rate, SHORTEST_INTERVAL) if rate else None
        wanted = [topic for names in groups for topic in self._reports.named(names)]
        self._streams_of(channel).set_intervals(dict.fromkeys(wanted, interval))

    def _request_message(self, command: Command) -> Outcome:
        if command.values[0] == mavlink.MAVLINK_MSG_ID_MESSAGE_INTERVAL:
            return Outcome(messages=(self._interval_message(command, command.values[1]),))
        name = self._name(command)
        return Outcome(send=(name,)) if name else _unknown(command)

    def _set_interval(self, command: Command) -> Outcome:
        name, microseconds = self._name(command), command.values[1]
        if name is None or command.channel is None:
            return _unknown(command)
        topic, streams = (command.component, name), self._streams_of(command.channel)
        if microseconds == _STOP:
            streams.set_interval(topic, None)
        elif microseconds == _DEFAULT_INTERVAL:
            rate = self.defaults.get(topic)
            streams.set_interval(topic, 1 / rate if rate else None)
        elif math.isfinite(microseconds) and microseconds >= SHORTEST_INTERVAL * 1e6:
            streams.set_interval(topic, microseconds * 1e-6)
        else:
            return denied(f"interval {microseconds:g} us of {name} is shorter than {SHORTEST_INTERVAL * 1e6:g} us")
        return Outcome()

    def _get_interval(self, command: Command) -> Outcome:
        return Outcome(messages=(self._interval_message(command, command.values[0]),))

    def _interval_message(self, command: Command, wanted: float) -> mavlink.MAVLink_message:
        number = int(wanted) if 0 <= wanted < 2**16 else 0
        name = self._reports.name_of(command.component, wanted) if math.isfinite(wanted) else None
        interval = _NOT_AVAILABLE
        if name is not None and command.channel is not None:
            seconds = self._streams_of(command.channel).interval((command.component, name))
            interval = _NOT_STREAMED if seconds is None else round(seconds * 1e6)
        return mavlink.MAVLink_message_interval_message(number, interval)

    def _name(self, command: Command) -> str | None:
        wanted = command.values[0]
        return self._reports.name_of(command.component, wanted) if math.isfinite(wanted) else None


def _unknown(command: Command) -> Outcome:
    return denied(f"no message {command.values[0]:g}")
