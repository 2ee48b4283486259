"""What the network and scanner roles can do to get in and to pose as somebody else, and the firmware role."""

from pathlib import Path
from typing import Protocol

from harness.instruments.figures import (
    InterfaceFigures,
    LoginFigures,
    PeerFigures,
    UpdateFigures,
)
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


class LoginRole(Protocol):
    """Whoever has read manuals and the label of a unit, in front of its logins."""

    def try_logins(self, published: Path) -> LoginFigures:
        """Published and derived credentials at every login, and those that two units share; `published` is the list.

        Raises:
            RigError: the right code or key was not accepted, or no guess was looked at.
            FileError: the list cannot be read.
        """
        ...


class InterfaceRole(Protocol):
    """Whoever looks for a way in."""

    def try_interfaces(self) -> InterfaceFigures:
        """Debug and service interfaces that are there, and what they give before a login.

        Raises:
            RigError: the bench does not see its own open ports, or the declared interface gives nothing after a login.
        """
        ...
