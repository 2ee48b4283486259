"""A pilot's sticks by MAVLink: MANUAL_CONTROL and RC_CHANNELS_OVERRIDE, from the configured ground station alone.

Channels are ArduPilot's: 1 roll, 2 pitch (a greater pulse pulls the stick and leans back), 3 throttle, 4 yaw, in
microseconds. Channels 5 and up, as a mode switch, do nothing.
"""

from collections.abc import Callable

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.drone.flight.orders import Sticks
from harness.drone.mavlink.channel import Channel
from harness.drone.mavlink.empty_part import EmptyPart
from harness.drone.mavlink.flight_control import FlightControl
from harness.drone.mavlink.inbound import Message
from harness.timing import Clock

_CHANNELS, _FIRST = 18, 8
_MIDDLE, _SWING, _LOWEST, _HIGHEST = 1500, 500, 1000, 2000
_UNCHANGED, _RELEASED, _RELEASED_UPPER = 2**16 - 1, 0, 2**16 - 2
_NO_AXIS = 2**15 - 1
_HELD_FOR = 1.0  # s since the last: as ArduPilot's RC failsafe takes a receiver for dead
_UNKNOWN_STRENGTH = 255


class StickInput(EmptyPart):
    """Keeps the channels as they were last overridden, and moves the flight's sticks with them."""

    def __init__(self, flight: FlightControl, clock: Clock, ground_station: Callable[[], float]) -> None:
        """`ground_station` tells the system id that is obeyed."""
        super().__init__()
        self._flight, self._clock, self._ground_station = flight, clock, ground_station
        self._pulses = [_RELEASED] * _CHANNELS
        self._moved: float | None = None
        self.handlers = {"MANUAL_CONTROL": self._take_manual, "RC_CHANNELS_OVERRIDE": self._take_override}
        self.reports = {"RC_CHANNELS": self._rc_channels}

    @property
    def held(self) -> bool:
        """Whether sticks came in within the last second."""
        return self._moved is not None and self._clock.now() - self._moved <= _HELD_FOR

    def _take_manual(self, channel: Channel, message: Message) -> None:
        if self._is_pilot(message):
            pitch = -message.x if message.x != _NO_AXIS else _NO_AXIS
            lateral = _centred(message.y), _centred(pitch), _pulse(message.z, _LOWEST, 1.0), _centred(message.r)
            self._change(dict(enumerate(lateral)))

    def _take_override(self, channel: Channel, message: Message) -> None:
        if self._is_pilot(message):
            values = [getattr(message, f"chan{number + 1}_raw") for number in range(_CHANNELS)]
            self._change({number: _override(number, value) for number, value in enumerate(values)})

    def _is_pilot(self, message: Message) -> bool:
        return bool(message.get_srcSystem() == self._ground_station())

    def _change(self, pulses: dict[int, int | None]) -> None:
        """Take over the channels that are not None; without any of the four sticks left, the pilot has let go."""
        for number, pulse in pulses.items():
            self._pulses[number] = self._pulses[number] if pulse is None else pulse
        roll, pitch, throttle, yaw = self._pulses[:4]
        if not any((roll, pitch, throttle, yaw)):
            self._moved = None
            self._flight.move_sticks(None)
            return
        self._moved = self._clock.now()
        self._flight.move_sticks(
            Sticks(
                roll=_deflection(roll), pitch=-_deflection(pitch), yaw=_deflection(yaw), throttle=_throttle(throttle)
            )
        )

    def _rc_channels(self) -> Message:
        pulses = self._pulses if self.held else [_RELEASED] * _CHANNELS
        count = sum(1 for pulse in pulses if pulse)
        told = [pulse or _UNCHANGED for pulse in pulses]
        now = round(self._clock.now() * 1000) % 2**32
        return mavlink.MAVLink_rc_channels_message(now, count, *told, _UNKNOWN_STRENGTH)


def _pulse(axis: int, start: int, scale: float) -> int | None:
    """A pulse for an axis of MANUAL_CONTROL; None where it is not there."""
    if axis == _NO_AXIS:
        return None
    return round(min(max(start + scale * axis, _LOWEST), _HIGHEST))


def _centred(axis: int) -> int | None:
    return _pulse(axis, _MIDDLE, 0.5)


def _override(number: int, value: int) -> int | None:
    """A channel of RC_CHANNELS_OVERRIDE; None leaves it as it is. The upper channels have values of their own."""
    if value == _UNCHANGED or (number >= _FIRST and value == _RELEASED):
        return None
    return _RELEASED if number >= _FIRST and value == _RELEASED_UPPER else value


def _deflection(pulse: int) -> float:
    return min(max((pulse - _MIDDLE) / _SWING, -1.0), 1.0) if pulse else 0.0


def _throttle(pulse: int) -> float:
    return min(max((pulse - _LOWEST) / (_HIGHEST - _LOWEST), 0.0), 1.0) if pulse else Sticks().throttle
