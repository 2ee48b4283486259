"""What is in the tree, and that nothing leads out of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.drone.mavlink.parts.filetree import FileTree
from harness.errors import VehicleError

FILES = {"FLIGHT.LOG": b"line\n", "IMG_0001.JPG": b"jpeg!!", "SECRET.KEY": b"secret"}


@pytest.fixture(scope="module")
def tree(helpers):
    files = helpers.FakeFiles()
    files.files = dict(FILES)
    return FileTree(files, {"@PARAM/param.pck": lambda: b"packed"})


def names(entries):
    return entries if entries is None else [(entry.name, entry.size) for entry in entries]


@pytest.mark.parametrize("path", ["", "/", "//", "./"])
def test_the_root(tree, path):
    assert names(tree.entries(path)) == [("logs", None), ("photos", None), ("@PARAM", None)]


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("/logs", [("FLIGHT.LOG", 5)]),
        ("logs/", [("FLIGHT.LOG", 5)]),
        ("/photos", [("IMG_0001.JPG", 6)]),
        ("@PARAM", [("param.pck", 6)]),
        ("/keys", None),
        ("/logs/FLIGHT.LOG", None),
        ("/logs/..", None),
        ("..", None),
    ],
)
def test_directories(tree, path, found):
    assert names(tree.entries(path)) == found


@pytest.mark.parametrize(
    ("path", "data"),
    [("/logs/FLIGHT.LOG", b"line\n"), ("photos/IMG_0001.JPG", b"jpeg!!"), ("@PARAM/param.pck", b"packed"),
     ("@PARAM/param.pck?withdefaults=1", b"packed")],
)  # fmt: skip
def test_files(tree, path, data):
    file = tree.open(path)
    assert (file.size, file.read(0, 99), file.read(2, 2)) == (len(data), data, data[2:4])


@pytest.mark.parametrize(
    "path",
    ["", "/logs", "/logs/SECRET.KEY", "/photos/SECRET.KEY", "/logs/IMG_0001.JPG", "/SECRET.KEY", "/logs/../SECRET.KEY",
     "/logs/../photos/IMG_0001.JPG", "/logs/x/FLIGHT.LOG", "@PARAM/param.pck?count=2", "@PARAM/other", "/logs/NO.LOG"],
)  # fmt: skip
def test_what_is_not_there(tree, path):
    assert tree.open(path) is None


def test_a_file_stays_as_long_as_it_was_when_opened(helpers):
    files = helpers.FakeFiles()
    files.files = {"FLIGHT.LOG": b"line\n"}
    file = FileTree(files, {}).open("/logs/FLIGHT.LOG")
    files.files["FLIGHT.LOG"] += b"more\n"
    assert file.read(0, 99) == b"line\n" and file.read(7, 1) == b""


@given(st.text(max_size=60) | st.lists(st.sampled_from(["..", ".", "logs", "SECRET.KEY", ""])).map("/".join))
def test_no_path_gives_the_secret(tree, path):
    tree.entries(path)
    file = tree.open(path)
    assert file is None or b"secret" not in file.read(0, 99)


class Locked:
    """A recorder that nobody has logged in to."""

    def file_sizes(self):
        raise VehicleError("the recorder is locked: log in first")


@pytest.mark.parametrize("path", ["", "/logs", "@PARAM", "@PARAM/param.pck", "/keys"])
def test_before_a_login_nothing_is_shown_but_by_a_defect(path):
    made = {"@PARAM/param.pck": lambda: b"packed"}
    for look in (FileTree(Locked(), made).entries, FileTree(Locked(), made).open):
        with pytest.raises(VehicleError, match="log in first"):
            look(path)
    assert FileTree(Locked(), made, guarded=False).open("@PARAM/param.pck").size == 6
