"""The bag of the main job: accepted by our command, by the plain lines of VERIFY.txt and by bagit, or by none."""

import os
import shutil
import subprocess

import bagit
import pytest


@pytest.fixture
def bag(main_job, tmp_path):
    """A copy that shares its bytes with the bag: whoever alters a file puts another into its place."""
    return shutil.copytree(main_job.folder / "bag", tmp_path / "bag", copy_function=os.link)


def plain(bag, root):
    command = ["sh", "VERIFY.txt", str(root)]
    return subprocess.run(command, cwd=bag, capture_output=True, text=True, check=False)


def replace(path, data):
    path.unlink()
    path.write_bytes(data)


def change_a_byte(bag):
    path = bag / "data" / "results.json"
    data = bytearray(path.read_bytes())
    data[100] ^= 1
    replace(path, bytes(data))


def change_the_record(bag):
    path = min((bag / "data").glob("run*.jsonl"))
    replace(path, path.read_bytes().replace(b'"PASS"', b'"FAIL"', 1))


def add_a_file(bag):
    (bag / "data" / "extra.txt").write_text("more", encoding="utf-8")


def add_a_file_beside(bag):
    (bag / "README.txt").write_text("trust me", encoding="utf-8")


def remove_a_file(bag):
    (bag / "data" / "matrix.csv").unlink()


def edit_the_manifest(bag):
    path = bag / "manifest-sha256.txt"
    replace(path, path.read_bytes().replace(b"a", b"b", 1))


def edit_file_and_manifest(bag):
    """As somebody does who knows what a manifest is."""
    change_a_byte(bag)
    lines = []
    for line in (bag / "manifest-sha256.txt").read_text().splitlines():
        name = line.split("  ", 1)[1]
        digest = subprocess.run(["sha256sum", name], cwd=bag, capture_output=True, text=True, check=True).stdout
        lines.append(f"{digest.split()[0]}  {name}\n" if name == "data/results.json" else f"{line}\n")
    replace(bag / "manifest-sha256.txt", "".join(lines).encode())


ALTERATIONS = (
    change_a_byte,
    change_the_record,
    add_a_file,
    add_a_file_beside,
    remove_a_file,
    edit_the_manifest,
    edit_file_and_manifest,
)


def test_it_is_accepted_by_us_by_plain_tools_and_by_bagit(bag, dronecert):
    done = dronecert("verify", bag)
    assert (done.returncode, "DEMO" in done.stdout) == (0, True), done.stdout
    assert plain(bag, dronecert.root).returncode == 0
    bagit.Bag(str(bag)).validate()


def test_another_root_is_refused(bag, dronecert, main_job, tmp_path):
    key = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "9"]
    names = ["-subj", "/CN=somebody else", "-keyout", str(tmp_path / "key"), "-out", str(tmp_path / "root.pem")]
    subprocess.run([*key, *names], capture_output=True, check=True)
    assert dronecert("verify", bag, "--ca", tmp_path / "root.pem").returncode == 1
    assert plain(bag, tmp_path / "root.pem").returncode != 0


@pytest.mark.parametrize("alter", ALTERATIONS)
def test_altered_it_is_refused_by_us_and_by_plain_tools(alter, bag, dronecert):
    alter(bag)
    assert dronecert("verify", bag).returncode == 1
    assert plain(bag, dronecert.root).returncode != 0


@pytest.mark.parametrize("alter", [change_a_byte, add_a_file, remove_a_file])
def test_altered_it_is_refused_by_bagit(alter, bag):
    alter(bag)
    with pytest.raises(bagit.BagValidationError):
        bagit.Bag(str(bag)).validate()


def test_the_bag_of_the_main_job_stayed_whole(main_job, dronecert):
    assert dronecert("verify", main_job.folder / "bag").returncode == 0
