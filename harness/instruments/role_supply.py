"""What the documents and inspection roles can do: roles of ``roles``, in a module of their own for their length."""

from collections.abc import Sequence
from typing import Protocol

from harness.instruments.figures import ContentsFigures
from harness.instruments.role_reviews import ReviewsRole
from harness.judgement import Count
from harness.supply.hbom import Identifier


class DocumentsRole(ReviewsRole, Protocol):
    """The papers that the maker hands over with the article: bills, statements, and what backs them.

    Every verb raises RigError where the bench cannot show that it hands papers on as they are. A paper that the
    article lacks says nothing, and counts so.
    """

    def read_paper(self, name: str) -> bytes:
        """The paper of that name, as it was handed over.

        Raises:
            RigError: papers do not come through the bench as they are.
            VehicleError: the article has no paper of that name.
            FileError: papers come as files, and this one cannot be read.
        """
        ...

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
