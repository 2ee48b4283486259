import hashlib
import shutil
import subprocess
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.errors import EvidenceError
from harness.evidence import bag as layout
from harness.evidence.bag import make_bag
from harness.evidence.signing import DEMO_LIFE, SigningIdentity, demo_identity
from harness.evidence.timestamp import MAX_REPLY, authority_problem, read_timestamp, request_timestamp
from harness.evidence.verify import verify_bag

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
CONFIG = """
[tsa]
default_tsa = one
[one]
serial = serial
signer_cert = tsa.pem
signer_key = tsa.key
signer_digest = sha256
default_policy = 1.2.3.4
digests = sha256
ess_cert_id_alg = sha256
[ext]
extendedKeyUsage = critical, timeStamping
"""
MAKE = (
    "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=tsa-root -keyout root.key -out root.pem",
    "req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=tsa -keyout tsa.key -out tsa.csr",
    "x509 -req -in tsa.csr -CA root.pem -CAkey root.key -set_serial 2 -extfile tsa.cnf -extensions ext -out tsa.pem",
)


class Authority:
    """Answers timestamp queries; its root certificate is ``root.pem`` in its folder."""

    def __init__(self, folder):
        self.folder = folder
        (folder / "tsa.cnf").write_text(CONFIG)
        for line in MAKE:
            done = self.openssl(line)
            assert done.returncode == 0, done.stderr

    def openssl(self, line):
        return subprocess.run(["openssl", *line.split()], cwd=self.folder, capture_output=True, check=False)

    def answer(self, query):
        (self.folder / "query").write_bytes(query)
        assert self.openssl("ts -reply -config tsa.cnf -queryfile query -out reply").returncode == 0
        return (self.folder / "reply").read_bytes()


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("tsa"))


@pytest.fixture
def serve(monkeypatch):
    """Starts a loopback server that answers every POST by a function of its body; gives its address."""
    servers = []
    monkeypatch.setenv("no_proxy", "*")

    def start(reply, status=200):
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = reply(self.rfile.read(int(self.headers["Content-Length"])))
                self.send_response(status)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        server = HTTPServer(("127.0.0.1", 0), Handler)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        servers.append((server, thread))
        return f"http://127.0.0.1:{server.server_port}/"

    yield start
    for server, thread in servers:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(scope="module")
def roots(authority):
    return (x509.load_pem_x509_certificate((authority.folder / "root.pem").read_bytes()),)


@pytest.fixture(scope="module")
def reply(authority):
    (authority.folder / "data").write_bytes(b"data")
    assert authority.openssl("ts -query -data data -sha256 -cert -out query").returncode == 0
    return authority.answer((authority.folder / "query").read_bytes())


def test_timestamp_from_an_openssl_authority(authority, roots, serve, tmp_path):
    reply = request_timestamp(b"signature", serve(lambda body: authority.answer(body)))
    assert abs((read_timestamp(reply, b"signature") - datetime.now(UTC)).total_seconds()) < 60
    assert authority_problem(reply, b"signature", roots) == ""
    (authority.folder / "tsr").write_bytes(reply)
    (authority.folder / "signature").write_bytes(b"signature")
    assert authority.openssl("ts -verify -data signature -in tsr -CAfile root.pem").returncode == 0


def test_timestamp_of_other_data_is_refused(reply, roots):
    assert read_timestamp(reply, b"data") and authority_problem(reply, b"data", roots) == ""
    with pytest.raises(EvidenceError, match="other data"):
        read_timestamp(reply, b"data.")
    assert authority_problem(reply, b"data.", roots) != ""


def test_strange_authority_is_not_trusted(reply, authority):
    stranger = x509.load_pem_x509_certificate((authority.folder / "tsa.pem").read_bytes())
    made = authority.openssl("req -x509 -newkey rsa:2048 -nodes -subj /CN=tsa-root -keyout x -out x.pem")
    assert made.returncode == 0
    other = x509.load_pem_x509_certificate((authority.folder / "x.pem").read_bytes())
    assert authority_problem(reply, b"data", (other,)) != ""
    assert authority_problem(reply, b"data", ()) != ""
    assert stranger.subject != other.subject


def test_answer_to_another_request_is_refused(authority, serve, reply):
    with pytest.raises(EvidenceError, match="nonce differs"):
        request_timestamp(b"data", serve(lambda _: reply))
    with pytest.raises(EvidenceError, match="other data"):
        request_timestamp(b"other", serve(lambda _: reply))


def test_refusal_is_reported(authority, serve):
    with pytest.raises(EvidenceError, match=r"not granted: status 2|not an RFC 3161|malformed"):
        request_timestamp(b"data", serve(lambda _: authority.answer(b"junk")))


@pytest.mark.parametrize("body", [b"", b"junk", b"\x30\x80", bytes(MAX_REPLY + 1)])
def test_junk_answers_are_refused(serve, body):
    with pytest.raises(EvidenceError, match=r"not an RFC 3161 reply|answered more than"):
        request_timestamp(b"data", serve(lambda _: body))


def test_authority_that_fails_or_is_not_there_is_an_error(serve):
    with pytest.raises(EvidenceError, match="HTTP Error 500"):
        request_timestamp(b"data", serve(lambda _: b"", status=500))
    with pytest.raises(EvidenceError, match="gave no timestamp"):
        request_timestamp(b"data", "http://127.0.0.1:9/")
    for url in ("file:///etc/passwd", "ftp://x/", "", "http://["):
        with pytest.raises(EvidenceError):
            request_timestamp(b"data", url)


def test_silent_authority_is_an_error(serve):
    release = threading.Event()
    with pytest.raises(EvidenceError, match="timed out"):
        try:
            request_timestamp(b"data", serve(lambda _: bytes(release.wait(30))), timeout=0.2)
        finally:
            release.set()


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=100))
def test_random_bytes_are_refused(data):
    with pytest.raises(EvidenceError):
        read_timestamp(data, b"data")
    assert authority_problem_or_error(data)


def authority_problem_or_error(data):
    try:
        return authority_problem(data, b"data", ())
    except EvidenceError as error:
        return str(error)


def test_damaged_replies_are_refused_or_do_not_verify(reply, roots):
    accepted = set()
    for offset in range(0, len(reply), 3):
        damaged = bytearray(reply)
        damaged[offset] ^= 0x41
        try:
            moment = read_timestamp(bytes(damaged), b"data")
            if authority_problem(bytes(damaged), b"data", roots) == "":
                accepted.add(moment)
        except EvidenceError:
            continue
    assert accepted <= {read_timestamp(reply, b"data")}


# -- a bag with a timestamp


class Stamped:
    """A timestamped bag, its signer's root alone and with the authority's in one file."""

    def __init__(self, folder, identity, authority):
        (folder / "file").write_text("payload")
        self.bag, self.root, self.both = folder / "bag", folder / "root.pem", folder / "both.pem"
        self.root.write_bytes(identity.certificates_pem())
        self.both.write_bytes(self.root.read_bytes() + (authority.folder / "root.pem").read_bytes())
        self.summary = make_bag(self.bag, {"file": folder / "file"}, {}, identity, "PASSED")

    def repair_tags(self):
        tags = sorted(p for p in self.bag.iterdir() if p.is_file() and p.name != layout.TAG_MANIFEST)
        lines = (f"{hashlib.sha256(tag.read_bytes()).hexdigest()}  {tag.name}\n" for tag in tags)
        (self.bag / layout.TAG_MANIFEST).write_text("".join(lines))

    def plain(self, *roots):
        command = ["sh", "VERIFY.txt", *map(str, roots)]
        return subprocess.run(command, cwd=self.bag, capture_output=True, check=False).returncode == 0


@pytest.fixture
def stamped(tmp_path, authority, serve):
    identity = replace(demo_identity(tmp_path / "demo"), tsa=serve(authority.answer))
    return Stamped(tmp_path, identity, authority)


def test_timestamp_of_a_bag_is_checked_by_us_and_by_the_plain_commands(stamped, authority):
    found = verify_bag(stamped.bag, stamped.root)
    assert found.exit_code == 0 and not found.timestamp_checked
    found = verify_bag(stamped.bag, stamped.both)
    assert found.exit_code == 0 and found.timestamp_checked
    assert found.timestamp == stamped.summary.timestamp
    assert stamped.plain(stamped.root) and stamped.plain(stamped.root, authority.folder / "root.pem")
    assert not stamped.plain(stamped.root, stamped.root)


def test_a_timestamp_that_is_replaced_or_removed_is_refused(stamped, reply):
    path = stamped.bag / layout.TIMESTAMP
    good = path.read_bytes()
    for content, wanted in ((reply, "other data"), (b"junk", "not an RFC 3161 reply"), (good[:-9], "RFC 3161")):
        path.write_bytes(content)
        stamped.repair_tags()
        found = verify_bag(stamped.bag, stamped.both)
        assert found.exit_code == 1 and any(wanted in problem for problem in found.problems)
        assert not stamped.plain(stamped.both, stamped.both)
    path.unlink()
    stamped.repair_tags()
    assert (
        "'manifest.p7s.tsr' is not what attestation.dsse.json signs" in verify_bag(stamped.bag, stamped.both).problems
    )


def test_a_trusted_timestamp_keeps_a_certificate_good_that_expires_later(stamped, monkeypatch):
    class Later(datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime.now(tz) + 2 * DEMO_LIFE

    monkeypatch.setattr("harness.evidence.verify.datetime", Later)
    assert verify_bag(stamped.bag, stamped.both).exit_code == 0
    found = verify_bag(stamped.bag, stamped.root)
    assert found.exit_code == 1 and "certificate is valid from" in found.problems[0]


def test_a_trusted_timestamp_does_not_help_a_certificate_that_had_expired_before(tmp_path, authority, serve):
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "expired lab")])
    days = (datetime.now(UTC) - timedelta(days=day) for day in (5, 1))
    certificate = x509.CertificateBuilder(name, name, key.public_key(), 7, *days).sign(key, SHA256())
    identity = SigningIdentity(certificate=certificate, key=key, tsa=serve(authority.answer))
    stamped = Stamped(tmp_path, identity, authority)
    found = verify_bag(stamped.bag, stamped.both)
    assert found.exit_code == 1 and found.timestamp_checked
