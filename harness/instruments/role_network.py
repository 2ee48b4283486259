"""What the network role can do beyond the audit of what was sent."""

from typing import Protocol

from harness.instruments.figures import PeerFigures


class PeerRole(Protocol):
    """Servers in the place of the declared ones."""

    def try_peers(self) -> PeerFigures:
        """Present bad certificates and weak offers in the place of every declared TLS endpoint.

        Raises:
            RigError: a server was not what it should be, or the good one got no session in the same state.
        """
        ...
