"""What arrives from the article: the latest message of each type, with its time on the test clock."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from harness.errors import VehicleTimeout
from harness.link.port import Port
from harness.timing import Wait, World, wait_until
from harness.vehicle.codec import Codec, Incoming, Message
from harness.vehicle.events import EventReader
from harness.vehicle.sequence import Sequence
from harness.vehicle.texts import Text, TextReader

Subscriber = Callable[[Message], None]

_AUTOPILOT_NONE = 8  # MAV_AUTOPILOT_INVALID: a heartbeat of something that does not fly


@dataclass(frozen=True, kw_only=True)
class Sample:
    """A message and when it came in, s of the test clock."""

    time: float
    incoming: Incoming

    @property
    def message(self) -> Message:
        """The message."""
        return self.incoming.message


class Receiver:
    """Listens on a port and never sends.

    The first autopilot heard is the article; messages of any other system are left aside.

    Attributes:
        system: the article's system id; 0 until it was heard.
        latest: the newest sample by message type.
        last_heard: when the newest message came in, s; None until then.
        texts: what the article said, whole, oldest first.
        codec: refused frames are counted here.
        sequence: what came of the frames that the article's autopilot numbered for this link.
    """

    def __init__(self, port: Port, world: World, codec: Codec, events: Mapping[str, str] | None = None) -> None:
        """Listen on `port`; `events`: what those of interest say, by name."""
        self.codec, self._events = codec, EventReader(events) if events else None
        self.system = 0
        self.component = 0
        self.latest: dict[str, Sample] = {}
        self.last_heard: float | None = None
        self.sequence = Sequence()
        self._world = world
        self._texts = TextReader()
        self._subscribers: dict[str, list[Subscriber]] = defaultdict(list)
        port.listen(self._receive)

    @property
    def texts(self) -> list[Text]:
        """What the article said, oldest first."""
        return self._texts.texts

    def subscribe(self, kind: str, subscriber: Subscriber) -> Callable[[], None]:
        """Call `subscriber` with every message of that type; returns a function that ends it."""
        self._subscribers[kind].append(subscriber)
        return lambda: self._subscribers[kind].remove(subscriber)

    def read(self, kind: str) -> Message:
        """The latest message of that type.

        Raises:
            VehicleTimeout: none has come yet.
        """
        if kind not in self.latest:
            raise VehicleTimeout(f"no {kind} has come from the vehicle by {self._world.now():.2f} s (test clock)")
        return self.latest[kind].message

    def wait_message(self, kind: str, within: float) -> Message:
        """Wait for the next message of that type.

        Raises:
            VehicleTimeout: none came in time.
        """
        before = self.latest.get(kind)
        wait = Wait(name=kind, within=within, wanted="a new message", got=lambda: "none")
        wait_until(self._world, lambda: self.latest.get(kind) is not before, wait)
        return self.latest[kind].message

    def _receive(self, data: bytes) -> None:
        for incoming in self.codec.decode(data):
            if self._is_article(incoming):
                self._take(incoming)
        if self._events is not None:
            self.texts.extend(self._events.feed(data, self.system, self._world.now()))

    def _is_article(self, incoming: Incoming) -> bool:
        beat = incoming.kind == "HEARTBEAT"
        if beat and not self.system and incoming.message.autopilot != _AUTOPILOT_NONE:
            self.system, self.component = incoming.system, incoming.component
        if not self.system or incoming.system != self.system:
            return False
        return not beat or incoming.component == self.component

    def _take(self, incoming: Incoming) -> None:
        kind = incoming.kind
        now = self.last_heard = self._world.now()
        self.latest[kind] = Sample(time=now, incoming=incoming)
        if incoming.component == self.component:
            self.sequence.take(incoming.number)
        if kind == "STATUSTEXT":
            self._texts.take(incoming.message, now)
        # most types have none, and no list of them is kept
        for subscriber in list(self._subscribers.get(kind, ())):
            subscriber(incoming.message)
