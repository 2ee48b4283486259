"""Reading the article's mission back (mavlink.io, "Mission Protocol"), each item asked for until it comes."""

from collections.abc import Callable

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.timing import Deadline, Wait, World
from harness.vehicle.asking import ask
from harness.vehicle.codec import Message
from harness.vehicle.receiver import Receiver

Send = Callable[[Message], None]
# what makes two items the same: all but who is addressed, and which item is current
Item = tuple[float, ...]

_KIND = mavlink.MAV_MISSION_TYPE_MISSION


def item_of(message: Message) -> Item:
    """What a MISSION_ITEM_INT says, numbers as they travel."""
    values = (message.param1, message.param2, message.param3, message.param4)
    return (message.seq, message.frame, message.command, *values, message.x, message.y, message.z)


class MissionReader:
    """Downloads the mission that the article holds."""

    def __init__(self, receiver: Receiver, world: World, send: Send) -> None:
        self._receiver, self._world, self._send = receiver, world, send

    def download(self, within: float) -> list[Item]:
        """Every item, item 0 (home) first; an empty list when there is no mission.

        Raises:
            VehicleTimeout: the transfer was not over in time.
        """
        deadline = Deadline(self._world, within)
        target = (self._receiver.system, self._receiver.component)
        request = mavlink.MAVLink_mission_request_list_message(*target, _KIND)
        count = self._ask(request, "MISSION_COUNT", None, deadline).count
        items = []
        for number in range(count):
            request = mavlink.MAVLink_mission_request_int_message(*target, number, _KIND)
            items.append(item_of(self._ask(request, "MISSION_ITEM_INT", number, deadline)))
        accepted = mavlink.MAV_MISSION_ACCEPTED
        self._send(mavlink.MAVLink_mission_ack_message(*target, accepted, _KIND))
        return items

    def _ask(self, request: Message, kind: str, number: int | None, deadline: Deadline) -> Message:
        answers: list[Message] = []

        def hear(message: Message) -> None:
            if message.mission_type == _KIND and number in (None, getattr(message, "seq", None)):
                answers.append(message)

        forget = self._receiver.subscribe(kind, hear)
        left = max(deadline.at - self._world.now(), 0.0)
        wait = Wait(name="mission download", within=left, wanted=kind, got=lambda: "silence")
        try:
            ask(self._world, lambda attempt: self._send(request), lambda: bool(answers), wait)
        finally:
            forget()
        return answers[0]
