from datetime import UTC, datetime, timedelta

import pytest
from asn1crypto import cms
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.cms import MAX_BYTES, verify_detached
from harness.errors import MaterialError

CONTENT = b"the bytes that were signed"
SHA256 = hashes.SHA256()
DETACHED = [pkcs7.PKCS7Options.DetachedSignature, pkcs7.PKCS7Options.Binary]


def certify(key, signing_key=None, name="signer"):
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder(
        subject_name=subject,
        issuer_name=subject,
        public_key=key.public_key(),
        serial_number=x509.random_serial_number(),
        not_valid_before=now - timedelta(days=1),
        not_valid_after=now + timedelta(days=1),
    )
    return builder.sign(signing_key or key, hashes.SHA256())


def sign(key, certificate, options=DETACHED, algorithm=SHA256, others=()):
    builder = pkcs7.PKCS7SignatureBuilder().set_data(CONTENT).add_signer(certificate, key, algorithm)
    for other in others:
        builder = builder.add_certificate(other)
    return builder.sign(Encoding.DER, options)


KEY = ec.generate_private_key(ec.SECP256R1())
CERTIFICATE = certify(KEY)
GOOD = sign(KEY, CERTIFICATE)


def changed(edit):
    """The good signature after an edit of its parsed form."""
    info = cms.ContentInfo.load(GOOD)
    edit(info["content"], info["content"]["signer_infos"][0])
    return info.dump(force=True)


def refused(data, content=CONTENT):
    with pytest.raises(MaterialError) as caught:
        verify_detached(content, data)
    return str(caught.value)


@pytest.mark.parametrize("algorithm", [hashes.SHA256(), hashes.SHA384(), hashes.SHA512()], ids=lambda a: a.name)
def test_accepts_ecdsa(algorithm):
    other = certify(ec.generate_private_key(ec.SECP256R1()), name="other")
    signature = verify_detached(CONTENT, sign(KEY, CERTIFICATE, algorithm=algorithm, others=[other]))
    assert signature.signer == CERTIFICATE
    assert signature.others == (other,)


def test_accepts_rsa():
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    certificate = certify(key)
    assert verify_detached(CONTENT, sign(key, certificate)).signer == certificate


def test_refuses_other_content():
    assert "digest differs" in refused(GOOD, CONTENT + b".")


def test_refuses_a_signature_by_another_key():
    stranger = ec.generate_private_key(ec.SECP256R1())
    forged = sign(stranger, certify(stranger, name="stranger"))

    def put_our_certificate(signed, signer):
        ours = cms.ContentInfo.load(GOOD)["content"]
        signed["certificates"] = ours["certificates"]
        signer["sid"] = ours["signer_infos"][0]["sid"]

    info = cms.ContentInfo.load(forged)
    put_our_certificate(info["content"], info["content"]["signer_infos"][0])
    assert "not made by the key" in refused(info.dump(force=True))


def test_refuses_a_digest_that_was_only_written_into_the_attributes():
    other = cms.ContentInfo.load(
        pkcs7.PKCS7SignatureBuilder()
        .set_data(b"other")
        .add_signer(CERTIFICATE, KEY, hashes.SHA256())
        .sign(Encoding.DER, DETACHED)
    )

    def lie(signed, signer):
        signer["signed_attrs"] = other["content"]["signer_infos"][0]["signed_attrs"]

    assert "not made by the key" in refused(changed(lie), b"other")


def test_refuses_kinds_that_are_not_detached_signed_data():
    assert "not detached" in refused(sign(KEY, CERTIFICATE, [pkcs7.PKCS7Options.Binary]))
    assert "content_type has 0 values" in refused(sign(KEY, CERTIFICATE, [*DETACHED, pkcs7.PKCS7Options.NoAttributes]))
    assert "certificate is not inside" in refused(sign(KEY, CERTIFICATE, [*DETACHED, pkcs7.PKCS7Options.NoCerts]))
    data = cms.ContentInfo({"content_type": "data", "content": CONTENT})
    assert "content type is data" in refused(data.dump())


def test_refuses_several_or_no_signers():
    twice = (
        pkcs7.PKCS7SignatureBuilder()
        .set_data(CONTENT)
        .add_signer(CERTIFICATE, KEY, hashes.SHA256())
        .add_signer(CERTIFICATE, KEY, hashes.SHA512())
        .sign(Encoding.DER, DETACHED)
    )
    assert "2 signers" in refused(twice)
    assert "0 signers" in refused(changed(lambda signed, signer: signed.__setitem__("signer_infos", [])))


def test_refuses_weak_digests_and_unknown_keys():
    assert "digest sha1" in refused(
        changed(lambda _, signer: signer.__setitem__("digest_algorithm", {"algorithm": "sha1"}))
    )
    edwards = certify(ed25519.Ed25519PrivateKey.generate(), signing_key=KEY, name="signer")

    def swap(signed, signer):
        signed["certificates"] = [
            cms.CertificateChoices("certificate", cms.Certificate.load(edwards.public_bytes(Encoding.DER)))
        ]
        signer["sid"].chosen["serial_number"] = edwards.serial_number

    assert "neither ECDSA nor RSA" in refused(changed(swap))


@pytest.mark.parametrize(
    "junk", [b"", b"\x30", b"\x30\x80\x00\x00", GOOD[:-1], GOOD + b"\0", b"\x30" * 10_000, bytes(MAX_BYTES + 1)]
)
def test_refuses_junk(junk):
    refused(junk)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200))
def test_random_bytes_are_refused(data):
    refused(data)


@settings(max_examples=200, deadline=None)
@given(st.integers(0, len(GOOD) - 1), st.integers(1, 255))
def test_a_changed_byte_is_refused_or_changes_nothing_that_counts(offset, change):
    data = bytearray(GOOD)
    data[offset] ^= change
    try:
        signature = verify_detached(CONTENT, bytes(data))
    except MaterialError:
        return
    assert signature.signer.public_key() == CERTIFICATE.public_key()
