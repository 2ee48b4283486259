import datetime

import numpy as np
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa, x25519
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.storage.image.found import Held
from harness.storage.search.detectors import ANCHORED

DETECTORS = [detector for detector in ANCHORED if detector.kind == "der"]
RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)
EC = ec.generate_private_key(ec.SECP256R1())
PKCS8, OLD = PrivateFormat.PKCS8, PrivateFormat.TraditionalOpenSSL


def der(key, form, protection=None):
    return key.private_bytes(Encoding.DER, form, protection or NoEncryption())


def found_in(data):
    return {
        (found.offset, found.size, found.detail)
        for detector in DETECTORS
        for at in range(len(data))
        if data.startswith(detector.needle, at)
        for found in [detector.check(Held(data), at)]
        if found is not None
    }


@pytest.mark.parametrize(
    ("data", "detail"),
    [
        (der(RSA, OLD), "DER RSA private key"),
        (der(RSA, PKCS8), "DER private key (PKCS #8)"),
        (der(EC, OLD), "DER EC private key"),
        (der(ec.generate_private_key(ec.SECP521R1()), OLD), "DER EC private key"),
        (der(EC, PKCS8), "DER private key (PKCS #8)"),
        (der(ed25519.Ed25519PrivateKey.generate(), PKCS8), "DER private key (PKCS #8)"),
        (der(x25519.X25519PrivateKey.generate(), PKCS8), "DER private key (PKCS #8)"),
    ],
    # short keys would name the test, and every worker draws its own
    ids=["rsa", "rsa-pkcs8", "ec", "ec-521", "ec-pkcs8", "ed25519", "x25519"],
)
def test_private_keys_are_recognised_at_any_offset(data, detail):
    assert (777, len(data), detail) in found_in(bytes(777) + data + b"\xff" * 30)
    assert all(offset > 0 for offset, _, _ in found_in(data[:-1]))
    assert all(offset > 0 for offset, _, _ in found_in(b"\xff" * 3 + data[3:]))


def test_certificate_is_recognised():
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "drone")])
    day = datetime.datetime(2026, 1, 1)
    made = x509.CertificateBuilder(name, name, EC.public_key(), 7, day, day + datetime.timedelta(days=9))
    data = made.sign(EC, hashes.SHA256()).public_bytes(Encoding.DER)
    assert found_in(b"." * 99 + data) == {(99, len(data), "DER certificate")}


def test_what_is_no_secret_in_the_clear_is_not():
    sealed = der(EC, PKCS8, BestAvailableEncryption(b"secret"))
    public = RSA.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    assert found_in(sealed) == found_in(public) == set()


def test_noise_holds_no_key():
    noise = np.random.default_rng(9).bytes(1 << 20)
    for detector in DETECTORS:
        for at in range(0, 1 << 20, 1024):
            data = noise[at : at + 8] + detector.needle + noise[at + 8 : at + 1000]
            assert detector.check(Held(data), 8) is None


@settings(max_examples=300)
@given(st.sampled_from(DETECTORS), st.binary(max_size=9), st.binary(max_size=200))
def test_any_bytes_around_a_needle_are_survived(detector, before, behind):
    detector.check(Held(before + detector.needle + behind), len(before))
