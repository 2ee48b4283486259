"""The machine-readable claim: an in-toto Statement v1 with a test-result predicate, in a DSSE envelope.

Formats: in-toto Attestation Framework v1 (Statement, predicate ``test-result/v0.1``) and DSSE v1. Its subjects are the
manifest and the bag's own files, so the envelope signs those as the CMS signature signs the payload.
"""

import base64
import json
from collections.abc import Mapping
from typing import Any, Literal

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256

from harness.errors import EvidenceError
from harness.evidence.signing import SigningIdentity, sign_raw

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
    signature = {
        "keyid": identity.certificate.fingerprint(SHA256()).hex(),
        "sig": base64.b64encode(sign_raw(_encode(payload), identity)).decode(),
    }
    envelope = {"payload": base64.b64encode(payload).decode(), "payloadType": PAYLOAD_TYPE, "signatures": [signature]}
    return json.dumps(envelope, indent=1).encode() + b"\n"


def read_attestation(data: bytes, signer: x509.Certificate) -> dict[str, str]:
    """The subjects of an envelope that this signer signed, SHA-256 by name.

    Raises:
        EvidenceError: malformed, or not signed by this certificate's key.
    """
    try:
        envelope = json.loads(data)
        payload = base64.b64decode(envelope["payload"], validate=True)
        (entry,) = envelope["signatures"]
        signature = base64.b64decode(entry["sig"], validate=True)
        kind = envelope["payloadType"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise EvidenceError("attestation is not a DSSE envelope with one signature") from error
    if kind != PAYLOAD_TYPE or not _signed_by(signer, signature, _encode(payload)):
        raise EvidenceError("attestation is not an in-toto statement signed by the signer of the manifest")
    return _subjects(payload)


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


def _encode(payload: bytes) -> bytes:
    """DSSE's pre-authentication encoding: what is really signed."""
    return b"DSSEv1 %d %s %d %s" % (len(PAYLOAD_TYPE), PAYLOAD_TYPE.encode(), len(payload), payload)


def _signed_by(signer: x509.Certificate, signature: bytes, data: bytes) -> bool:
    try:
        key = signer.public_key()
        if isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, data, ec.ECDSA(SHA256()))
        elif isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, data, padding.PKCS1v15(), SHA256())
        else:
            return False
    except (InvalidSignature, UnsupportedAlgorithm, ValueError):
        return False
    return True
