"""A bill of materials against the files of the image that it is the bill of."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from harness.errors import MaterialError
from harness.supply.bill import Bill, Component
from harness.supply.firmware import VERSION_NAME, read_version
from harness.supply.formats import read_any
from harness.supply.signatures import Library, find_libraries, same_library

# as CISA names the field, by the CycloneDX property taxonomy
NO_HASH, NO_VERSION = "Component Hash Value", "Component Version"
# a bill that lies in the image is looked at whole up to this size
LARGEST_BILL = 16 << 20


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What is wrong with which component or file."""

    subject: str
    problem: str

    def __str__(self) -> str:
        return f"{self.subject}: {self.problem}"


@dataclass(frozen=True, kw_only=True)
class ContentsReport:
    """What an image holds and its bill says.

    Attributes:
        compared: components whose hash was compared with a file.
        mismatched: components with another hash, without one to compare, or that the image lacks.
        undeclared: files and libraries that the bill does not name.
        unknown: components whose hash the bill says nobody knows, so that it was not compared.
        libraries: what the signatures found.
    """

    compared: int
    mismatched: tuple[Finding, ...]
    undeclared: tuple[Finding, ...]
    unknown: tuple[str, ...]
    libraries: tuple[Library, ...]


def check_contents(bill: Bill, files: Mapping[str, bytes]) -> ContentsReport:
    """Compare a bill with the files of its image, by path.

    What the bill is of is the image itself, whose hash is another matter (its release). A file that is itself a bill,
    or the one line ``VERSION``, is no component.
    """
    digests = {path: hashlib.sha256(content).hexdigest() for path, content in files.items()}
    libraries = find_libraries(files)
    problems = [(part, _mismatch(part, digests, libraries)) for part in bill.components]
    listed = [(item.path, digests.get(item.path), item.sha256) for item in bill.files if item.sha256]
    wrong = [Finding(subject=path, problem="hash of this file differs") for path, is_, of in listed if is_ not in of]
    undeclared = [*_strange_files(bill, files, digests), *_strange_libraries(bill, libraries)]
    return ContentsReport(
        compared=sum(bool(part.sha256) for part in bill.components) + len(listed),
        mismatched=tuple(Finding(subject=part.title, problem=text) for part, text in problems if text) + tuple(wrong),
        undeclared=tuple(undeclared),
        unknown=tuple(part.title for part in bill.components if not part.sha256 and NO_HASH in part.unknown),
        libraries=libraries,
    )


def _mismatch(part: Component, digests: Mapping[str, str], libraries: tuple[Library, ...]) -> str:
    """Why a component is not shown to be in the image as the bill says; "" when it is."""
    path = _path(part.location)
    if path and path not in digests:
        return f"the image has no file {path}"
    if part.sha256:
        seen = {digests[path]} if path else set(digests.values())
        return "" if seen & set(part.sha256) else "no file of the image has its SHA-256"
    if NO_HASH in part.unknown:
        return ""
    if path or part.hashed:
        return "the bill gives no SHA-256 to compare its file with"
    # linked into another file, so without one of its own
    there = any(same_library(part.name, library.name) for library in libraries)
    return "" if there else "the bill gives neither hash nor place, and no signature shows it in the image"


def _strange_files(bill: Bill, files: Mapping[str, bytes], digests: Mapping[str, str]) -> Iterator[Finding]:
    paths = {_path(place) for part in bill.everything for place in (part.location, *part.elsewhere)}
    paths |= {item.path for item in bill.files}
    hashes = {digest for part in bill.everything for digest in part.sha256}
    for path, content in files.items():
        if path not in paths and digests[path] not in hashes and not _is_paper(path, content):
            yield Finding(subject=path, problem="the bill names no such file")


def _is_paper(path: str, content: bytes) -> bool:
    try:
        if path == VERSION_NAME:
            return bool(read_version(content))
        return content[:16].lstrip().startswith(b"{") and len(content) <= LARGEST_BILL and bool(read_any(content))
    except MaterialError:
        return False


def _strange_libraries(bill: Bill, libraries: tuple[Library, ...]) -> Iterator[Finding]:
    for library in libraries:
        named = [part for part in bill.everything if same_library(part.name, library.name)]
        if not named:
            yield Finding(subject=str(library), problem="the bill does not name it")
        elif library.version and not any(_same_version(part, library.version) for part in named):
            versions = ", ".join(part.version or "no version" for part in named)
            yield Finding(subject=str(library), problem=f"the bill has it as {versions}")


def _same_version(part: Component, found: str) -> bool:
    if NO_VERSION in part.unknown:
        return True
    written = part.version.lower().removeprefix("v")
    # a packager's revision may follow: 1.3.1-2
    return written == found.lower() or written.startswith(tuple(found.lower() + mark for mark in "-+~_"))


def _path(location: str) -> str:
    return location.removeprefix("./").lstrip("/")
