"""Papers on their way from the maker to the judge, and the proof that they arrive as they were handed over."""

import hashlib
from collections.abc import Callable
from pathlib import Path

from harness.errors import FileError, RigError, VehicleError
from harness.instruments.context import Context
from harness.supply.origin import PAPER_NAME

LOST, TORN, STALE = "lost", "torn", "stale"
LARGEST_PAPER = 16 << 20
SHEETS = ("bench-sheet-1.txt", "bench-sheet-2.txt")
MEDIA = {".json": "application/json", ".toml": "application/toml", ".md": "text/markdown", ".pdf": "application/pdf"}


class PaperTray:
    """Fetches papers by name: from the article where it brings its own, else from the declaration's folder.

    Faults: ``lost`` (no paper arrives), ``torn`` (half of each does), ``stale`` (the first one arrives for ever).
    """

    def __init__(self, context: Context) -> None:
        self._context = context
        self._proven = False
        self._first: bytes | None = None
        self._fetched: dict[str, bytes] = {}

    def fetch(self, name: str) -> bytes:
        """The paper of that name; what was fetched once is in evidence and is not asked for again.

        Raises:
            RigError: the bench's own sheets do not come back as they were put in.
            VehicleError: the article has no paper of that name.
            FileError: papers are files here, and this one cannot be read.
        """
        self._prove()
        if name not in self._fetched:
            paper = self._carry(self._source(), name)
            self._context.log.exhibit(name, MEDIA.get(Path(name).suffix, "text/plain"), paper, "document")
            self._context.log.note(f"paper {name}: {len(paper)} bytes, SHA-256 {hashlib.sha256(paper).hexdigest()}")
            self._fetched[name] = paper
        return self._fetched[name]

    def fetch_evidence(self, name: str) -> bytes:
        """A paper that another paper names: a stranger's word, so never a path out of the declaration's folder.

        Raises:
            RigError: the bench's own sheets do not come back as they were put in.
            VehicleError: there is none of that name.
        """
        if not PAPER_NAME.fullmatch(name):
            raise VehicleError(f"evidence {name!a:.80} is no name of a paper: letters, digits and . _ - / only")
        try:
            return self.fetch(name)
        except FileError as error:
            raise VehicleError(f"evidence is not there: {error}") from error

    def _source(self) -> Callable[[str], bytes]:
        if self._context.sockets.papers is not None:
            return self._context.sockets.papers
        return lambda name: read_file(self._context.documents, name, LARGEST_PAPER)

    def _prove(self) -> None:
        """Two sheets of the bench go the same way and must come back as they are."""
        if self._proven:
            return
        wrong = [name for name in SHEETS if self._returned(name) != self._sheet(name)]
        detail = f"{len(SHEETS) - len(wrong)} of {len(SHEETS)} sheets of the bench came back as they were put in"
        self._context.check("papers.carried", not wrong, detail)
        self._proven = True

    def _returned(self, name: str) -> bytes | None:
        try:
            return self._carry(self._sheet, name)
        except RigError:
            return None

    def _sheet(self, name: str) -> bytes:
        return hashlib.sha256(f"{self._context.seed} {name}".encode()).hexdigest().encode()

    def _carry(self, source: Callable[[str], bytes], name: str) -> bytes:
        fault = self._context.fault
        if fault == LOST:
            raise RigError(f"paper {name!a} was lost on the bench")
        paper = source(name)
        if len(paper) > LARGEST_PAPER:
            raise VehicleError(f"paper {name!a} has {len(paper)} bytes, more than the {LARGEST_PAPER} that are read")
        self._first = paper if self._first is None else self._first
        if fault == STALE:
            return self._first
        return paper[: len(paper) // 2] if fault == TORN else paper


def read_file(folder: Path, name: str, largest: int) -> bytes:
    """A file that the declaration names, from its folder.

    Raises:
        FileError: it cannot be read, is no file, or is larger than `largest` bytes.
    """
    path = folder / name
    try:
        # a pipe or a device could keep a reader for ever
        if path.exists() and not path.is_file():
            raise FileError(path, "is not a regular file; the declaration names it")
        with path.open("rb") as file:
            data = file.read(largest + 1)
    except OSError as error:
        raise FileError(path, f"cannot be read: {error.strerror}; the declaration names it") from error
    if len(data) > largest:
        raise FileError(path, f"is larger than {largest} bytes; the declaration names it")
    return data
