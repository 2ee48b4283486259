"""Reading attachments as the record names them, and putting views in place whole or not at all."""

import hashlib
import re
import shutil
from collections.abc import Iterable
from pathlib import Path

from harness.errors import EvidenceError
from harness.evidence.manifest import file_sha256, read_chunks
from harness.evidence.record import ATTACHMENTS, Attachment

STORED = re.compile(rf"{ATTACHMENTS}/([0-9a-f]{{64}})\.[a-z0-9]{{1,8}}")
PLAIN_NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._ -]{0,199}")


def check_attachments(folder: Path, attachments: Iterable[Attachment]) -> None:
    """See that each is there as the record names it, also what is too large for a page and goes into the bag only.

    Raises:
        EvidenceError: a file is missing, a link, altered, or not a file of the attachments folder.
    """
    for file, digest in dict.fromkeys((item.file, item.sha256) for item in attachments):
        match = STORED.fullmatch(file)
        if match is None or match.group(1) != digest:
            raise EvidenceError(f"{file[:200]!r} is not the stored attachment of that digest: the record is not ours")
        try:
            found = file_sha256(folder / file)
        except OSError as error:
            raise EvidenceError(f"{folder / file}: the record names it, it cannot be read: {error.strerror}") from error
        if found != digest:
            raise EvidenceError(f"{folder / file}: not the bytes that the record names: altered")


def read_attachment(folder: Path, attachment: Attachment) -> bytes:
    """Content of an attachment, checked against the digest in the record.

    Raises:
        EvidenceError: the file is missing, altered, or not a file of the attachments folder.
    """
    data = read_stored(folder, attachment.file)
    if hashlib.sha256(data).hexdigest() != attachment.sha256:
        raise EvidenceError(f"{folder / attachment.file}: not the bytes that the record names: altered")
    return data


def read_stored(folder: Path, relative: str) -> bytes:
    """Content of a stored file; its name is the SHA-256 it must have.

    Raises:
        EvidenceError: the file is missing, a link, altered, or not a file of the attachments folder.
    """
    match = STORED.fullmatch(relative)
    if match is None:
        raise EvidenceError(f"{relative[:200]!r} is not a stored attachment: the record is not ours")
    try:
        data = b"".join(read_chunks(folder / relative))
    except OSError as error:
        raise EvidenceError(f"{folder / relative}: the record names it, it cannot be read: {error.strerror}") from error
    if hashlib.sha256(data).hexdigest() != match.group(1):
        raise EvidenceError(f"{folder / relative}: its SHA-256 is not its name: altered")
    return data


def plain_name(name: str) -> str:
    """`name` when it names a file and no path.

    Raises:
        EvidenceError: it could lead out of its folder.
    """
    if PLAIN_NAME.fullmatch(name) is None:
        raise EvidenceError(f"{name[:200]!r} is no plain file name: the record is not ours")
    return name


def write_whole(path: Path, data: bytes) -> Path:
    """Write through a temporary file, so that `path` is old or new and never half; no link there is followed."""
    temporary = path.with_name(f".{path.name}.part")
    temporary.unlink(missing_ok=True)
    with temporary.open("xb") as file:
        file.write(data)
    temporary.replace(path)
    return path


def replace_folder(new: Path, place: Path) -> Path:
    """Put the finished folder `new` (same file system) at `place`; what was there goes away afterwards.

    Raises:
        EvidenceError: a link is there: nobody can tell what it leads to.
    """
    old = place.with_name(f".{place.name}.old")
    if place.is_symlink() or old.is_symlink():
        raise EvidenceError(f"{place} or {old.name} beside it is a link: move it away")
    shutil.rmtree(old, ignore_errors=True)
    if place.exists():
        place.replace(old)
    new.replace(place)
    shutil.rmtree(old, ignore_errors=True)
    return place
