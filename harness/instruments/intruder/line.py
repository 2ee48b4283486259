"""One way into the article as an intruder has it: sends, proves on the far side that it was sent, hears the answers."""

from collections import Counter

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.link.mavframes import FrameSplitter
from harness.link.port import Receiver
from harness.link.virtual import VirtualCable
from harness.timing import World
from harness.vehicle.codec import Message, is_intact, message_id

_ANSWERS = (mavlink.MAVLINK_MSG_ID_COMMAND_ACK, mavlink.MAVLINK_MSG_ID_PARAM_VALUE)


class Line:
    """A link by its name.

    Attributes:
        name: as the report calls it.
        sent: frames sent, each counted.
        arrived: which of them were seen behind every impairment.
        answers: acknowledgements and parameter values that came down since `forget`.
    """

    def __init__(self, name: str, cable: VirtualCable, world: World, *, silent: bool = False) -> None:
        """Tap `cable`; `silent` is a rig fault: nothing is sent. Nobody else is needed at its ground end."""
        self.name, self._cable, self._world, self._silent = name, cable, world, silent
        self.sent: Counter[bytes] = Counter()
        self.arrived: Counter[bytes] = Counter()
        self.answers: list[Message] = []
        self._splitter, self._decoder = FrameSplitter(is_intact), mavlink.MAVLink(None)
        cable.up.append(self._see)
        cable.down.append(self._hear)

    def send(self, frame: bytes) -> None:
        """Send one frame towards the article."""
        self.sent[frame] += 1
        if not self._silent:
            self._cable.ground.send(frame)

    def forget(self) -> None:
        """What was answered so far is of no interest any more."""
        self.answers.clear()

    def _see(self, data: bytes, forward: Receiver) -> None:
        if data in self.sent:
            self.arrived[data] += 1
        forward(data)

    def _hear(self, data: bytes, forward: Receiver) -> None:
        for frame in self._splitter.feed(data):
            if message_id(frame) in _ANSWERS:
                self.answers.append(self._decoder.decode(bytearray(frame)))
        forward(data)
