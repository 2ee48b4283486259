"""Signing keys in files: three forms, and all else refused by name."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import FileError
from harness.link.keyfile import is_open_to_others, read_key

KEY = bytes(range(32))


@pytest.fixture
def written(tmp_path):
    def write(data):
        path = tmp_path / "key"
        path.write_bytes(data)
        return path

    return write


@pytest.mark.parametrize(
    "data", [KEY, KEY.hex().encode(), KEY.hex().upper().encode() + b"\n", KEY.hex().encode() + b"\r\n"]
)
def test_the_same_key_in_bytes_and_in_hexadecimal(written, data):
    assert read_key(written(data)) == KEY


@pytest.mark.parametrize("data", [b"correct horse", b"correct horse\n", b"correct horse\r\n"])
def test_a_passphrase_is_hashed_as_mavproxy_does(written, data):
    # MAVProxy 1.8.75, modules/mavproxy_signing.py: SHA-256 of the passphrase in ASCII
    assert read_key(written(data)) == hashlib.sha256(b"correct horse").digest()


@pytest.mark.parametrize("data", [b"a" * 31 + b"\n", b"a" * 32, b"a" * 64, b"f" * 63])
def test_text_as_long_as_a_key_is_a_passphrase_unless_it_is_hexadecimal(written, data):
    text = data.strip()
    wanted = bytes.fromhex(text.decode()) if len(text) == 64 else hashlib.sha256(text).digest()
    assert read_key(written(data)) == wanted


@pytest.mark.parametrize("data", [b"", b"\n", KEY[:31], KEY + b"\n", b"two\nlines", "schlüssel".encode(), b"a" * 1025])
def test_what_is_no_key_is_refused_with_what_is_wanted(written, data):
    path = written(data)
    with pytest.raises(
        FileError, match="--signing-key: holds no signing key: wanted 32 bytes, 64 hexadecimal"
    ) as error:
        read_key(path)
    assert str(path) in str(error.value)
    assert "schl" not in str(error.value)


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(FileError, match=r"none: --signing-key: cannot be read: No such file"):
        read_key(tmp_path / "none")
    with pytest.raises(FileError, match="cannot be read: Is a directory"):
        read_key(tmp_path)


@given(data=st.binary(max_size=80))
def test_any_file_is_a_key_or_refused(tmp_path_factory, data):
    path = tmp_path_factory.getbasetemp() / "any"
    path.write_bytes(data)
    try:
        assert len(read_key(path)) == 32
    except FileError:
        assert len(data) != 32 or data[-1:] in b"\r\n"


@pytest.mark.parametrize(
    ("mode", "opened"), [(0o600, False), (0o400, False), (0o644, True), (0o640, True), (0o604, True)]
)
def test_a_file_that_others_can_read_is_noticed(written, mode, opened):
    path = written(KEY)
    path.chmod(mode)
    assert is_open_to_others(path) is opened
