"""The maker's release: ``python -m harness.drone.firmware.release DIR`` signs the image with a fresh key.

The key is used in one sitting and never leaves memory, so nobody, this project included, can sign another image for the
published certificate. In the same sitting it signs what a bench offers as updates: the next version, an older one and
one of a sister model. So a bench installs, and sees refused, what the shipped key signed: there is no key of a bench,
and the check that it tries is the one that ships. After any change to an image the release is made anew, its files
are committed, and ``anchor.py`` goes into this package.
"""

import argparse
import hashlib
import sys
import textwrap
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, pkcs7
from cryptography.x509.oid import NameOID

from harness.drone.firmware.components import CURRENT, VENDOR, VERSION, Release
from harness.drone.firmware.image import build_image
from harness.drone.firmware.package import Slot
from harness.drone.firmware.package import make_statement as make_slot_statement
from harness.drone.firmware.provenance import EARLIER_NAME, PROVENANCE_NAME, make_statement, sign_statement

LIFE = timedelta(days=30 * 365)
PACKAGES = {
    "newer.pkg": Release(version="1.5.0"),
    "older.pkg": Release(version="1.4.1"),
    "sister.pkg": Release(product="sister-drone-firmware", version="1.6.0"),
}
ANCHOR = '''"""What the maker put into the boot loader at the release; ``firmware/release.py`` writes this file."""

VENDOR_KEY = """{key}"""
RELEASE_SIGNATURE = """
{signature}
"""
'''


def release(folder: Path) -> str:
    """Write signature, certificates, provenance, ``anchor.py`` and the update packages into the folder.

    Returns:
        SHA-256 of the image, hex.
    """
    image, key = build_image(), ec.generate_private_key(ec.SECP256R1())
    certificate = _certificate(key, f"{VENDOR} firmware release")
    builder = pkcs7.PKCS7SignatureBuilder().set_data(image).add_signer(certificate, key, SHA256())
    signature = builder.sign(Encoding.DER, [pkcs7.PKCS7Options.DetachedSignature, pkcs7.PKCS7Options.Binary])
    (folder / "release.sig").write_bytes(signature)
    (folder / "vendor.pem").write_bytes(certificate.public_bytes(Encoding.PEM))
    for name, other in PACKAGES.items():
        (folder / name).write_bytes(_package(other, key).encode())
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode("ascii")
    signed = "\n".join(textwrap.wrap(_package(CURRENT, key).signature.hex(), 96))
    (folder / "anchor.py").write_text(ANCHOR.format(key=public, signature=signed), encoding="ascii")
    _attest(folder, image)
    return hashlib.sha256(image).hexdigest()


def _package(release: Release, key: ec.EllipticCurvePrivateKey) -> Slot:
    image = build_image(release)
    statement = make_slot_statement(release, image)
    return Slot(statement=statement, signature=key.sign(statement, ec.ECDSA(SHA256())), image=image)


def _attest(folder: Path, image: bytes) -> None:
    """The build service's part: provenance of this release and of the one before, by a key of its own."""
    key = ec.generate_private_key(ec.SECP256R1())
    (folder / "builder.pem").write_bytes(_certificate(key, "Dronecert Demo build service").public_bytes(Encoding.PEM))
    for name, content, version in ((PROVENANCE_NAME, image, VERSION), (EARLIER_NAME, b"earlier" + image, "1.4.1")):
        (folder / name).write_bytes(sign_statement(make_statement(content, version), key))


def _certificate(key: ec.EllipticCurvePrivateKey, holder: str) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, holder)])
    usage = dict.fromkeys(
        ("content_commitment", "key_encipherment", "data_encipherment", "key_agreement", "key_cert_sign", "crl_sign"),
        False,
    )
    now = datetime.now(UTC).replace(microsecond=0)
    return (
        x509.CertificateBuilder(issuer_name=name, subject_name=name, public_key=key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + LIFE)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(
            x509.KeyUsage(digital_signature=True, encipher_only=False, decipher_only=False, **usage), critical=True
        )
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, SHA256())
    )


def main(arguments: list[str]) -> int:
    """Release into the folder that the command line names."""
    parser = argparse.ArgumentParser(
        prog="python -m harness.drone.firmware.release", description="Sign the firmware image with a fresh key."
    )
    parser.add_argument("folder", type=Path)
    folder: Path = parser.parse_args(arguments).folder
    folder.mkdir(parents=True, exist_ok=True)
    sys.stdout.write(f"sha256 = {release(folder)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
