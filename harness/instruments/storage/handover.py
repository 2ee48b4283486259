"""What the maker hands over with a unit: passphrase, code, and what its document says is left after an erasure."""

from pathlib import Path

from harness.errors import FileError, RigError
from harness.instruments.attendant import Attendant

MOST_HANDED = 4096  # bytes
KEY_PAPERS = "storage.papers"


class Handover:
    """Secrets in files, so that no record has them. They may change with each unit and each provisioning."""

    def __init__(self, folder: Path, attendant: Attendant, names: tuple[str, ...]) -> None:
        """`names` are the files that are in use.

        Raises:
            FileError: one cannot be read.
        """
        self._folder, self._attendant = folder, attendant
        self._names = tuple(name for name in names if name)
        # what an earlier case provisioned may not have been handed over yet
        self._unit, self._stale, self._unbooted = 1, attendant.there and any(names), False
        for name in self._names:
            _read(folder / name)

    def expect(self, unit: int) -> None:
        """From now on what opens this unit may be another secret than what the files hold."""
        self._unit, self._stale, self._unbooted = unit, bool(self._names), True

    def booted(self) -> None:
        """The unit has booted: what it provisioned then is handed over only now."""
        self._stale, self._unbooted = self._stale or (self._unbooted and bool(self._names)), False

    def read(self, name: str) -> str:
        """What a file holds for the unit on the bench; "" for no file.

        Raises:
            RigError: nobody sees to it that it does, or it cannot be read.
        """
        if not name:
            return ""
        if self._stale:
            files = ", ".join(self._names)
            what = (
                f"have these files hold what unit {self._unit} is opened with now, as its maker discloses it: {files}"
            )
            self._attendant.need("secrets of a unit that was provisioned anew").confirm(KEY_PAPERS, what)
            self._stale = False
        try:
            return _read(self._folder / name)
        except FileError as error:
            raise RigError(str(error)) from error


def _read(path: Path) -> str:
    try:
        with path.open("rb") as file:
            text = file.read(MOST_HANDED + 1).decode("utf-8").strip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise FileError(path, f"cannot be read as what the maker hands over: {error}") from error
    if len(text) > MOST_HANDED:
        raise FileError(path, f"wants what the maker hands over in {MOST_HANDED} bytes, got more")
    return text
