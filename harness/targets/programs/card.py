"""The card of an article that is a program: what it wrote into its folder, which is all that outlives its power."""

from collections.abc import Container, Mapping
from pathlib import Path

from harness.errors import RigError


class ProgramCard:
    """Holds the files of the program that ended last, while somebody wants to read them."""

    def __init__(self) -> None:
        self._wanted = False
        self._files: dict[str, bytes] | None = None

    def insert(self) -> None:
        """Keep from now on what a program leaves; before that it goes unread, for logs of long flights are large."""
        self._wanted = True

    def take(self, folder: Path, given: Container[str]) -> None:
        """A program has ended in `folder`; what of it was `given` by the rig is none of the article's."""
        if self._wanted:
            self._files = {
                str(path.relative_to(folder)): path.read_bytes()
                for path in sorted(folder.rglob("*"))
                if path.is_file() and not path.is_symlink() and str(path.relative_to(folder)) not in given
            }

    def read(self) -> Mapping[str, bytes]:
        """Contents by name.

        Raises:
            RigError: no program has ended since the card was inserted.
        """
        if self._files is None:
            raise RigError("nothing is on the card: the article has not been switched on and off since it was inserted")
        return self._files
