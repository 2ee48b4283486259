"""What the documents role can do: a role of ``roles``, in a module of its own for its length."""

from typing import Protocol

from harness.instruments.figures import ChainFigures, OperatorFigures, ProvenanceFigures


class DocumentsRole(Protocol):
    """The papers that the maker hands over with the article: bills, statements, and what backs them.

    Every verb raises RigError where the bench cannot show that it hands papers on as they are.
    """

    def read_paper(self, name: str) -> bytes:
        """The paper of that name, as it was handed over.

        Raises:
            RigError: papers do not come through the bench as they are.
            VehicleError: the article has no paper of that name.
            FileError: papers come as files, and this one cannot be read.
        """
        ...

    def verify_provenance(self, image: bytes) -> ProvenanceFigures:
        """Judge the maker's attestations of an image that was dumped.

        Raises:
            RigError: the bench cannot tell a good attestation from a changed one.
            FileError: the bench's list of builders is wrong.
        """
        ...

    def screen_operators(self) -> OperatorFigures:
        """Judge who runs the services that the article uses, and who owns them.

        Raises:
            RigError: the bench's lists are too old, or do not find what they list.
            FileError: a list or the decisions are wrong.
        """
        ...

    def screen_chain(self) -> ChainFigures:
        """Judge who owns the maker and who supplies it.

        Raises:
            RigError: the bench's lists are too old, or do not find what they list.
            FileError: a list or the decisions are wrong.
        """
        ...
