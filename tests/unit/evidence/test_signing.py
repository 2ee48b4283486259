import shutil
import stat
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from harness.cms import verify_detached
from harness.errors import FileError
from harness.evidence.signing import (
    DEMO_KEY,
    DEMO_ROOT,
    DEMO_SIGNER,
    DEMO_WORDS,
    demo_identity,
    load_identity,
    sign_detached,
)

DAY = timedelta(days=1)


def write_pair(folder, key, *, days=(-1, 1), signing=True, encryption=None, issuer_key=None):  # noqa: PLR0913
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Lab of Tests")])
    start, end = (datetime.now(UTC) + day * DAY for day in days)
    usages = ("content_commitment", "key_encipherment", "data_encipherment", "key_agreement", "crl_sign")
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), start, end)
        .add_extension(
            x509.KeyUsage(
                digital_signature=signing,
                key_cert_sign=not signing,
                encipher_only=False,
                decipher_only=False,
                **dict.fromkeys(usages, False),
            ),
            critical=True,
        )
        .sign(issuer_key or key, SHA256())
    )
    folder.mkdir(exist_ok=True)
    (folder / "lab.pem").write_bytes(certificate.public_bytes(Encoding.PEM))
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption or NoEncryption())
    (folder / "lab.key").write_bytes(secret)
    return folder / "lab.pem", folder / "lab.key"


def new_key():
    return ec.generate_private_key(ec.SECP256R1())


def test_demo_identity_is_made_once_and_says_demo(tmp_path):
    folder = tmp_path / "deep" / "demo"
    first = demo_identity(folder)
    assert first.demo and DEMO_WORDS in first.subject
    assert DEMO_WORDS in first.chain[-1].subject.rfc4514_string()
    assert demo_identity(folder).certificate == first.certificate
    assert sorted(path.name for path in folder.iterdir()) == sorted([DEMO_ROOT, DEMO_SIGNER, DEMO_KEY])
    assert [path.name for path in folder.parent.iterdir()] == ["demo"]


def test_demo_files_are_private(tmp_path):
    demo_identity(tmp_path / "demo")
    assert stat.S_IMODE((tmp_path / "demo").stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "demo").iterdir()} == {0o600}


def test_the_key_never_shows_in_the_identity(tmp_path):
    assert "key=" not in repr(demo_identity(tmp_path / "demo"))


def test_several_processes_at_once_get_one_demo_identity(tmp_path):
    script = (
        "import sys; from pathlib import Path; from harness.evidence.signing import demo_identity;"
        "print(demo_identity(Path(sys.argv[1])).certificate.serial_number)"
    )
    command = [sys.executable, "-c", script, str(tmp_path / "demo")]
    processes = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    answers = {process.communicate(timeout=60)[0] for process in processes}
    assert len(answers) == 1 and answers.pop().strip().isdigit()
    assert [path.name for path in tmp_path.iterdir()] == ["demo"]


def test_the_loser_of_a_race_uses_the_winners_identity(tmp_path, monkeypatch):
    winner = demo_identity(tmp_path / "winner")

    def be_late(folder):
        shutil.copytree(tmp_path / "winner", tmp_path / "demo")
        (folder / "loser").touch()

    monkeypatch.setattr("harness.evidence.signing._write_demo", be_late)
    assert demo_identity(tmp_path / "demo").certificate == winner.certificate
    assert sorted(path.name for path in tmp_path.iterdir()) == ["demo", "winner"]


def test_demo_folder_that_cannot_be_or_is_broken_is_refused(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(FileError, match="cannot make the demo identity"):
        demo_identity(tmp_path / "file" / "demo")
    demo_identity(tmp_path / "demo")
    (tmp_path / "demo" / DEMO_SIGNER).unlink()
    with pytest.raises(FileError, match="cannot be read"):
        demo_identity(tmp_path / "demo")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "theirs").touch()
    with pytest.raises(FileError, match="cannot make the demo identity"):
        demo_identity(tmp_path / "other")


def test_a_lab_certificate_in_the_demo_folder_does_not_become_demo(tmp_path):
    certificate, key = write_pair(tmp_path / "demo", new_key())
    certificate.rename(tmp_path / "demo" / DEMO_SIGNER)
    key.rename(tmp_path / "demo" / DEMO_KEY)
    shutil.copy(tmp_path / "demo" / DEMO_SIGNER, tmp_path / "demo" / DEMO_ROOT)
    with pytest.raises(FileError, match="lacks the words"):
        demo_identity(tmp_path / "demo")


@pytest.mark.parametrize(
    "key",
    [
        ec.generate_private_key(ec.SECP256R1()),
        ec.generate_private_key(ec.SECP384R1()),
        rsa.generate_private_key(65537, 2048),
    ],
    ids=["P-256", "P-384", "RSA-2048"],
)
def test_lab_identity_signs(tmp_path, key):
    identity = load_identity(*write_pair(tmp_path, key), tsa="http://tsa.example/")
    assert not identity.demo and identity.subject == "CN=Lab of Tests" and identity.tsa == "http://tsa.example/"
    assert verify_detached(b"data", sign_detached(b"data", identity)).signer == identity.certificate


def test_chain_travels_in_the_signature(tmp_path):
    identity = demo_identity(tmp_path / "demo")
    assert verify_detached(b"data", sign_detached(b"data", identity)).others == identity.chain
    assert identity.certificates_pem().count(b"BEGIN CERTIFICATE") == 2
    assert identity.root_fingerprint == identity.chain[-1].fingerprint(SHA256()).hex()


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({"days": (-2, -1)}, "lab.pem: expired on"),
        ({"days": (1, 2)}, "lab.pem: is not valid before"),
        ({"signing": False}, "lab.pem: is not for signatures"),
        ({"encryption": BestAvailableEncryption(b"x")}, "lab.key: needs a passphrase"),
        ({"key": rsa.generate_private_key(65537, 1024)}, "lab.key: is not an ECDSA key"),
        ({"key": ed25519.Ed25519PrivateKey.generate(), "issuer_key": new_key()}, "lab.key: is not an ECDSA key"),
    ],
)
def test_unusable_identities_are_refused_by_file(tmp_path, changes, wanted):
    files = write_pair(tmp_path, changes.pop("key", None) or new_key(), **changes)
    with pytest.raises(FileError, match=wanted):
        load_identity(*files)


def test_bad_files_are_refused_by_name(tmp_path):
    certificate, key = write_pair(tmp_path / "one", new_key())
    _, stranger = write_pair(tmp_path / "two", new_key())
    junk = tmp_path / "junk"
    junk.write_bytes(b"\x00\xff junk")
    cases = [
        (tmp_path / "absent", key, None, "absent: cannot be read"),
        (tmp_path, key, None, "cannot be read"),
        (junk, key, None, "junk: holds no PEM certificate"),
        (key, key, None, "lab.key: holds no PEM certificate"),
        (certificate, certificate, None, "lab.pem: is not a PEM private key"),
        (certificate, junk, None, "junk: is not a PEM private key"),
        (certificate, stranger, None, "lab.key: is not the key of the certificate"),
        (certificate, key, junk, "junk: holds no PEM certificate"),
    ]
    for *files, wanted in cases:
        with pytest.raises(FileError, match=wanted):
            load_identity(*files)
    junk.write_bytes(bytes(1024 * 1024 + 1))
    with pytest.raises(FileError, match="has more than"):
        load_identity(junk, key)
