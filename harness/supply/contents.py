"""A bill of materials against the files of the image that it is the bill of."""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from harness.errors import MaterialError
from harness.supply.bill import Bill, Component, ListedFile
from harness.supply.firmware import VERSION_NAME, read_version
from harness.supply.formats import read_any
from harness.supply.signatures import MOST_VERSIONS, Library, find_libraries, names_of, simplified

# as CISA names the field, by the CycloneDX property taxonomy
NO_HASH, NO_VERSION = "Component Hash Value", "Component Version"
HASH_DIFFERS = "its file in the image has another hash"
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
    seen = _Files(files)
    libraries = find_libraries(files)
    names = {simplified(name) for library in libraries for name in names_of(library.name)}
    problems = [(part, _mismatch(part, seen, names)) for part in bill.components]
    listed = [item for item in bill.files if item.sha256]
    wrong = [Finding(subject=item.path, problem=text) for item in listed if (text := _differs(item, seen))]
    undeclared = [*_strange_files(bill, seen), *_strange_libraries(bill, libraries)]
    return ContentsReport(
        compared=sum(part.comparable for part in bill.components) + len(listed),
        mismatched=tuple(Finding(subject=part.title, problem=text) for part, text in problems if text) + tuple(wrong),
        undeclared=tuple(undeclared),
        unknown=tuple(part.title for part in bill.components if not part.comparable and NO_HASH in part.unknown),
        libraries=libraries,
    )


class _Files:
    """Files of an image, with digests that are worked out once."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.files = files
        self._digests: dict[str, dict[str, str]] = {}

    def digests(self, function: str) -> Mapping[str, str]:
        """Digest by path, hex."""
        if function not in self._digests:
            self._digests[function] = {
                path: hashlib.new(function, content).hexdigest() for path, content in self.files.items()
            }
        return self._digests[function]

    def has(self, part: Component, path: str) -> bool:
        """Whether the file at `path` ("": any) has every digest that is given of `part`."""
        every = [("sha256", digest) for digest in part.sha256[:1]] + list(part.digests)
        paths = [path] if path else self._paths(*every[0])
        return any(all(self.digests(function)[place] == digest for function, digest in every) for place in paths)

    def _paths(self, function: str, digest: str) -> list[str]:
        return [path for path, other in self.digests(function).items() if other == digest]


def _mismatch(part: Component, seen: _Files, names: Collection[str]) -> str:
    """Why a component is not shown to be in the image as the bill says; "" when it is."""
    path = _path(part.location)
    if path and path not in seen.files:
        return f"the image has no file {path}"
    if part.comparable:
        return "" if seen.has(part, path) else "no file of the image has its hash" if not path else HASH_DIFFERS
    if NO_HASH in part.unknown:
        return ""
    if path or part.hashed:
        return "the bill gives no strong hash to compare its file with"
    # linked into another file, so without one of its own
    there = simplified(part.name) in names
    return "" if there else "the bill gives neither hash nor place, and no signature shows it in the image"


def _differs(item: ListedFile, seen: _Files) -> str:
    if item.path not in seen.files:
        return "the image has no such file"
    return "" if seen.digests("sha256")[item.path] in item.sha256 else HASH_DIFFERS


def _strange_files(bill: Bill, seen: _Files) -> Iterator[Finding]:
    paths = {_path(place) for part in bill.everything for place in (part.location, *part.elsewhere)}
    paths |= {item.path for item in bill.files}
    given = {("sha256", digest) for part in bill.everything for digest in part.sha256}
    given |= {digest for part in bill.everything for digest in part.digests}
    named = paths | {
        path
        for function in {function for function, _ in given}
        for path, digest in seen.digests(function).items()
        if (function, digest) in given
    }
    for path, content in seen.files.items():
        if path not in named and not _is_paper(path, content):
            yield Finding(subject=path, problem="the bill names no such file")


def _is_paper(path: str, content: bytes) -> bool:
    try:
        if path == VERSION_NAME:
            return bool(read_version(content))
        return content[:16].lstrip().startswith(b"{") and len(content) <= LARGEST_BILL and bool(read_any(content))
    except MaterialError:
        return False


def _strange_libraries(bill: Bill, libraries: tuple[Library, ...]) -> Iterator[Finding]:
    parts: dict[str, list[Component]] = defaultdict(list)
    for part in bill.everything:
        parts[simplified(part.name)].append(part)
    for library in libraries:
        named = [part for name in names_of(library.name) for part in parts.get(simplified(name), ())]
        if not named:
            yield Finding(subject=str(library), problem="the bill does not name it")
        elif library.version and not any(_same_version(part, library.version) for part in named):
            versions = ", ".join(part.version or "no version" for part in named[:MOST_VERSIONS])
            yield Finding(subject=str(library), problem=f"the bill has it as {versions}")


def _same_version(part: Component, found: str) -> bool:
    if NO_VERSION in part.unknown:
        return True
    written = part.version.lower().removeprefix("v")
    # a packager's revision may follow: 1.3.1-2
    return written == found.lower() or written.startswith(tuple(found.lower() + mark for mark in "-+~_"))


def _path(location: str) -> str:
    return location.removeprefix("./").lstrip("/")
