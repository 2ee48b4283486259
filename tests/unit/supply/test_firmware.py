from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.drone.firmware import build_image
from harness.drone.firmware.release import release
from harness.errors import MaterialError
from harness.supply.firmware import firmware_version, same_digest, sha256, verify_signature

RELEASED = Path(__file__).parents[3] / "rigs" / "articles" / "embedded"
IMAGE = build_image()
SIGNATURE = (RELEASED / "release.sig").read_bytes()
CERTIFICATE = (RELEASED / "vendor.pem").read_bytes()


def test_release_is_good():
    assert verify_signature(IMAGE, SIGNATURE, CERTIFICATE) == ""
    assert firmware_version(IMAGE) == "1.4.2"
    assert same_digest(IMAGE, sha256(IMAGE).upper()) and not same_digest(IMAGE + b"\0", sha256(IMAGE))
    assert not same_digest(IMAGE, "") and not same_digest(IMAGE, "\N{GREEK SMALL LETTER ALPHA}")


@settings(max_examples=50, deadline=None)
@given(st.integers(0, len(IMAGE) - 1), st.integers(1, 255))
def test_any_changed_byte_of_the_image_is_refused(offset, change):
    image = bytearray(IMAGE)
    image[offset] ^= change
    assert "digest differs" in verify_signature(bytes(image), SIGNATURE, CERTIFICATE)


def test_a_good_signature_by_another_maker_is_refused(tmp_path):
    release(tmp_path)
    theirs = (tmp_path / "release.sig").read_bytes()
    assert "not by the pinned certificate" in verify_signature(IMAGE, theirs, CERTIFICATE)
    assert "not by the pinned certificate" in verify_signature(IMAGE, SIGNATURE, (tmp_path / "vendor.pem").read_bytes())


def test_junk_for_a_signature_is_a_bad_signature_and_junk_for_the_pin_is_an_error():
    assert "no CMS SignedData" in verify_signature(IMAGE, b"junk", CERTIFICATE)
    for pin in (b"", b"junk", CERTIFICATE[:100]):
        with pytest.raises(MaterialError, match="pinned certificate"):
            verify_signature(IMAGE, SIGNATURE, pin)


@pytest.mark.parametrize("content", [b"", b"\n", b"1.4.2\nand more", b"\xff", b"1" * 100, b"\x1b[2J"])
def test_a_version_that_is_not_one_plain_line_is_refused(content, monkeypatch):
    monkeypatch.setattr("harness.supply.firmware.unpack", lambda image: {"VERSION": content})
    with pytest.raises(MaterialError, match="VERSION"):
        firmware_version(IMAGE)


def test_an_image_without_version_is_refused(monkeypatch):
    monkeypatch.setattr("harness.supply.firmware.unpack", lambda image: {})
    with pytest.raises(MaterialError, match="no file VERSION"):
        firmware_version(IMAGE)
