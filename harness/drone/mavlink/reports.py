"""What the drone can report: each message by component and name, built at most once at one time."""

from collections.abc import Callable, Collection, Mapping

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.drone.mavlink.inbound import Message
from harness.timing import Clock

Topic = tuple[int, str]  # component and name of a message


class Reports:
    """Builds a message by its topic; builds each at most once at one time, however many ports want it."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._time = clock.now()
        self._built: dict[Topic, Message] = {}
        self._makers: dict[Topic, Callable[[], Message]] = {}
        self._names: dict[tuple[int, int], str] = {}

    def add(self, component: int, makers: Mapping[str, Callable[[], Message]]) -> None:
        """Let `component` report what `makers` make.

        Raises:
            ValueError: it reports one of them already.
        """
        for name, make in makers.items():
            if (component, name) in self._makers:
                raise ValueError(f"component {component} has two reports {name}")
            self._makers[component, name] = make
            self._names[component, getattr(mavlink, f"MAVLINK_MSG_ID_{name}")] = name

    def name_of(self, component: int, message_id: float) -> str | None:
        """Name of a message that `component` can report, or None."""
        return self._names.get((component, int(message_id))) if message_id == message_id // 1 else None

    def named(self, names: Collection[str]) -> list[Topic]:
        """The reports of these names, of whatever component."""
        return [topic for topic in self._makers if topic[1] in names]

    def message(self, topic: Topic) -> Message:
        """The message as of now."""
        now = self._clock.now()
        if now != self._time:
            self._built.clear()
            self._time = now
        built = self._built.get(topic)
        if built is None:
            built = self._built[topic] = self._makers[topic]()
        return built

    def forget(self) -> None:
        """Build anew what is asked for next, because something has just changed the state."""
        self._built.clear()
