"""A MAV_CMD command in one form, whichever message carried it, and what may come of it."""

import math
from dataclasses import dataclass

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.drone.mavlink.channel import Channel
from harness.drone.mavlink.inbound import Message

Sender = tuple[int, int]  # system and component

_SCALE = 1e-7  # degrees in one step of COMMAND_INT's x and y


@dataclass(frozen=True, kw_only=True)
class Command:
    """COMMAND_LONG or COMMAND_INT, brought to one form.

    Attributes:
        number: MAV_CMD number.
        values: param1 to param7; of COMMAND_INT with x, y and z as the last three, as they came.
        frame: MAV_FRAME of the place.
        scaled: whether the fifth and sixth value are 1e-7 degrees, as in COMMAND_INT.
        sender: system and component that it came from.
        component: of the drone that is to carry it out.
        channel: port that it came in on; None where none is needed.
    """

    number: int
    values: tuple[float, ...]
    frame: int = mavlink.MAV_FRAME_GLOBAL_RELATIVE_ALT
    scaled: bool = False
    sender: Sender = (0, 0)
    component: int = mavlink.MAV_COMP_ID_AUTOPILOT1
    channel: Channel | None = None

    @property
    def place(self) -> tuple[float, float]:
        """Fifth and sixth value as degrees of latitude and longitude; NaN where COMMAND_INT leaves them open."""
        x, y = self.values[4:6]
        if not self.scaled:
            return x, y
        return _degrees(x), _degrees(y)


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What came of a command.

    Attributes:
        result: MAV_RESULT.
        reason: of a refusal, for the pilot to read.
        send: names of reports of the addressed component that go out before the answer.
        messages: messages that go out before the answer.
    """

    result: int = mavlink.MAV_RESULT_ACCEPTED
    reason: str = ""
    send: tuple[str, ...] = ()
    messages: tuple[Message, ...] = ()


def read_values(message: Message) -> tuple[float, ...]:
    """The seven parameters of either command message; x and y of COMMAND_INT stay scaled integers."""
    last = (message.x, message.y, message.z) if message.get_type() == "COMMAND_INT" else None
    first = (message.param1, message.param2, message.param3, message.param4)
    return (*first, *(last or (message.param5, message.param6, message.param7)))


def flown(refusal: str) -> Outcome:
    """ACCEPTED, or TEMPORARILY_REJECTED with the flight part's `refusal`."""
    result = mavlink.MAV_RESULT_TEMPORARILY_REJECTED if refusal else mavlink.MAV_RESULT_ACCEPTED
    return Outcome(result=result, reason=refusal)


def denied(reason: str) -> Outcome:
    """DENIED: its values make no sense and never will."""
    return Outcome(result=mavlink.MAV_RESULT_DENIED, reason=reason)


def unsupported(number: int) -> Outcome:
    """UNSUPPORTED: nobody here knows this command."""
    return Outcome(result=mavlink.MAV_RESULT_UNSUPPORTED, reason=f"command {number} is not supported")


def _degrees(scaled: float) -> float:
    return math.nan if scaled == 2**31 - 1 else scaled * _SCALE
