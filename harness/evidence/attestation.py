"""The machine-readable claim: an in-toto Statement v1 with a test-result predicate, in a DSSE envelope.

Formats: in-toto Attestation Framework v1 (Statement, predicate ``test-result/v0.1``) and DSSE v1. Its subjects are the
manifest and the bag's own files, so the envelope signs those as the CMS signature signs the payload.
"""

import json
from collections.abc import Mapping
from typing import Any, Literal

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256

from harness.dsse import read_envelope, seal
from harness.errors import EvidenceError, MaterialError
from harness.evidence.signing import SigningIdentity

PAYLOAD_TYPE = "application/vnd.in-toto+json"
STATEMENT_TYPE = "https://in-toto.io/Statement/v1"
PREDICATE_TYPE = "https://in-toto.io/attestation/test-result/v0.1"

Outcome = Literal["PASSED", "WARNED", "FAILED"]


def make_attestation(
    subjects: Mapping[str, str], configuration: Mapping[str, str], result: Outcome, identity: SigningIdentity
) -> bytes:
    """A signed envelope.

    Args:
        subjects: SHA-256 of what is attested, by name.
        configuration: SHA-256 of the files that configured the tests, by name.
        result: of the tests as a whole.
        identity: who signs.
    """
    statement = {
        "_type": STATEMENT_TYPE,
        "subject": _descriptors(subjects),
        "predicateType": PREDICATE_TYPE,
        "predicate": {"result": result, "configuration": _descriptors(configuration)},
    }
    payload = json.dumps(statement, sort_keys=True).encode()
    return seal(PAYLOAD_TYPE, payload, identity.key, identity.certificate.fingerprint(SHA256()).hex())


def read_attestation(data: bytes, signer: x509.Certificate) -> dict[str, str]:
    """The subjects of an envelope that this signer signed, SHA-256 by name.

    Raises:
        EvidenceError: malformed, or not signed by this certificate's key.
    """
    try:
        envelope = read_envelope(json.loads(data))
    except (MaterialError, ValueError, RecursionError) as error:
        raise EvidenceError("attestation is not a DSSE envelope") from error
    if envelope.payload_type != PAYLOAD_TYPE or len(envelope.signatures) != 1 or not envelope.is_signed_by(signer):
        raise EvidenceError("attestation is not an in-toto statement signed by the signer of the manifest alone")
    return _subjects(envelope.payload)


def _subjects(payload: bytes) -> dict[str, str]:
    try:
        statement: dict[str, Any] = json.loads(payload)
        if (statement["_type"], statement["predicateType"]) != (STATEMENT_TYPE, PREDICATE_TYPE):
            raise EvidenceError("attestation is a statement of another type")
        return {str(subject["name"]): str(subject["digest"]["sha256"]) for subject in statement["subject"]}
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise EvidenceError("attestation is not an in-toto statement") from error


def _descriptors(digests: Mapping[str, str]) -> list[dict[str, Any]]:
    return [{"name": name, "digest": {"sha256": digest}} for name, digest in sorted(digests.items())]
