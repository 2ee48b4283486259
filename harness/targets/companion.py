"""The socket for what an operator and a bench can do to an article's companion computer, the part with the network."""

from typing import Protocol


class Companion(Protocol):
    """Hands on the companion of the powered article."""

    def set_offline(self, offline: bool) -> None:
        """Switch its offline mode, as the manual tells the operator to."""
        ...

    def is_offline(self) -> bool:
        """What its own state display says."""
        ...

    def set_clock(self, ahead: float) -> None:
        """Set its buffered clock so many s ahead of the test clock's date; a time server may correct it."""
        ...

    def stand_by(self) -> None:
        """Switch everything but the companion off, as in a hangar."""
        ...

    def wake(self) -> None:
        """Switch the rest on again."""
        ...

    def reboot(self) -> None:
        """Restart the companion alone.

        Raises:
            RigError: the article has no power.
        """
        ...
