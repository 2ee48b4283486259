import ssl
import subprocess
import tempfile
from pathlib import Path

import pytest
from cryptography import x509

from harness.instruments.gateway.authority import Authority, Presented


def shake(server, trust_root, name="host.example"):
    client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    client.verify_flags |= ssl.VERIFY_X509_STRICT
    client.load_verify_locations(cadata=trust_root)
    up, down = ssl.MemoryBIO(), ssl.MemoryBIO()
    ends = [client.wrap_bio(down, up, server_hostname=name), server.wrap_bio(up, down, server_side=True)]
    for _ in range(4):
        for end in ends:
            try:
                end.do_handshake()
            except ssl.SSLWantReadError:
                continue
    return ends[0].getpeercert()


def test_a_good_certificate_passes_even_a_strict_client(authority):
    peer = shake(authority.context("host.example"), authority.trust_root)
    assert peer["subjectAltName"] == (("DNS", "host.example"),)


@pytest.mark.parametrize(
    ("presented", "reason"),
    [
        (Presented.UNTRUSTED_ROOT, "unable to get local issuer|unable to get issuer"),
        (Presented.WRONG_NAME, "Hostname mismatch"),
        (Presented.EXPIRED, "expired"),
        (Presented.SELF_SIGNED, "self-signed|self signed"),
    ],
)
def test_each_bad_certificate_is_bad_in_its_own_way(authority, presented, reason):
    with pytest.raises(ssl.SSLCertVerificationError, match=reason):
        shake(authority.context("host.example", presented), authority.trust_root)


def test_contexts_are_made_once_and_roots_differ():
    one, two = Authority(), Authority()
    assert one.context("a.example") is one.context("a.example") is not one.context("b.example")
    assert one.trust_root != two.trust_root


def test_no_key_stays_on_disk(monkeypatch, tmp_path):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    Authority().context("a.example")
    assert list(tmp_path.iterdir()) == []


def test_openssl_reads_the_root(tmp_path):
    Path(tmp_path / "root.pem").write_text(Authority().trust_root)
    command = ["openssl", "x509", "-in", str(tmp_path / "root.pem"), "-noout", "-text"]
    try:
        text = subprocess.run(command, capture_output=True, check=True, text=True).stdout
    except FileNotFoundError:
        pytest.skip("openssl is not installed")
    assert "CA:TRUE" in text and "prime256v1" in text


def test_the_root_is_no_server_certificate(authority):
    root = x509.load_pem_x509_certificate(authority.trust_root.encode())
    assert not root.extensions.get_extension_for_class(x509.KeyUsage).value.digital_signature
