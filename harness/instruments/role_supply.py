"""What the documents role can do: a role of ``roles``, in a module of its own for its length."""

from typing import Protocol


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
