"""The bag: evidence in a folder that a third party can check with sh, sha256sum, diff and openssl alone.

BagIt 1.0 (RFC 8493). The payload's manifest is signed (CMS, and RFC 3161 where an authority is configured); the
bag's own files are signed through the attestation.
"""

import hashlib
import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from harness.errors import EvidenceError
from harness.evidence.attestation import Outcome, make_attestation
from harness.evidence.instructions import verify_text
from harness.evidence.manifest import is_safe, read_chunks, read_tree, write_manifest
from harness.evidence.signing import SigningIdentity, sign_detached
from harness.evidence.timestamp import read_timestamp, request_timestamp

DECLARATION = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
BAGIT, INFO, MANIFEST, TAG_MANIFEST = "bagit.txt", "bag-info.txt", "manifest-sha256.txt", "tagmanifest-sha256.txt"
SIGNATURE, TIMESTAMP, ATTESTATION = "manifest.p7s", "manifest.p7s.tsr", "attestation.dsse.json"
CHAIN, INSTRUCTIONS, PAYLOAD = "signer-chain.pem", "VERIFY.txt", "data"
# The bag's own files that the attestation signs: all but itself and the list that holds it.
ATTESTED = (BAGIT, INFO, MANIFEST, SIGNATURE, CHAIN, INSTRUCTIONS)
OXUM = "Payload-Oxum"
MAX_VALUE = 2000
_LABEL = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,63}")


@dataclass(frozen=True, kw_only=True)
class BagSummary:
    """A bag that was made.

    Attributes:
        files: number of payload files.
        size: bytes of payload.
        manifest_sha256: digest of the signed manifest, hex: names this evidence in one line.
        signer: subject of the signer's certificate.
        timestamp: from the timestamp authority, None without one (the time is then self-asserted).
    """

    path: Path
    files: int
    size: int
    manifest_sha256: str
    signer: str
    demo: bool
    timestamp: datetime | None


def make_bag(
    bag: Path, payload: Mapping[str, Path], info: Mapping[str, str], identity: SigningIdentity, result: Outcome
) -> BagSummary:
    """Make a signed bag: whole, or not at all.

    Args:
        bag: folder to make; must not exist.
        payload: a file or folder for each path under ``data/``; folders are copied with all that is in them.
        info: further lines of ``bag-info.txt``, label to one-line text.
        identity: who signs.
        result: PASSED only when every requirement in scope was shown to be met, else FAILED.

    Raises:
        EvidenceError: the bag exists, a source is missing, a link or oddly named, two have the same name or differ
            in case only, a label or value is not plain, or the timestamp authority gives no timestamp.
    """
    if bag.exists() or bag.is_symlink():
        raise EvidenceError(f"{bag} exists: a bag is never overwritten, move it away")
    sources = _unique(_sources(bag, payload))
    try:
        bag.parent.mkdir(parents=True, exist_ok=True)
        aside = Path(tempfile.mkdtemp(prefix=f".{bag.name}.", suffix=".partial", dir=bag.parent))
        try:
            summary = _fill(aside, sources, info, identity, result)
            aside.chmod(0o755)
            aside.rename(bag)
        finally:
            shutil.rmtree(aside, ignore_errors=True)
    except OSError as error:
        raise EvidenceError(f"cannot make the bag {bag}: {error}") from error
    return replace(summary, path=bag)


def _sources(bag: Path, payload: Mapping[str, Path]) -> Iterator[tuple[str, Path]]:
    """Each payload file's path in the bag and where it comes from."""
    for name, source in payload.items():
        if source.is_symlink() or not (source.is_file() or source.is_dir()):
            raise EvidenceError(f"payload {name}: {source} is missing or neither file nor folder")
        if source.is_file():
            yield f"{PAYLOAD}/{name}", source
            continue
        if bag.resolve().is_relative_to(source.resolve()):
            raise EvidenceError(f"payload {name}: the bag {bag} would lie inside its own payload {source}")
        tree = read_tree(source)
        if tree.strange:
            raise EvidenceError(f"payload {name}: {source / tree.strange[0]} is a link, a device or unreadable")
        yield from ((f"{PAYLOAD}/{name}/{path}", source / path) for path in sorted(tree.files))


def _unique(sources: Iterable[tuple[str, Path]]) -> dict[str, Path]:
    """The sources by path; on some file systems names that differ in case only are one file."""
    found: dict[str, Path] = {}
    seen: set[str] = set()
    for path, source in sources:
        if path.casefold() in seen:
            raise EvidenceError(f"payload path {path!a} comes twice, or differs from another in case only: rename it")
        seen.add(path.casefold())
        found[path] = source
    if not found:
        raise EvidenceError("a bag needs a payload, got no file")
    return found


def _fill(
    folder: Path, sources: Mapping[str, Path], info: Mapping[str, str], identity: SigningIdentity, result: Outcome
) -> BagSummary:
    (folder / PAYLOAD).mkdir()
    digests, size = _copy(folder, sources)
    manifest = write_manifest(digests)
    signature = sign_detached(manifest, identity)
    stamp = None if identity.tsa is None else request_timestamp(signature, identity.tsa)
    moment = None if stamp is None else read_timestamp(stamp, signature)
    tags = {
        BAGIT: DECLARATION,
        INFO: _info_text(info, f"{size}.{len(digests)}"),
        MANIFEST: manifest,
        SIGNATURE: signature,
        CHAIN: identity.certificates_pem(),
        INSTRUCTIONS: verify_text(identity, moment),
    }
    if stamp is not None:
        tags[TIMESTAMP] = stamp
    subjects = {name: hashlib.sha256(content).hexdigest() for name, content in tags.items()}
    settings = {path: digest for path, digest in digests.items() if path.endswith(".toml")}
    tags[ATTESTATION] = make_attestation(subjects, settings, result, identity)
    tags[TAG_MANIFEST] = write_manifest({name: hashlib.sha256(content).hexdigest() for name, content in tags.items()})
    for name, content in tags.items():
        (folder / name).write_bytes(content)
    return BagSummary(
        path=folder,
        files=len(digests),
        size=size,
        manifest_sha256=subjects[MANIFEST],
        signer=identity.subject,
        demo=identity.demo,
        timestamp=moment,
    )


def _copy(folder: Path, sources: Mapping[str, Path]) -> tuple[dict[str, str], int]:
    """Copy and digest in one pass, so that what is signed is what lies in the bag."""
    digests: dict[str, str] = {}
    size = 0
    for path, source in sources.items():
        if not is_safe(path):
            raise EvidenceError(f"payload path {path!a} has characters that not every tool reads alike: rename it")
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        digest = hashlib.sha256()
        with target.open("xb") as file:
            for chunk in read_chunks(source):
                digest.update(chunk)
                size += file.write(chunk)
        digests[path] = digest.hexdigest()
    return digests, size


def _info_text(info: Mapping[str, str], oxum: str) -> bytes:
    ours = {"Bagging-Date": f"{datetime.now(UTC):%Y-%m-%d}", "Bag-Software-Agent": "dronecert", OXUM: oxum}
    for label, value in info.items():
        if not _LABEL.fullmatch(label) or label in ours:
            raise EvidenceError(f"bag-info label {label!a} is not plain or is the bag's own")
        if not value.isprintable() or len(value) > MAX_VALUE:
            raise EvidenceError(f"bag-info value of {label} is not one line of at most {MAX_VALUE} characters")
    return "".join(f"{label}: {value}\n" for label, value in {**info, **ours}.items()).encode()
