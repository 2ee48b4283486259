import base64
import json
import shutil
import subprocess

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, rsa
from cryptography.hazmat.primitives.hashes import SHA256, SHA384
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st
from signers import certificate_of

from harness import dsse
from harness.drone.firmware.provenance import PROVENANCE_NAME, RELEASED
from harness.dsse import pae, seal
from harness.errors import MaterialError

BUILDER = x509.load_pem_x509_certificate((RELEASED / "builder.pem").read_bytes())
ENVELOPE = (RELEASED / PROVENANCE_NAME).read_bytes()


def enveloped(payload, *signatures, kind="application/x"):
    entries = [{"keyid": "hint", "sig": base64.b64encode(item).decode()} for item in signatures]
    text = base64.b64encode(payload).decode()
    return json.dumps({"payloadType": kind, "payload": text, "signatures": entries}).encode()


def rsa_key():
    return rsa.generate_private_key(65537, 2048)


def read_envelope(data):
    return dsse.read_envelope(json.loads(data))


def test_the_encoding_is_that_of_the_protocol():
    # the example of the specification
    assert pae("http://example.com/HelloWorld", b"hello world") == (
        b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"
    )
    assert pae("é", b"") == b"DSSEv1 2 \xc3\xa9 0 "


def test_the_committed_envelope_is_signed_by_its_builder():
    assert read_envelope(ENVELOPE).is_signed_by(BUILDER)


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
@pytest.mark.parametrize("change", [b"", b" "])
def test_openssl_agrees(tmp_path, change):
    envelope = read_envelope(ENVELOPE)
    files = {
        "key.pem": BUILDER.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
        "sig": envelope.signatures[0],
        "signed": envelope.signed_bytes + change,
    }
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    line = ["openssl", "dgst", "-sha256", "-verify", "key.pem", "-signature", "sig", "signed"]
    done = subprocess.run(line, cwd=tmp_path, capture_output=True, check=False)
    assert (done.returncode == 0) is (change == b"")


@pytest.mark.parametrize("make", [lambda: ec.generate_private_key(ec.SECP384R1()), ed25519.Ed25519PrivateKey.generate])
def test_other_keys_sign_too(make):
    key, signed = make(), pae("application/x", b"x")
    curve = isinstance(key, ec.EllipticCurvePrivateKey)
    signature = key.sign(signed, ec.ECDSA(SHA384())) if curve else key.sign(signed)
    envelope = read_envelope(enveloped(b"x", b"other", signature))
    assert envelope.is_signed_by(certificate_of(key))
    assert not envelope.is_signed_by(BUILDER)


@pytest.mark.parametrize(
    "make", [lambda: ec.generate_private_key(ec.SECP256R1()), lambda: ec.generate_private_key(ec.SECP384R1()), rsa_key]
)
def test_what_is_sealed_is_read_and_verified(make):
    key = make()
    envelope = read_envelope(seal("application/x", b"x", key, "hint"))
    assert (envelope.payload_type, envelope.payload) == ("application/x", b"x")
    assert envelope.is_signed_by(certificate_of(key)) and not envelope.is_signed_by(certificate_of(make()))


def test_a_key_of_another_kind_signs_nothing():
    assert not read_envelope(enveloped(b"x", b"s")).is_signed_by(certificate_of(ed448.Ed448PrivateKey.generate()))


def test_another_payload_type_is_another_message():
    key = ec.generate_private_key(ec.SECP256R1())
    signature = key.sign(pae("application/x", b"x"), ec.ECDSA(SHA256()))
    certificate = certificate_of(key)
    assert read_envelope(enveloped(b"x", signature)).is_signed_by(certificate)
    assert not read_envelope(enveloped(b"x", signature, kind="application/y")).is_signed_by(certificate)
    assert not read_envelope(enveloped(b"x")).is_signed_by(certificate)


def test_both_alphabets_of_base64_are_read():
    data = json.loads(enveloped(b"\xff\xfe\xfd" * 3))
    data["payload"] = base64.urlsafe_b64encode(b"\xff\xfe\xfd" * 3).decode()
    assert read_envelope(json.dumps(data).encode()).payload == b"\xff\xfe\xfd" * 3


@pytest.mark.parametrize(
    ("data", "wanted"),
    [
        (b"[]", "at signatures: wanted a list"),
        (b'{"signatures": [], "payload": ""}', "at payloadType: wanted a text"),
        (enveloped(b"x").replace(b'"payload": "eA=="', b'"payload": 1'), "at payload: wanted a text"),
        (enveloped(b"x").replace(b'"payload": "eA=="', b'"payload": "e A"'), "payload that is not base64"),
        (enveloped(b"x").replace(b'"payload": "eA=="', b'"payload": "\\u00e9"'), "payload that is not base64"),
        (enveloped(b"x", b"y").replace(b"eQ==", b"?"), "signature that is not base64"),
        (enveloped(b"x", *[b"y"] * 21), "more than 20 signatures"),
        (enveloped(b"x").replace(b"[]", b"{}"), "at signatures: wanted a list"),
        (enveloped(b"x").replace(b"[]", b"[7]"), "at sig: wanted a text"),
        (enveloped(b"x", kind="\ud800"), "at payloadType: a media type is ASCII"),
    ],
)
def test_what_is_no_envelope_is_refused(data, wanted):
    with pytest.raises(MaterialError, match=wanted):
        read_envelope(data)


@given(st.integers(0, len(ENVELOPE) - 1), st.binary(min_size=0, max_size=3))
def test_a_changed_envelope_is_refused_or_says_the_same(place, piece):
    changed = ENVELOPE[:place] + piece + ENVELOPE[place + 1 :]
    try:
        envelope = read_envelope(changed)
    except (MaterialError, ValueError):
        return
    sound = read_envelope(ENVELOPE)
    assert envelope.signed_bytes == sound.signed_bytes or not envelope.is_signed_by(BUILDER)
