"""A dumped firmware image against what its maker released: digest, signature, version."""

import hashlib
import hmac

from cryptography import x509

from harness.cms import verify_detached
from harness.errors import MaterialError
from harness.supply.archive import unpack

VERSION_NAME = "VERSION"
MAX_VERSION = 64


def sha256(image: bytes) -> str:
    """Digest of an image, hex."""
    return hashlib.sha256(image).hexdigest()


def firmware_version(image: bytes) -> str:
    """The version that the image itself carries in its file ``VERSION``.

    Raises:
        MaterialError: the image cannot be unpacked or has no readable version.
    """
    content = unpack(image).get(VERSION_NAME)
    if content is None:
        raise MaterialError(f"image has no file {VERSION_NAME}")
    return read_version(content)


def read_version(content: bytes) -> str:
    """The version in the content of such a file.

    Raises:
        MaterialError: it is no single line of readable ASCII.
    """
    try:
        text = content.decode("ascii").strip()
    except UnicodeDecodeError as error:
        raise MaterialError(f"{VERSION_NAME} in the image is not ASCII text") from error
    if not text or len(text) > MAX_VERSION or not text.isprintable():
        raise MaterialError(f"{VERSION_NAME} in the image is not one line of at most {MAX_VERSION} characters")
    return text


def verify_signature(image: bytes, cms_der: bytes, certificate_pem: bytes) -> str:
    """Check the maker's detached CMS signature against the certificate that was pinned before the test.

    The certificate is pinned byte by byte, so its validity dates and issuer decide nothing.

    Returns:
        "" when the signature is good, else why it is not.

    Raises:
        MaterialError: the pinned certificate cannot be read; that is the judge's own file.
    """
    try:
        pinned = x509.load_pem_x509_certificate(certificate_pem)
    except (ValueError, x509.InvalidVersion) as error:
        raise MaterialError(f"pinned certificate is not one PEM certificate: {error}") from error
    try:
        signer = verify_detached(image, cms_der).signer
    except MaterialError as error:
        return str(error)
    return "" if signer == pinned else f"signed by {signer.subject.rfc4514_string()}, not by the pinned certificate"


def same_digest(image: bytes, released: str) -> bool:
    """Whether the image has the released SHA-256, given in hex of either case."""
    return hmac.compare_digest(sha256(image).encode(), released.strip().lower().encode())
