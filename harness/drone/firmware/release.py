"""The maker's release: ``python -m harness.drone.firmware.release DIR`` signs the image with a fresh key.

The key is used once and never leaves memory, so nobody, this project included, can sign another image for the
published certificate. After any change to the image the release is made anew and its files are committed.
"""

import argparse
import hashlib
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7
from cryptography.x509.oid import NameOID

from harness.drone.firmware.components import VENDOR, VERSION
from harness.drone.firmware.image import build_image
from harness.drone.firmware.provenance import EARLIER_NAME, PROVENANCE_NAME, make_statement, sign_statement

LIFE = timedelta(days=30 * 365)


def release(folder: Path) -> str:
    """Write signature, vendor's certificate, provenance and builder's certificate into the folder.

    Returns:
        SHA-256 of the image, hex.
    """
    image, key = build_image(), ec.generate_private_key(ec.SECP256R1())
    certificate = _certificate(key, f"{VENDOR} firmware release")
    builder = pkcs7.PKCS7SignatureBuilder().set_data(image).add_signer(certificate, key, SHA256())
    signature = builder.sign(Encoding.DER, [pkcs7.PKCS7Options.DetachedSignature, pkcs7.PKCS7Options.Binary])
    (folder / "release.sig").write_bytes(signature)
    (folder / "vendor.pem").write_bytes(certificate.public_bytes(Encoding.PEM))
    _attest(folder, image)
    return hashlib.sha256(image).hexdigest()


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
