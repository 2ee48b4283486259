"""The companion that runs as a process of its own, in the hands of operator and bench: each act is an order to it."""

from collections.abc import Callable
from typing import Any

from harness.errors import NotOffered, RigError

# name of the order and what goes with it; gives the answer
Order = Callable[[str, object], Any]


class OrderedCompanion:
    """The socket for the companion, by orders to its process."""

    def __init__(self, order: Order) -> None:
        self._order = order

    def set_offline(self, offline: bool) -> None:
        """Switch its offline mode."""
        self._order("offline", offline)

    def is_offline(self) -> bool:
        """What it says."""
        return bool(self._order("state", None)["offline"])

    def set_clock(self, ahead: float) -> None:
        """Set its buffered clock."""
        self._order("ahead", ahead)

    def stand_by(self) -> None:
        """Nothing: there is nothing but the companion."""

    def wake(self) -> None:
        """Nothing: there is nothing but the companion."""

    def reboot(self) -> None:
        """Restart it."""
        self._order("power", False)
        self._order("power", True)


class OrderedUpdates:
    """Implements :class:`harness.targets.base.Updates`, by orders to the companion's process."""

    def __init__(self, order: Order) -> None:
        self._order = order

    def read_offer(self) -> str:
        """The version on the operator's screen."""
        return str(self._order("offer", None))

    def consent(self) -> None:
        """Press the button on that screen.

        Raises:
            RigError: the companion has no network yet.
        """
        if not self._order("consent", None):
            raise RigError("the companion has no network yet: let it boot before its operator consents to an update")

    def read_running(self) -> bytes:
        """Dump the slot that runs."""
        return bytes.fromhex(self._order("image", None))

    def read_slots(self) -> tuple[bytes, ...]:
        """Dump both slots."""
        return tuple(map(bytes.fromhex, self._order("slots", None)))

    def program(self, package: bytes) -> None:
        """Refuse.

        Raises:
            NotOffered: always; nobody is at its chips.
        """
        raise NotOffered("there is no programmer at the chips of a companion in a namespace")

    def restore(self) -> None:
        """Programme it as the factory does."""
        self._order("restore", None)
