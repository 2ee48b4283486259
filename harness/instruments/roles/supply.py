"""What the documents, inspection and firmware roles can do."""

from collections.abc import Sequence
from typing import Protocol

from harness.instruments.figures import BillFigures, ContentsFigures, ReleaseFigures
from harness.instruments.roles.reviews import ReviewsRole
from harness.judgement import Count
from harness.supply.hbom import Identifier


class DocumentsRole(ReviewsRole, Protocol):
    """The papers that the maker hands over with the article: bills, statements, and what backs them.

    Every verb raises RigError where the bench cannot show that it hands papers on as they are. A paper that the
    article lacks says nothing, and counts so.
    """

    def match_bill(self, image: bytes) -> ContentsFigures:
        """Compare the declared bill of materials with the files of an image.

        Raises:
            RigError: the comparison does not see a changed byte or a library that are known to be there.
        """
        ...

    def trace_origins(self, *, critical: Sequence[str], confidence: str) -> float:
        """Critical components whose origin the hardware bill shows with that weight at least, %.

        Raises:
            RigError: the check does not see an origin that is known to be blank.
        """
        ...

    def compare_fitted(self, read: Sequence[Identifier]) -> Count:
        """Identifiers that differ between what was `read` of the article and its papers, of all."""
        ...


class InspectionRole(Protocol):
    """Eyes and adapters at the opened article: what its parts tell on their buses and plates."""

    def read_identifiers(self) -> tuple[Identifier, ...]:
        """USB and CAN identifiers, plates of the radios, and addresses seen on the wire.

        Raises:
            RigError: the reader does not see a part of the bench when it is fitted, or sees it when it is not.
        """
        ...


class IdentifiedVehicle(Protocol):
    """The article as it tells itself to its ground station."""

    def read_parameters(self) -> dict[str, float]:
        """Every parameter of the autopilot, by name.

        Raises:
            VehicleTimeout: the list does not come whole.
        """
        ...

    def read_identifiers(self) -> tuple[Identifier, ...]:
        """Vendor, product and unique number that the autopilot reports.

        Raises:
            VehicleTimeout: it does not answer.
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
