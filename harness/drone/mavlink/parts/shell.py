"""A system shell over SERIAL_CONTROL (mavlink.io), as NuttX offers it; a defect, fitted into no sound drone."""

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.drone.mavlink.channel import Channel
from harness.drone.mavlink.empty_part import EmptyPart
from harness.drone.mavlink.inbound import Message

_MOST = 70
_ANSWERS = {b"": b"nsh> ", b"ls": b"/:\r\n dev/\r\n fs/\r\n proc/\r\nnsh> "}


class SerialShell(EmptyPart):
    """Answers whoever a port obeys, without asking who it is."""

    def __init__(self) -> None:
        super().__init__()
        self.handlers = {"SERIAL_CONTROL": self._take}

    def _take(self, channel: Channel, message: Message) -> None:
        if message.device != mavlink.SERIAL_CONTROL_DEV_SHELL:
            return
        line = bytes(message.data[: message.count]).strip()
        data = _ANSWERS.get(line, b"nsh: " + line[:32] + b": command not found\r\nnsh> ")[:_MOST]
        reply = mavlink.MAVLink_serial_control_message(
            message.device, mavlink.SERIAL_CONTROL_FLAG_REPLY, 0, 0, len(data), list(data.ljust(_MOST, b"\0"))
        )
        self.post.send(channel, [reply], self.component)
