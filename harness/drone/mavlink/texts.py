"""Status texts, cut into the 50-byte pieces that STATUSTEXT carries (mavlink.io, "STATUSTEXT", id and chunk_seq)."""

from collections.abc import Callable

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.drone.flight.state import StatusText
from harness.drone.mavlink.inbound import Message

_CHUNK = 50


class TextWriter:
    """Numbers long texts, so that their pieces can be put together again."""

    def __init__(self) -> None:
        self._last_id = 0

    def messages(self, severity: int, text: str) -> list[Message]:
        """The messages that carry `text`; one, unless it is longer than 50 characters."""
        data = text.encode("ascii", "replace")
        if len(data) <= _CHUNK:
            return [mavlink.MAVLink_statustext_message(severity, data)]
        self._last_id = self._last_id % 65535 + 1
        # One more piece, empty, ends a text that fills its last piece.
        pieces = [data[at : at + _CHUNK] for at in range(0, len(data) + 1, _CHUNK)]
        return [
            mavlink.MAVLink_statustext_message(severity, piece, self._last_id, number)
            for number, piece in enumerate(pieces)
        ]


class Speaker:
    """Tells the flight part's texts and the service's own, in the order in which they came up."""

    def __init__(self, take: Callable[[], list[StatusText]], broadcast: Callable[[list[Message]], None]) -> None:
        """`take` gives the flight part's texts since its last call."""
        self._take, self._broadcast, self._writer = take, broadcast, TextWriter()

    def say(self, severity: int, text: str) -> None:
        """Tell `text` after the flight part's own, unless it has just said the same; nothing when it is empty."""
        texts = [(int(each.severity), each.text) for each in self._take()]
        if text and text not in [told for _, told in texts]:
            texts.append((severity, text))
        messages = [message for each in texts for message in self._writer.messages(*each)]
        if messages:
            self._broadcast(messages)
