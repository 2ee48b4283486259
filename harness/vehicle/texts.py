"""Status texts of the article, put together again from their 50-byte pieces."""

from dataclasses import dataclass

from harness.vehicle.codec import Message

WARNING = 4  # MAV_SEVERITY_WARNING; a lower number is worse
_CHUNK = 50
_LONGEST = 20 * _CHUNK


@dataclass(frozen=True, kw_only=True)
class Text:
    """What the article said, at `time` s of the test clock, with its MAV_SEVERITY."""

    time: float
    severity: int
    text: str


class TextReader:
    """Collects texts; a piece that was lost leaves a gap, not an error.

    Attributes:
        texts: whole texts, oldest first.
    """

    def __init__(self) -> None:
        self.texts: list[Text] = []
        self._open: dict[int, str] = {}

    def take(self, message: Message, now: float) -> None:
        """Take a STATUSTEXT that came in at `now`."""
        text = self._open.pop(message.id, "") + message.text if message.id else message.text
        if message.id and len(message.text) == _CHUNK and len(text) < _LONGEST:
            self._open = {message.id: text}
        else:
            self.texts.append(Text(time=now, severity=message.severity, text=text))
