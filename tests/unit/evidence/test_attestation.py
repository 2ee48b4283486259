import base64
import json
import subprocess

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.errors import EvidenceError
from harness.evidence.attestation import make_attestation, read_attestation
from harness.evidence.signing import demo_identity


@pytest.fixture(scope="module")
def identity(tmp_path_factory):
    return demo_identity(tmp_path_factory.mktemp("a") / "demo")


@pytest.fixture(scope="module")
def stranger(tmp_path_factory):
    return demo_identity(tmp_path_factory.mktemp("b") / "demo")


@pytest.fixture
def envelope(identity):
    return make_attestation({"manifest": "1" * 64}, {"data/rig.toml": "2" * 64}, "FAILED", identity)


def test_statement_follows_in_toto(envelope):
    statement = json.loads(base64.b64decode(json.loads(envelope)["payload"]))
    assert statement == {
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [{"name": "manifest", "digest": {"sha256": "1" * 64}}],
        "predicateType": "https://in-toto.io/attestation/test-result/v0.1",
        "predicate": {"result": "FAILED", "configuration": [{"name": "data/rig.toml", "digest": {"sha256": "2" * 64}}]},
    }


def test_signer_reads_it_back_and_a_stranger_does_not(envelope, identity, stranger):
    assert read_attestation(envelope, identity.certificate) == {"manifest": "1" * 64}
    with pytest.raises(EvidenceError, match="not an in-toto statement signed by"):
        read_attestation(envelope, stranger.certificate)


def test_a_second_signature_beside_the_signers_is_refused(envelope, identity, stranger):
    other = make_attestation({"manifest": "1" * 64}, {}, "FAILED", stranger)
    parsed = json.loads(envelope)
    parsed["signatures"] += json.loads(other)["signatures"]
    with pytest.raises(EvidenceError, match="signed by the signer of the manifest alone"):
        read_attestation(json.dumps(parsed).encode(), identity.certificate)


def test_openssl_verifies_the_envelope(envelope, identity, tmp_path):
    parsed = json.loads(envelope)
    payload = base64.b64decode(parsed["payload"])
    kind = parsed["payloadType"]
    (tmp_path / "pae").write_bytes(f"DSSEv1 {len(kind)} {kind} {len(payload)} ".encode() + payload)
    (tmp_path / "sig").write_bytes(base64.b64decode(parsed["signatures"][0]["sig"]))
    key = identity.certificate.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    (tmp_path / "key").write_bytes(key)
    command = ["openssl", "dgst", "-sha256", "-verify", "key", "-signature", "sig", "pae"]
    assert subprocess.run(command, cwd=tmp_path, capture_output=True, check=False).returncode == 0


def test_changed_claim_or_type_is_refused(envelope, identity):
    parsed = json.loads(envelope)
    passed = base64.b64decode(parsed["payload"]).replace(b"FAILED", b"PASSED")
    for changes in ({"payload": base64.b64encode(passed).decode()}, {"payloadType": "application/json"}):
        with pytest.raises(EvidenceError):
            read_attestation(json.dumps(parsed | changes).encode(), identity.certificate)


@pytest.mark.parametrize(
    "junk",
    [
        b"",
        b"[]",
        b"{}",
        b"null",
        b'{"payload": 1}',
        b'{"payload": "e30=", "payloadType": "x", "signatures": []}',
        b"[" * 5000,
    ],
)
def test_junk_is_refused(junk, identity):
    with pytest.raises(EvidenceError):
        read_attestation(junk, identity.certificate)


@settings(max_examples=100, deadline=None)
@given(
    st.recursive(st.none() | st.text(max_size=8) | st.integers(), lambda i: st.lists(i, max_size=2), max_leaves=3),
    st.data(),
)
def test_hostile_envelopes_are_refused(value, data):
    parsed = json.loads(ENVELOPE[0])
    parsed[data.draw(st.sampled_from(["payload", "payloadType", "signatures"]))] = value
    with pytest.raises(EvidenceError):
        read_attestation(json.dumps(parsed).encode(), ENVELOPE[1])


ENVELOPE = []


@pytest.fixture(autouse=True, scope="module")
def shared_envelope(identity):
    ENVELOPE[:] = [make_attestation({"m": "1" * 64}, {}, "PASSED", identity), identity.certificate]
