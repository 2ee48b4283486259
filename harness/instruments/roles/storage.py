"""What the storage role can do."""

from contextlib import AbstractContextManager
from typing import Protocol

from harness.instruments.figures import (
    AccessFigures,
    ErasureFigures,
    PullFigures,
    ResidueFigures,
    SearchFigures,
    SharedFigures,
    SourceFigures,
    StateFigures,
    VolumeFigures,
)
from harness.judgement import Count
from harness.storage.image.image import Image


class StorageRole(Protocol):
    """The storage media of the article, what can be read of them, and the units that they are in.

    Every verb raises RigError where a medium was not read whole, or where what was recorded cannot be recovered by the
    authorised route: what recorded nothing shows nothing.
    """

    def showing_canaries(self) -> AbstractContextManager[None]:
        """Let the article record what a search can find again, while the context lasts."""
        ...

    def acquire(self) -> Image:
        """Power the article off and read the whole medium.

        Raises:
            RigError: fewer bytes were read than the medium has.
        """
        ...

    def search(self, image: Image) -> SearchFigures:
        """Search the image for mission data.

        Raises:
            RigError: the canaries are not in the image, or a search was given up.
        """
        ...

    def examine(self, image: Image) -> VolumeFigures:
        """Judge how the medium is encrypted.

        Raises:
            RigError: the canaries are not in the image.
        """
        ...

    def search_keys(self, image: Image) -> float:
        """How often key material or the credential is readable on the medium.

        Raises:
            RigError: the canaries are not in the image, or the search does not see a key that is known to be there.
        """
        ...

    def search_places(self, image: Image) -> ResidueFigures:
        """Search the media that hold no mission data by declaration."""
        ...

    def compare_units(self) -> SharedFigures:
        """Compare two units, and one before and after it is provisioned anew."""
        ...

    def ask_without_credential(self, *, guessing: float) -> AccessFigures:
        """Ask for recordings after a power cut and before a login, then guess for `guessing` s."""
        ...

    def erase(self) -> ErasureFigures:
        """Sanitise as the manual says, and try everything that is left on the images before and after."""
        ...

    def watch_state(self) -> StateFigures:
        """The state of encryption of a fresh unit, then switched off and on."""
        ...

    def flip_bits(self, *, each: int) -> Count:
        """`each` single-bit changes of every kind of stored object; events: those not noticed."""
        ...

    def pull_power(self, *, times: int, longest: float) -> PullFigures:
        """Pull the power `times` times while it records, each within `longest` s of the start."""
        ...

    def collect_keys(self, *, units: int, boots: int) -> SourceFigures:
        """Keys, salts and nonces of `units` units over `boots` boots of each."""
        ...

    def count_undeclared_fields(self, image: Image) -> float:
        """Fields of the log in `image` that may tell of a person or a place and are not declared."""
        ...
