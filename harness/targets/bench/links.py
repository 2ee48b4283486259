"""Where a bench reaches its article, and the relay in its supply."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from harness.link.lasting import Opening
from harness.link.place import Place

INTRUDER, LOCAL = "intruder", "local"


@dataclass(frozen=True, kw_only=True)
class Links:
    """Where the article is reached, and what is expected of it; as `BenchOptions` says.

    `intruder` is a second radio, `local` a trusted local port that may speak; None for none. `more` are links of the
    rig's own, by name.
    """

    radio: Opening
    observer: Opening | None
    key: bytes | None
    boot: float
    firmware: str
    interface: str = ""
    mac: str = ""
    intruder: Place | None = None
    local: Place | None = None
    more: Mapping[str, Opening] = field(default_factory=dict)

    @property
    def places(self) -> dict[str, Opening]:
        """Where each link is, by name."""
        named = {"radio": self.radio, "observer": self.observer, INTRUDER: self.intruder, LOCAL: self.local}
        return {name: place for name, place in named.items() if place is not None} | dict(self.more)


class Supply(Protocol):
    """A relay in the article's supply."""

    def switch(self, on: bool) -> None:
        """Switch, and prove that it did.

        Raises:
            RigError: the relay does not answer or did not switch.
        """
        ...
