"""What the network role can do beyond the audit of what was sent."""

from typing import Protocol

from harness.instruments.figures import PeerFigures, UpdateFigures
from harness.judgement import Count


class PeerRole(Protocol):
    """Servers in the place of the declared ones."""

    def try_peers(self) -> PeerFigures:
        """Present bad certificates and weak offers in the place of every declared TLS endpoint.

        Raises:
            RigError: a server was not what it should be, or the good one got no session in the same state.
        """
        ...


class UpdateRole(Protocol):
    """The update host in the place of the declared one, and the article's operator."""

    def try_updates(self) -> UpdateFigures:
        """Offer bad updates, good ones from elsewhere, and good ones that nobody asks for.

        Raises:
            RigError: an offer did not reach the article, or the released update, asked for, was not installed.
        """
        ...

    def offer_bad_images(self) -> Count:
        """Bad images that were installed, of each kind offered as an update.

        Raises:
            RigError: as ``try_updates``.
        """
        ...

    def interrupt_updates(self, *, cuts: int, within: float) -> Count:
        """Updates cut off within `within` s of the consent after which no released image starts, of `cuts`.

        Raises:
            RigError: no cut hit an update under way, or the released update was not installed.
        """
        ...
