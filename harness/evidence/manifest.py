"""BagIt manifests (RFC 8493, 2.1.3): one line a file, ``<sha256>  <path>``."""

import hashlib
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

# No character that a shell, sha256sum or another file system would write or read in two ways.
_PART = re.compile(r"[A-Za-z0-9._+=@,~()\[\]-](?:[A-Za-z0-9._+=@,~()\[\] -]*[A-Za-z0-9._+=@,~()\[\]-])?")
_LINE = re.compile(r"([0-9a-f]{64})  (\S.*)")
MAX_PATH = 1024
CHUNK = 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class Tree:
    """What is in a folder.

    Attributes:
        files: regular files by relative path, with their size in bytes.
        strange: relative paths of links, devices and unreadable folders.
    """

    files: Mapping[str, int]
    strange: tuple[str, ...]


def is_safe(path: str) -> bool:
    """Whether a relative path is plain: printable ASCII parts, none of them a dot or two."""
    parts = path.split("/")
    return len(path) <= MAX_PATH and all(_PART.fullmatch(part) and part not in (".", "..") for part in parts)


def write_manifest(digests: Mapping[str, str]) -> bytes:
    """Manifest lines, sorted by path."""
    return "".join(f"{digest}  {path}\n" for path, digest in sorted(digests.items())).encode()


def parse_manifest(data: bytes) -> dict[str, str]:
    """Digests by path.

    Raises:
        ValueError: a line of another form, an unsafe path or one that comes twice; the text names the line.
    """
    digests: dict[str, str] = {}
    lines = data.split(b"\n")
    if lines.pop():
        raise ValueError("the last line has no end")
    for number, raw in enumerate(lines, 1):
        match = _LINE.fullmatch(raw[: MAX_PATH + 80].decode("ascii", "replace"))
        if match is None or not is_safe(match[2]) or len(raw) > MAX_PATH + 66:
            raise ValueError(f"line {number} is not a SHA-256 digest and a plain path")
        if match[2] in digests:
            raise ValueError(f"line {number} names {match[2]} again")
        digests[match[2]] = match[1]
    return digests


def read_tree(folder: Path) -> Tree:
    """Everything under a folder; links are not followed."""
    files: dict[str, int] = {}
    strange: list[str] = []
    waiting = [""]
    while waiting:
        prefix = waiting.pop()
        try:
            entries = list(os.scandir(folder / prefix))
        except OSError:
            strange.append(prefix or ".")
            continue
        for entry in entries:
            path = f"{prefix}{entry.name}"
            if entry.is_dir(follow_symlinks=False):
                waiting.append(f"{path}/")
            elif entry.is_file(follow_symlinks=False):
                files[path] = entry.stat(follow_symlinks=False).st_size
            else:
                strange.append(path)
    return Tree(files=files, strange=tuple(sorted(strange)))


def read_chunks(path: Path) -> Iterator[bytes]:
    """A regular file piece by piece; a link is refused.

    Raises:
        OSError: it cannot be read.
    """
    with os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb") as file:
        while chunk := file.read(CHUNK):
            yield chunk


def file_sha256(path: Path) -> str:
    """Digest of a file, hex.

    Raises:
        OSError: it cannot be read.
    """
    digest = hashlib.sha256()
    for chunk in read_chunks(path):
        digest.update(chunk)
    return digest.hexdigest()
