import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.evidence.manifest import file_sha256, is_safe, parse_manifest, read_tree, write_manifest

DIGEST = "0" * 64


def test_written_manifest_is_sorted_and_reads_back():
    digests = {"data/b": "1" * 64, "data/a c/[x](1).json": DIGEST}
    data = write_manifest(digests)
    assert data.splitlines()[0].endswith(b"data/a c/[x](1).json")
    assert parse_manifest(data) == digests
    assert parse_manifest(b"") == {}


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/etc/passwd",
        "..",
        "data/../x",
        "data/./x",
        "data//x",
        "data/",
        "a\\b",
        "a\nb",
        "a%0Ab",
        "a ",
        " a",
        "ü",
        "a*",
        "$(x)",
        "a;b",
        "a'b",
        "x" * 1025,
    ],
)
def test_odd_paths_are_not_safe(path):
    assert not is_safe(path)
    with pytest.raises(ValueError, match=r"line [12] is not"):
        parse_manifest(f"{DIGEST}  {path}\n".encode())


@pytest.mark.parametrize("path", ["a", "data/.hidden", "data/a b/c-1_2+3=4@5,6~7(8)[9].x", "...", "x" * 1024])
def test_plain_paths_are_safe(path):
    assert is_safe(path)


@pytest.mark.parametrize(
    "data",
    [
        f"{DIGEST}  data/a".encode(),
        f"{DIGEST} data/a\n".encode(),
        f"{DIGEST} *data/a\n".encode(),
        f"{DIGEST[1:]}  data/a\n".encode(),
        f"{'A' * 64}  data/a\n".encode(),
        f"{DIGEST}  data/a\r\n".encode(),
        f"{DIGEST}  data/a\n\n".encode(),
        f"{DIGEST}  data/a\n{DIGEST}  data/a\n".encode(),
        b"x" * 10_000_000 + b"\n",
        f"{DIGEST}  ".encode() + b"x" * 10_000_000 + b"\n",
    ],
)
def test_other_lines_are_refused(data):
    with pytest.raises(ValueError, match="line"):
        parse_manifest(data)


@settings(max_examples=200)
@given(st.binary(max_size=200))
def test_random_bytes_are_refused(data):
    if data:
        with pytest.raises(ValueError, match="line"):
            parse_manifest(data)


def test_tree_names_files_with_sizes_and_never_follows_links(tmp_path):
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "b" / "file").write_bytes(b"123")
    (tmp_path / "out").symlink_to("/etc")
    (tmp_path / "a" / "passwd").symlink_to("/etc/passwd")
    os.mkfifo(tmp_path / "pipe")
    tree = read_tree(tmp_path)
    assert tree.files == {"a/b/file": 3}
    assert tree.strange == ("a/passwd", "out", "pipe")


def test_a_very_deep_tree_is_read(tmp_path):
    deep = tmp_path
    for _ in range(300):
        deep = deep / "dddd"
    deep.mkdir(parents=True)
    (deep / "file").touch()
    assert len(read_tree(tmp_path).files) == 1


def test_digest_of_a_link_is_refused(tmp_path):
    (tmp_path / "link").symlink_to("/etc/passwd")
    with pytest.raises(OSError, match="link"):
        file_sha256(tmp_path / "link")
