"""RFC 3161 timestamps: proof, by an authority that is not us, of when a signature existed at the latest."""

import hashlib
import urllib.request
from datetime import datetime
from http.client import HTTPException

import rfc3161_client as rfc3161
from cryptography import x509

from harness.errors import EvidenceError

MAX_REPLY = 1024 * 1024
DEFAULT_TIMEOUT = 15.0
_SHA256_OID = "2.16.840.1.101.3.4.2.1"
_UNREADABLE = (ValueError, TypeError, OverflowError, x509.InvalidVersion)


def request_timestamp(data: bytes, url: str, timeout: float = DEFAULT_TIMEOUT) -> bytes:
    """Have the data timestamped.

    Args:
        data: what to stamp; only its SHA-256 is sent.
        url: http or https address of the authority.
        timeout: longest silence of the authority, s.

    Returns:
        The reply (TimeStampResp), DER, which ``openssl ts -verify -in`` reads.

    Raises:
        EvidenceError: no answer, a refusal, or a reply to another request.
    """
    builder = rfc3161.TimestampRequestBuilder().data(data).hash_algorithm(rfc3161.HashAlgorithm.SHA256)
    request = builder.nonce(nonce=True).cert_request(cert_request=True).build()
    reply = _post(url, request.as_bytes(), timeout)
    response = _decode(reply)
    read_timestamp(reply, data)
    if response.tst_info.nonce != request.nonce:
        raise EvidenceError(f"timestamp authority {url} answered another request: the nonce differs")
    return reply


def read_timestamp(reply: bytes, data: bytes) -> datetime:
    """The time in a reply, after checking that it is a granted timestamp of these data; the authority is not checked.

    Raises:
        EvidenceError: unreadable, refused, or of other data.
    """
    response = _decode(reply)
    try:
        if response.status != rfc3161.PKIStatus.GRANTED:
            raise EvidenceError(f"timestamp was not granted: status {response.status} {response.status_string}")
        imprint = response.tst_info.message_imprint
        algorithm, digest, moment = imprint.hash_algorithm.dotted_string, imprint.message, response.tst_info.gen_time
    except _UNREADABLE as error:
        raise EvidenceError(f"timestamp is malformed: {error}") from error
    if algorithm != _SHA256_OID or digest != hashlib.sha256(data).digest():
        raise EvidenceError("timestamp is of other data: its SHA-256 imprint differs")
    return moment


def authority_problem(reply: bytes, data: bytes, roots: tuple[x509.Certificate, ...]) -> str:
    """Whether the timestamp's signature leads to one of the roots: "" if so, else why not."""
    builder = rfc3161.VerifierBuilder(roots=list(roots))
    try:
        builder.build().verify_message(_decode(reply), data)
    except (rfc3161.VerificationError, *_UNREADABLE) as error:
        return str(error)
    return ""


def _decode(reply: bytes) -> rfc3161.TimeStampResponse:
    try:
        return rfc3161.decode_timestamp_response(reply)
    except _UNREADABLE as error:
        raise EvidenceError(f"timestamp is not an RFC 3161 reply: {error}") from error


def _post(url: str, body: bytes, timeout: float) -> bytes:
    if not url.lower().startswith(("http://", "https://")):
        raise EvidenceError(f"timestamp authority {url!r} is not an http or https address")
    headers = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
    try:
        with urllib.request.urlopen(urllib.request.Request(url, body, headers), timeout=timeout) as answer:
            reply: bytes = answer.read(MAX_REPLY + 1)
    except (OSError, HTTPException, ValueError) as error:
        raise EvidenceError(f"timestamp authority {url} gave no timestamp: {error}") from error
    if len(reply) > MAX_REPLY:
        raise EvidenceError(f"timestamp authority {url} answered more than {MAX_REPLY} bytes")
    return reply
