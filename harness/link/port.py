"""One end of a duplex byte link, whatever carries it."""

from collections.abc import Callable
from typing import Protocol

Receiver = Callable[[bytes], None]


class Port(Protocol):
    """One end of a duplex byte link; bytes come in on the test clock while a world advances."""

    def send(self, data: bytes) -> None:
        """Hand `data` to the far end; never blocks.

        Raises:
            RigError: the link is closed on this side or broken.
        """
        ...

    def listen(self, receiver: Receiver) -> None:
        """Call `receiver` with every piece of bytes that arrives; replaces an earlier receiver."""
        ...

    def close(self) -> None:
        """Close this end; the far end sees the closing, which is not the same as silence."""
        ...


class Stage(Protocol):
    """Something a direction of a link passes through: an impairment, a recorder."""

    def __call__(self, data: bytes, forward: Receiver) -> None:
        """Take one piece of bytes and forward it now, later, altered, twice or never."""
        ...
