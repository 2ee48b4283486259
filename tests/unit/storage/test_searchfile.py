import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import FileError
from harness.storage.search.canary import CoordinateCanary, TextCanary
from harness.storage.searchfile import read_canaries, read_keys


@pytest.fixture
def file(tmp_path):
    def write(text):
        (tmp_path / "search.toml").write_bytes(text if isinstance(text, bytes) else text.encode())
        return tmp_path / "search.toml"

    return write


def test_canaries_are_read(file):
    place = '[[place]]\nname = "p"\nlatitude = 35.5\nlongitude = 139\nbox = 0.01\n'
    found = read_canaries(file('[[text]]\nname = "t"\ntext = "long enough"\n' + place))
    assert found.texts == (TextCanary("t", "long enough"),)
    assert found.coordinates == (CoordinateCanary("p", 35.5, 139.0, 0.01),)


def test_keys_are_read(file):
    first, second = read_keys(
        file('[[key]]\nname = "a"\nhex = "00ff00ff00ff00ff"\n[[key]]\nname = "b"\ntext = "passphrase"\n')
    )
    assert (first.value, second.value) == (bytes.fromhex("00ff" * 4), b"passphrase")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "wanted tables"),
        ("x = 1", "x: wanted tables"),
        ("text = 1", "text: wanted at most"),
        ("text = [1]", "text 1: wanted a table"),
        ('[[text]]\nname = "a"', "text 1: text: wanted a text"),
        ('[[text]]\nname = "a"\ntext = "long enough"\nsize = 1', "unknown key 'size'"),
        ('[[place]]\nname = "a"\nlatitude = "35"\nlongitude = 139', "latitude: wanted a number"),
        ('[[place]]\nname = "a"\nlatitude = 0.0\nlongitude = 139', "at least 1 deg"),
        ('[[place]]\nname = "a"\nlatitude = nan\nlongitude = 139', "at least 1 deg"),
        (b"\xff\xfe", "no TOML: byte 0 is not UTF-8 text"),
        ("a = 1\nb = ", r"no TOML at line 2, column 5|no TOML at end of document"),
        ("x = " + "[" * 5000, "nested too deeply"),
        (b"# " + b"x" * (1 << 20), "more than"),
    ],
)
def test_a_wrong_file_is_told_in_one_line(file, text, said):
    with pytest.raises(FileError, match=said) as caught:
        read_canaries(file(text))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "entry", ['hex = "zz"', 'text = "a"', 'hex = "00"\ntext = "passphrase"', "", 'hex = "secretsecret"']
)
def test_no_message_holds_a_secret(file, entry):
    with pytest.raises(FileError) as caught:
        read_keys(file(f'[[key]]\nname = "a"\n{entry}\n'))
    assert "secretsecret" not in str(caught.value) and "passphrase" not in str(caught.value)


@given(st.binary(max_size=200))
def test_any_bytes_are_canaries_or_one_error(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("search") / "search.toml"
    path.write_bytes(data)
    for read in (read_canaries, read_keys):
        try:
            read(path)
        except FileError as error:
            assert str(path) in str(error)
