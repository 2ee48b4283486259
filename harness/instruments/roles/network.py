"""What the network role can do beside its audit."""

from contextlib import AbstractContextManager
from typing import Protocol

from harness.instruments.network.offline import Silence
from harness.instruments.network.tour import Tour


class NetworkModes(Protocol):
    """The network as a bench varies it: states of the article, its offline mode, dates, places, boots, outages."""

    def state(self, name: str) -> AbstractContextManager[None]:
        """Book the body as that state of the article; the audit tells how long it lasted."""
        ...

    def boot(self, *, until: float) -> None:
        """Let the first boot go on until so many s after power-on."""
        ...

    def check_for_update(self, *, within: float) -> None:
        """Let the article look for updates.

        Raises:
            RigError: the declared source of updates was not asked.
        """
        ...

    def restart(self) -> None:
        """Switch the article off and on, and let it boot."""
        ...

    def offline(self) -> AbstractContextManager[Silence]:
        """Offline mode, switched on as the manual says, while the context lasts.

        Raises:
            RigError: it is not confirmed, the article was not heard before and after, or the capture has gaps.
        """
        ...

    def soak(self, *, awake: float, longest: float) -> None:
        """Let the article stand for what is left of its declared offline time: `awake` s with all on, then in standby.

        Raises:
            RigError: more than `longest` h are declared.
        """
        ...

    def touring(self, *, idle: float, gap: float = ...) -> Tour:
        """Take the baseline of a tour: the boot of this case and `idle` s of standing; reboots are `gap` s apart."""
        ...

    def blocked(self, *, restart: bool) -> AbstractContextManager[None]:
        """Drop all but the command link while the context lasts; with `restart` the article boots under it.

        Raises:
            RigError: on leaving, when something got through or nothing was there to block.
        """
        ...
