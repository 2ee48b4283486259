"""Build provenance at the desk: the maker's attestations of the image that was dumped."""

import base64
import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import NameOID

from harness.dsse import seal
from harness.instruments.figures import ProvenanceFigures
from harness.instruments.supply.reviewing import Desk, counted
from harness.judgement import Count
from harness.supply.builders import Builder, read_builders
from harness.supply.provenance import PAYLOAD_TYPE, PREDICATE_TYPE, STATEMENT_TYPE, Admitted, check_provenance

KEYLESS = "keyless"
BENCH = "https://bench.invalid/builder"


def verify_provenance(desk: Desk, image: bytes) -> ProvenanceFigures:
    """Judge the attestations that the declaration names, of one dumped image.

    Raises:
        RigError: the bench's own attestation is refused, or taken though it was changed.
        FileError: the list of builders is wrong.
    """
    supply = desk.context.declaration.supply
    known = read_builders(desk.file("builders"))
    admitted = Admitted(builders=known, declared=supply.builders, sources=supply.sources)
    _prove(desk, admitted)
    papers = {name: desk.find(name) or b"" for name in supply.provenance}
    digest = hashlib.sha256(image).hexdigest()
    report = check_provenance([digest], papers, admitted)
    desk.tell(report.problems)
    desk.tell(
        f"{item.name}: builder {item.builder}, level {item.level}, of {', '.join(sorted(item.subjects)) or 'nothing'}"
        for item in report.attestations
    )
    desk.context.log.note(f"SHA-256 of the dump {digest}: build level {report.build_level}")
    return ProvenanceFigures(
        build_level=report.build_level,
        subject_mismatches=Count(events=report.subject_mismatches, trials=1),
        unlisted_builders=counted(report.unlisted_builders, len(papers)),
    )


def _prove(desk: Desk, admitted: Admitted) -> None:
    """An attestation of the bench, by a key drawn for it, is taken; with one bit changed it is not."""
    key = ec.generate_private_key(ec.SECP256R1())
    own = Builder(id=BENCH, certificate=_certificate(key), level=1, assessed="this bench")
    builders = {} if desk.context.fault == KEYLESS else {**admitted.builders, BENCH: own}
    with_own = replace(admitted, builders=builders, declared=(BENCH,), sources=())
    image = hashlib.sha256(b"bench").hexdigest()
    good = _attest(image, key)
    taken, refused = (
        check_provenance([image], {"bench": paper}, with_own).subject_mismatches == 0 for paper in (good, _bent(good))
    )
    detail = f"the bench's own attestation is {_said(taken)}, a changed copy of it is {_said(refused)}"
    desk.context.check("attestation.twin", taken and not refused, detail)


def _said(taken: bool) -> str:
    return "taken" if taken else "refused"


def _attest(image: str, key: ec.EllipticCurvePrivateKey) -> bytes:
    definition = {"buildType": BENCH, "resolvedDependencies": [{"uri": BENCH, "digest": {"sha256": image}}]}
    statement = {
        "_type": STATEMENT_TYPE,
        "subject": [{"name": "bench", "digest": {"sha256": image}}],
        "predicateType": PREDICATE_TYPE,
        "predicate": {"buildDefinition": definition, "runDetails": {"builder": {"id": BENCH}}},
    }
    payload = json.dumps(statement).encode()
    return seal(PAYLOAD_TYPE, payload, key)


def _bent(envelope: bytes) -> bytes:
    """The same with another build type and the old signature."""
    document = json.loads(envelope)
    payload = base64.b64decode(document["payload"]).replace(b'"buildType": "https', b'"buildType": "httpz')
    return json.dumps(document | {"payload": base64.b64encode(payload).decode()}).encode()


def _certificate(key: ec.EllipticCurvePrivateKey) -> x509.Certificate:
    name, now = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "bench")]), datetime.now(UTC)
    return (
        x509.CertificateBuilder(issuer_name=name, subject_name=name, public_key=key.public_key())
        .serial_number(1)
        .not_valid_before(now)
        .not_valid_after(now + timedelta(days=1))
        .sign(key, SHA256())
    )
