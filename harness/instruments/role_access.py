"""What the network and scanner roles can do to get in and to pose as somebody else, and the firmware role."""

from pathlib import Path
from typing import Protocol

from harness.instruments.figures import (
    BillFigures,
    InterfaceFigures,
    LoginFigures,
    PeerFigures,
    ReleaseFigures,
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


class FirmwareRole(Protocol):
    """The firmware on the aircraft and the papers that come with it."""

    def read_bill(self) -> BillFigures:
        """Judge the bill of materials of the image on the aircraft.

        Raises:
            RigError: the image could not be read whole.
        """
        ...

    def dump(self) -> bytes:
        """The image on the aircraft.

        Raises:
            RigError: it could not be read whole.
        """
        ...

    def compare_with_release(self) -> ReleaseFigures:
        """Judge digest, signature and version of the image against the declared release.

        Raises:
            RigError: the image could not be read whole, or the declaration names no release.
            FileError: a file of the release is missing, or no such file.
        """
        ...

    def boot_bad_images(self) -> Count:
        """Bad images that start, of each kind written into the flash past every check of the running article.

        Raises:
            RigError: the released newer image, written in the same way, does not start.
        """
        ...
