import os
import ssl
import subprocess
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harness.errors import FileError, RigError
from harness.instruments.gateway import Authority, Presented, kept
from harness.instruments.gateway.kept import open_root


def parts(path):
    """Key, certificate and list of an authority's file."""
    pieces = path.read_text().split("-----BEGIN ")[1:]
    return ["-----BEGIN " + piece for piece in pieces]


def write(path, *pieces):
    path.write_text("".join(pieces))
    path.chmod(0o600)


def test_it_is_made_once_for_its_owner_alone_and_trusted_again(tmp_path):
    path = tmp_path / "keys" / "bench.pem"
    old = os.umask(0)
    try:
        root, made = open_root(path)
    finally:
        os.umask(old)
    again, made_again = open_root(path)
    assert (made, made_again) == (True, False)
    assert path.stat().st_mode & 0o777 == 0o600
    assert [item.name for item in path.parent.iterdir()] == ["bench.pem"]
    # what was installed in an article in one case is good in the next one, with what was revoked
    assert Authority(root).trust_root == Authority(again).trust_root
    left = again.certificate.not_valid_after_utc - datetime.now(UTC)
    assert timedelta(days=3649) < left <= timedelta(days=3650)


def test_servers_of_a_kept_authority_pass_strict_clients_and_revoked_ones_do_not(tmp_path):
    open_root(tmp_path / "a.pem")
    authority = Authority(open_root(tmp_path / "a.pem")[0])
    (tmp_path / "trust.pem").write_text(authority.trust_root)
    for presented, problem in ((Presented.GOOD, ""), (Presented.REVOKED, "revoked")):
        client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        client.verify_flags |= ssl.VERIFY_X509_STRICT | ssl.VERIFY_CRL_CHECK_LEAF
        client.load_verify_locations(cafile=tmp_path / "trust.pem")
        told = _shake(client, authority.context("host.example", presented))
        assert problem in told and bool(told) == bool(problem)


def _shake(client, server):
    up, down = ssl.MemoryBIO(), ssl.MemoryBIO()
    ends = [client.wrap_bio(down, up, server_hostname="host.example"), server.wrap_bio(up, down, server_side=True)]
    for _ in range(4):
        for end in ends:
            try:
                end.do_handshake()
            except ssl.SSLWantReadError:
                continue
            except ssl.SSLCertVerificationError as error:
                return str(error)
    return ""


def test_one_that_others_may_read_is_refused(tmp_path):
    path = tmp_path / "a.pem"
    open_root(path)
    path.chmod(0o640)
    with pytest.raises(RigError, match=rf"authority {path} may be read by others, .*: chmod 600 {path}"):
        open_root(path)


def test_one_that_ends_soon_is_refused(tmp_path, monkeypatch):
    path = tmp_path / "a.pem"
    monkeypatch.setattr(kept, "LIFE", timedelta(days=499))
    open_root(path)
    with pytest.raises(RigError, match=r"authority .*a\.pem ends on 20.*, 500 days are wanted: move it away"):
        open_root(path)
    monkeypatch.setattr(kept, "LIFE", timedelta(days=502))
    path.unlink()
    open_root(path)
    open_root(path)


def test_files_that_are_no_authority_are_told(tmp_path):
    one, other = tmp_path / "one.pem", tmp_path / "other.pem"
    open_root(one)
    open_root(other)
    (key, certificate, revocations), (key2, _, revocations2) = parts(one), parts(other)
    server = rsa.generate_private_key(public_exponent=65537, key_size=2048).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    for pieces, problem in (
        (("",), "is no authority of a bench"),
        ((key, certificate), "is no authority of a bench"),
        ((key2, certificate, revocations), "its certificate is of another key"),
        ((key, certificate, revocations2), "its list of revocations is not its own"),
        ((server.decode(), certificate, revocations), "its key is not one of ECDSA"),
        ((key[:-80], certificate, revocations), "is no authority of a bench"),
    ):
        write(one, *pieces)
        with pytest.raises(FileError, match=problem):
            open_root(one)


def test_places_where_none_can_be_are_told(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(FileError, match="the bench's authority cannot be written there"):
        open_root(tmp_path / "file" / "a.pem")
    (tmp_path / "folder").mkdir()
    with pytest.raises(FileError, match="the bench's authority cannot be read"):
        open_root(tmp_path / "folder")


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=300))
def test_no_file_is_another_error(tmp_path, data):
    path = tmp_path / "fuzz.pem"
    path.write_bytes(b"-----BEGIN PRIVATE KEY-----\n" + data)
    path.chmod(0o600)
    with pytest.raises(FileError):
        open_root(path)


def test_openssl_reads_the_kept_root(tmp_path):
    open_root(tmp_path / "a.pem")
    command = ["openssl", "x509", "-in", str(tmp_path / "a.pem"), "-noout", "-subject"]
    try:
        text = subprocess.run(command, capture_output=True, check=True, text=True).stdout
    except FileNotFoundError:
        pytest.skip("openssl is not installed")
    assert "dronecert bench authority" in text
