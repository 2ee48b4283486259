"""One port of the service: its own sequence numbers, its own signing, its own streams."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.drone.mavlink.inbound import Inbound, Message
from harness.drone.mavlink.signing import SignatureCheck
from harness.errors import RigError
from harness.link.port import Port


@dataclass(frozen=True, kw_only=True)
class Address:
    """Who the drone is on a port; `link` tells the signing streams of several ports apart."""

    system: int
    link: int


class Channel:
    """Sends and receives whole messages over a port.

    Attributes:
        trusted: whether it is a trusted port, which takes unsigned frames.
        refused: reasons and how often an incoming frame was refused for each.
        received: messages obeyed or looked at.
    """

    def __init__(self, port: Port, address: Address, inbound: Inbound, wanted: Callable[[], bool]) -> None:
        self._port, self._inbound, self._wanted = port, inbound, wanted
        self._check: SignatureCheck | None = None
        self._closed = False
        self._address = address
        self._mavs: dict[int, mavlink.MAVLink] = {}
        self._signature: mavlink.MAVLinkSigning = mavlink.MAVLinkSigning()
        self._signature.link_id = address.link
        self.trusted = True
        self.refused: Counter[str] = inbound.refused
        self.received = 0

    def sign_with(self, check: SignatureCheck) -> None:
        """Sign all that goes out with the key of `check`: a radio port."""
        self._check, self.trusted = check, False
        self._signature.sign_outgoing = True

    def listen(self, handle: Callable[["Channel", Message, bytes], None]) -> None:
        """Call `handle` with every message that is to be obeyed, and its frame."""

        def receive(data: bytes) -> None:
            for message, frame in self._inbound.feed(data):
                self.received += 1
                handle(self, message, frame)

        self._port.listen(receive)

    @property
    def open(self) -> bool:
        """Whether sending makes sense: the link stands and someone listens."""
        return not self._closed and self._wanted()

    def close(self) -> None:
        """Hear and say nothing any more."""
        self._closed = True
        self._port.listen(lambda data: None)

    def send(self, messages: Iterable[Message], component: int = mavlink.MAV_COMP_ID_AUTOPILOT1) -> None:
        """Send `messages` of that component as one piece of bytes; a link that broke is never used again."""
        if not self.open:
            return
        self._transmit(b"".join(self._pack(message, component) for message in messages))

    def forward(self, frame: bytes) -> None:
        """Pass on a frame of another system that was not refused; a radio port signs it anew."""
        if self.open:
            self._transmit(self._check.sign(frame, self._address.link) if self._check else frame)

    def _transmit(self, data: bytes) -> None:
        try:
            self._port.send(data)
        except RigError:
            self._closed = True

    def _pack(self, message: Message, component: int) -> bytes:
        mav = self._mavs.get(component) or self._make_mav(component)
        if self._check is not None:
            self._signature.secret_key, self._signature.timestamp = self._check.key, self._check.stamp()
        packed: bytes = message.pack(mav)
        mav.seq = (mav.seq + 1) % 256
        return packed

    def _make_mav(self, component: int) -> mavlink.MAVLink:
        mav = self._mavs[component] = mavlink.MAVLink(None, self._address.system, component)
        mav.signing = self._signature
        return mav
