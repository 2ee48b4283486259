"""Is a bag what its signer signed? Anyone's bag: every byte of it is hostile until shown otherwise."""

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from cryptography import x509

from harness.cms import Signature, verify_detached
from harness.errors import EvidenceError, FileError, MaterialError
from harness.evidence import bag as layout
from harness.evidence.attestation import read_attestation
from harness.evidence.manifest import Tree, file_sha256, parse_manifest, read_chunks, read_tree
from harness.evidence.signing import DEMO_WORDS, read_roots
from harness.evidence.timestamp import authority_problem, read_timestamp
from harness.evidence.trust import trust_problem

MAX_TAG_FILE = 16 * 1024 * 1024
MAX_PROBLEMS = 20
REQUIRED = (*layout.ATTESTED, layout.ATTESTATION, layout.TAG_MANIFEST)
_OXUM = re.compile(rb"^%s: (\d{1,18})\.(\d{1,9})$" % layout.OXUM.encode(), re.MULTILINE)

Status = Literal["intact", "altered", "untrusted"]


@dataclass(frozen=True, kw_only=True)
class Verification:
    """What was found out about a bag.

    Attributes:
        status: "intact"; "altered" when anything differs from what was signed; "untrusted" when it is intact but its
            signer is not certified by the root that the user gave.
        signer: subject of the signer's certificate, "" when there is no good signature.
        signer_checked: whether the signer is certified by the given root, or without one by the demo root.
        demo: whether the signer is a demo identity.
        files: payload files that were checked.
        timestamp: time in the timestamp, None when there is none or it is broken.
        timestamp_checked: whether the authority that gave it is certified by one of the given roots.
        problems: one line each, at most 21; empty when intact.
    """

    status: Status
    signer: str
    signer_checked: bool
    demo: bool
    files: int
    timestamp: datetime | None
    timestamp_checked: bool
    problems: tuple[str, ...]

    @property
    def exit_code(self) -> int:
        """Of ``dronecert verify``: 0 intact, signer checked; 1 altered or untrusted; 2 intact, signer not checked."""
        if self.status != "intact":
            return 1
        return 0 if self.signer_checked else 2


@dataclass(kw_only=True)
class _Inspection:
    """A bag while it is looked at."""

    bag: Path
    tree: Tree
    tags: dict[str, bytes] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


def verify_bag(bag: Path, ca: Path | None = None, demo_root: Path | None = None) -> Verification:
    """Check structure, every file, nothing added or left out, signature, attestation, timestamp and signer.

    Args:
        bag: the folder.
        ca: PEM file of the roots that the user trusts: the signer's and, if wanted, the timestamp authority's.
        demo_root: this user's demo root, tried when no ``ca`` is given; may not exist.

    Raises:
        FileError: the bag is no folder, or ``ca`` no certificate.
    """
    if not bag.is_dir():
        raise FileError(bag, "is not a folder: give the folder of a bag")
    roots = _roots(ca, demo_root)
    inspection = _Inspection(bag=bag, tree=read_tree(bag))
    _check_structure(inspection)
    _check_files(inspection)
    signature = _check_signature(inspection)
    moment = _check_timestamp(inspection)
    stamped = moment is not None and not authority_problem(
        inspection.tags[layout.TIMESTAMP], inspection.tags[layout.SIGNATURE], roots
    )
    when = moment if moment is not None and stamped else datetime.now(UTC)
    distrust = (
        trust_problem(signature.signer, signature.others, roots, when) if signature else "there is no good signature"
    )
    problems = [*inspection.problems, *([distrust] if signature and ca is not None and distrust else [])]
    return Verification(
        status="altered" if inspection.problems else "untrusted" if problems else "intact",
        signer=signature.signer.subject.rfc4514_string() if signature else "",
        signer_checked=not inspection.problems and not distrust,
        demo=signature is not None and DEMO_WORDS in signature.signer.subject.rfc4514_string(),
        files=sum(path.startswith(f"{layout.PAYLOAD}/") for path in inspection.tree.files),
        timestamp=moment,
        timestamp_checked=stamped,
        problems=_shorten(problems),
    )


def _roots(ca: Path | None, demo_root: Path | None) -> tuple[x509.Certificate, ...]:
    if ca is not None:
        return read_roots(ca)
    return read_roots(demo_root) if demo_root is not None and demo_root.exists() else ()


def _check_structure(inspection: _Inspection) -> None:
    """Reads the tag files; says what is missing, unknown, or no plain file."""
    problems, files = inspection.problems, inspection.tree.files
    problems += [f"{path!a} is a link, a device or unreadable" for path in inspection.tree.strange]
    for name in (*REQUIRED, layout.TIMESTAMP):
        if name in files:
            _read_tag(inspection, name)
        elif name in REQUIRED:
            problems.append(f"{name} is missing")
    outside = [path for path in files if not path.startswith(f"{layout.PAYLOAD}/")]
    problems += [f"{path!a} is added" for path in outside if path not in (*REQUIRED, layout.TIMESTAMP)]
    if inspection.tags.get(layout.BAGIT, layout.DECLARATION) != layout.DECLARATION:
        problems.append(f"{layout.BAGIT} is not that of a BagIt 1.0 bag")


def _read_tag(inspection: _Inspection, name: str) -> None:
    if inspection.tree.files[name] > MAX_TAG_FILE:
        inspection.problems.append(f"{name} has more than the {MAX_TAG_FILE} bytes that are read")
        return
    try:
        inspection.tags[name] = b"".join(read_chunks(inspection.bag / name))
    except OSError as error:
        inspection.problems.append(f"{name} cannot be read: {error.strerror}")


def _check_files(inspection: _Inspection) -> None:
    payload = {p: size for p, size in inspection.tree.files.items() if p.startswith(f"{layout.PAYLOAD}/")}
    tags = {name: content for name, content in inspection.tags.items() if name != layout.TAG_MANIFEST}
    _check_manifest(inspection, layout.TAG_MANIFEST, tags, lambda name: hashlib.sha256(tags[name]).hexdigest())
    if _size_agrees(inspection, payload):
        _check_manifest(inspection, layout.MANIFEST, payload, lambda path: file_sha256(inspection.bag / path))


def _size_agrees(inspection: _Inspection, payload: Mapping[str, int]) -> bool:
    """Compares sizes before any hashing: a planted file of many terabytes must not cost hours."""
    found = _OXUM.findall(inspection.tags.get(layout.INFO, b""))
    here = (sum(payload.values()), len(payload))
    if len(found) == 1 and tuple(map(int, found[0])) == here:
        return True
    stated = b".".join(found[0]).decode() if len(found) == 1 else "nothing readable"
    inspection.problems.append(f"payload has {here[0]} bytes in {here[1]} files, {layout.OXUM} says {stated}")
    return sum(payload.values()) <= MAX_TAG_FILE


def _check_manifest(inspection: _Inspection, name: str, here: Iterable[str], digest: Callable[[str], str]) -> None:
    if name not in inspection.tags:
        return
    try:
        wanted = parse_manifest(inspection.tags[name])
    except ValueError as error:
        inspection.problems.append(f"{name}: {error}")
        return
    problems, found = inspection.problems, set(here)
    problems += [f"{path} is missing" for path in sorted(wanted.keys() - found)]
    problems += [f"{path!a} is added: not in {name}" for path in sorted(found - wanted.keys())]
    for path in sorted(wanted.keys() & found):
        try:
            if digest(path) != wanted[path]:
                problems.append(f"{path} is altered: its SHA-256 differs from {name}")
        except OSError as error:
            problems.append(f"{path} cannot be read: {error.strerror}")


def _check_signature(inspection: _Inspection) -> Signature | None:
    tags = inspection.tags
    if layout.MANIFEST not in tags or layout.SIGNATURE not in tags:
        return None
    try:
        signature = verify_detached(tags[layout.MANIFEST], tags[layout.SIGNATURE])
    except MaterialError as error:
        inspection.problems.append(f"{layout.SIGNATURE}: {error}")
        return None
    if layout.ATTESTATION in tags:
        _check_attestation(inspection, signature)
    return signature


def _check_attestation(inspection: _Inspection, signature: Signature) -> None:
    try:
        subjects = read_attestation(inspection.tags[layout.ATTESTATION], signature.signer)
    except EvidenceError as error:
        inspection.problems.append(f"{layout.ATTESTATION}: {error}")
        return
    here = {name: hashlib.sha256(content).hexdigest() for name, content in inspection.tags.items()}
    for name in sorted({*here, *subjects} - {layout.ATTESTATION, layout.TAG_MANIFEST}):
        if here.get(name) != subjects.get(name):
            inspection.problems.append(f"{name!a} is not what {layout.ATTESTATION} signs")


def _check_timestamp(inspection: _Inspection) -> datetime | None:
    tags = inspection.tags
    if layout.TIMESTAMP not in tags or layout.SIGNATURE not in tags:
        return None
    try:
        return read_timestamp(tags[layout.TIMESTAMP], tags[layout.SIGNATURE])
    except EvidenceError as error:
        inspection.problems.append(f"{layout.TIMESTAMP}: {error}")
        return None


def _shorten(problems: Sequence[str]) -> tuple[str, ...]:
    lines = tuple(problem if len(problem) <= 300 else problem[:300] + "..." for problem in problems)
    more = len(lines) - MAX_PROBLEMS
    return lines if more <= 0 else (*lines[:MAX_PROBLEMS], f"and {more} more")
