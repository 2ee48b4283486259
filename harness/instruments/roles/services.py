"""What the network role can say of names, time, addressing and operators."""

from typing import Protocol

from harness.instruments.figures import EndpointFigures, ServiceFigures


class ServicesRole(Protocol):
    """Which services the article uses, and who runs those that it calls."""

    def watch_services(self, *, over: float) -> ServiceFigures:
        """Let `over` s pass, then judge names, time and addressing in all that was sent since before power-on.

        Raises:
            RigError: the capture is not whole, or the audit does not see what is known to be there.
        """
        ...

    def watch_operators(self, *, over: float) -> EndpointFigures:
        """Let `over` s pass, then judge who runs every endpoint that was declared or called.

        Raises:
            RigError: as above, or the rig has no snapshot of operators.
        """
        ...
