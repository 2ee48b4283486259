import hashlib
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509

from harness.drone.firmware import build_image
from harness.drone.firmware.release import main
from harness.supply import verify_signature

RELEASED = Path(__file__).parents[4] / "rigs" / "articles" / "embedded"
FILES = [
    *("builder.pem", "provenance-1.4.1.intoto.json", "provenance.intoto.json"),
    *("release.sig", "vendor.pem"),
]
SHA256 = "93f115b6585988ec2769bef31b6474ba547438baa07a8b3ac844026a3b906fd7"


def openssl_verifies(image: bytes, folder: Path, tmp_path: Path) -> bool:
    (tmp_path / "image").write_bytes(image)
    line = "cms -verify -binary -inform DER -purpose any -out /dev/null"
    files = ["-content", tmp_path / "image", "-in", folder / "release.sig", "-CAfile", folder / "vendor.pem"]
    return subprocess.run(["openssl", *line.split(), *files], capture_output=True, check=False).returncode == 0


def test_committed_release_is_of_this_image():
    image = build_image()
    assert hashlib.sha256(image).hexdigest() == SHA256, "the image changed: release it anew"
    assert (
        verify_signature(image, (RELEASED / "release.sig").read_bytes(), (RELEASED / "vendor.pem").read_bytes()) == ""
    )


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
def test_openssl_accepts_the_committed_release_and_refuses_one_changed_byte(tmp_path):
    image = build_image()
    assert openssl_verifies(image, RELEASED, tmp_path)
    assert not openssl_verifies(image[:-1] + b"\1", RELEASED, tmp_path)


def test_committed_certificate_is_long_lived():
    certificate = x509.load_pem_x509_certificate((RELEASED / "vendor.pem").read_bytes())
    assert certificate.not_valid_after_utc - datetime.now(UTC) > timedelta(days=20 * 365)
    assert "Dronecert Demo KK firmware release" in certificate.subject.rfc4514_string()


def test_each_release_has_a_fresh_key_and_leaves_none_behind(tmp_path, capsys):
    assert main([str(tmp_path / "new")]) == 0
    assert capsys.readouterr().out == f"sha256 = {SHA256}\n"
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == FILES
    fresh = (tmp_path / "new" / "vendor.pem").read_bytes()
    signature = (tmp_path / "new" / "release.sig").read_bytes()
    assert verify_signature(build_image(), signature, fresh) == ""
    assert "not by the pinned" in verify_signature(build_image(), signature, (RELEASED / "vendor.pem").read_bytes())
    assert b"PRIVATE" not in fresh + signature
