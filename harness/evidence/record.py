"""The append-only truth of a run: ``run.jsonl`` and content-addressed attachments.

Every view is made from what this module reads back. An attachment is on disk before the event that names it;
a torn last line, as ``kill -9`` leaves it, is ignored on reading.
"""

import hashlib
import json
import math
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from harness.errors import EvidenceError, UsageError
from harness.evidence.union import unite

RECORD_NAME = "run.jsonl"
PART = re.compile(r"run\.gw(\d{1,6})\.jsonl")
ATTACHMENTS = "attachments"
EVENT_TYPES = frozenset(
    {"plan", "rig", "case_start", "measure", "control", "exposure", "note", "attach", "allure", "case_end", "end"}
)
# a temporary file is its owner's alone; evidence is read by others
READABLE = 0o644
MAX_LINE = 64 * 1024 * 1024
# a run of all suites has less than 1 MiB; what is large is an attachment
MAX_RECORD = 512 * 1024 * 1024
SUFFIXES = {
    "text/csv": "csv",
    "text/plain": "txt",
    "text/html": "html",
    "image/png": "png",
    "application/json": "json",
    "application/pdf": "pdf",
    "application/vnd.tcpdump.pcap": "pcap",
    "application/octet-stream": "bin",
    "application/toml": "toml",
    "application/x-mavlink-tlog": "tlog",
    "application/x-pcapng": "pcapng",
}


@dataclass(frozen=True, kw_only=True)
class Attachment:
    """A file of evidence.

    Attributes:
        name: what a reader sees.
        media_type: MIME type.
        file: path relative to the run folder.
        sha256: hex digest of the content.
        size: bytes.
        kind: what it is for: ``plot``, ``series``, ``capture``, ``image``, ``log`` or ``document``.
    """

    name: str
    media_type: str
    file: str
    sha256: str
    size: int
    kind: str


class Recorder:
    """Writes one record; one per process, made when the session starts."""

    def __init__(self, folder: Path, part: str = "") -> None:
        """Write the record of a run, or the part of it that the worker named `part` (``gw0``) makes."""
        self.folder = folder
        (folder / ATTACHMENTS).mkdir(parents=True, exist_ok=True)
        path = folder / (f"run.{part}.jsonl" if part else RECORD_NAME)
        # the parts of one run lie side by side, with no whole one
        for other in (path, folder / RECORD_NAME) if part else (path, *record_files(folder)):
            if other.exists():
                raise EvidenceError(f"{other} exists: a record is never overwritten, give another folder")
        # a lone surrogate becomes the JSON escape of itself, so no text can stop a record
        self._file = path.open("x", encoding="utf-8", errors="backslashreplace")
        self._sequence = 0

    def emit(self, event_type: str, *, case: str = "", t_test: float | None = None, **fields: Any) -> None:  # noqa: ANN401
        """Append one event and flush it to the disk; a number that is not finite is written as text.

        Raises:
            EvidenceError: the type is unknown, a field cannot be written as JSON, or the event is too long.
        """
        if event_type not in EVENT_TYPES:
            raise EvidenceError(f"unknown event type {event_type!r}")
        event = {
            "seq": self._sequence,
            "t_wall": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "t_test": t_test,
            "case": case,
            "type": event_type,
            **fields,
        }
        try:
            line = json.dumps(_finite(event), ensure_ascii=False, allow_nan=False)
        except (TypeError, ValueError, RecursionError) as error:
            raise EvidenceError(f"the {event_type} event of case {case!r} is not JSON: {error}") from error
        if len(line) >= MAX_LINE // 4:
            raise EvidenceError(f"the {event_type} event of case {case!r} is too long: make it an attachment")
        self._file.write(line + "\n")
        self._file.flush()
        self._sequence += 1

    def store(self, name: str, media_type: str, data: bytes, kind: str = "document") -> Attachment:
        """Put `data` on disk under its hash; equal bytes are kept once."""
        digest = hashlib.sha256(data).hexdigest()
        relative = f"{ATTACHMENTS}/{digest}.{SUFFIXES.get(media_type, 'bin')}"
        path = self.folder / relative
        if not path.exists():
            _write_durably(path, data)
        return Attachment(name=name, media_type=media_type, file=relative, sha256=digest, size=len(data), kind=kind)

    def attach(self, attachment: Attachment, *, case: str = "") -> None:
        """Name a stored attachment in the record."""
        self.emit("attach", case=case, **vars(attachment))

    def close(self) -> None:
        """Flush to the disk and close; later events are an error of the caller."""
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()


def record_files(folder: Path) -> list[Path]:
    """The file of a record, then the files of parts in the order of their workers; empty where there is none."""
    whole = folder / RECORD_NAME
    parts = [(int(match[1]), path) for path in folder.glob("run.gw*.jsonl") if (match := PART.fullmatch(path.name))]
    return [*([whole] if whole.is_file() else []), *(path for _, path in sorted(parts))]


def read_events(folder: Path) -> list[dict[str, Any]]:
    """All events of a run folder in their order, those of several workers in the order of the plan.

    Raises:
        EvidenceError: no record, or two of them; too large for one; a line other than the last is not an event; or its
            parts are not of one run.
    """
    files = record_files(folder)
    if not files:
        raise EvidenceError(f"{folder} holds no {RECORD_NAME}: not a run folder")
    if sum(path.stat().st_size for path in files) > MAX_RECORD:
        raise EvidenceError(f"{files[0]} has more than the {MAX_RECORD} bytes that are read: not a record")
    whole = files[0].name == RECORD_NAME
    if whole and len(files) > 1:
        raise EvidenceError(
            f"{folder} holds {RECORD_NAME} and {files[1].name}: of two runs; nobody can tell which counts"
        )
    parts = [list(_parse(path)) for path in files]
    if whole:
        return parts[0]
    with of_this_version(folder):
        return unite(parts)


@contextmanager
def of_this_version(folder: Path) -> Iterator[None]:
    """Reads fields of a record in its body.

    Raises:
        EvidenceError: a field is missing or of another kind than its event type promises.
    """
    try:
        yield
    except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError, UsageError) as error:
        raise EvidenceError(f"{folder}: the record is not of this version: {error!r}") from error


def _parse(path: Path) -> Iterator[dict[str, Any]]:
    with path.open("rb") as file:
        number = 0
        while line := file.readline(MAX_LINE):
            number += 1
            if line.endswith(b"\n"):
                yield _event(path, number, line)
            elif len(line) == MAX_LINE:
                raise EvidenceError(f"{path}:{number}: longer than {MAX_LINE} bytes: not an event of a record")


def _event(path: Path, number: int, line: bytes) -> dict[str, Any]:
    try:
        event = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise EvidenceError(f"{path}:{number}: not JSON: {error}") from error
    if not isinstance(event, dict) or event.get("seq") != number - 1 or str(event.get("type")) not in EVENT_TYPES:
        raise EvidenceError(f"{path}:{number}: not event number {number - 1} of a record")
    return event


def _finite(value: Any) -> Any:  # noqa: ANN401 - JSON is what it is
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    return value


def _write_durably(path: Path, data: bytes) -> None:
    # under a name of its own: another worker may write the same
    with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".part", delete=False) as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
        os.fchmod(file.fileno(), READABLE)
    Path(file.name).rename(path)
