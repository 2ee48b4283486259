"""``scan``: exit codes and output on images of real tools, and one clear error for each that is none."""

import gzip
import json
import os
import shutil
import struct
import subprocess

import pytest

from harness.commands import scan as module
from harness.storage.search.canary import TextCanary

CANARY = "CANARY-0123456789abcdef"
MIB = 1 << 20
CANARIES = f"""
[[text]]
name = "scene"
text = "{CANARY}"

[[place]]
name = "field"
latitude = 35.6762
longitude = 139.6503
"""


@pytest.fixture
def image(tmp_path):
    """Write bytes as an image; gives its path."""

    def write(data, name="card.img"):
        path = tmp_path / name
        path.write_bytes(data)
        return path

    return write


@pytest.fixture
def canaries(tmp_path):
    path = tmp_path / "canaries.toml"
    path.write_text(CANARIES)
    return path


def tool(*command):
    """Run a tool that makes an image; without it the test is skipped."""
    if shutil.which(command[0], path=os.environ["PATH"] + ":/usr/sbin:/sbin") is None:
        pytest.skip(f"{command[0]} is not installed: no image of it to scan")
    environment = {**os.environ, "PATH": os.environ["PATH"] + ":/usr/sbin:/sbin"}
    subprocess.run(command, check=True, capture_output=True, timeout=120, env=environment)


def ext4(folder, size=24):
    """An ext4 image that holds the canary, by mke2fs."""
    (folder / "files").mkdir()
    (folder / "files" / "log.txt").write_text(f"{CANARY} 35.6762 139.6503\n" * 50)
    path = folder / "card.img"
    with path.open("wb") as file:
        file.truncate(size * MIB)
    tool("mke2fs", "-q", "-t", "ext4", "-O", "^has_journal", "-d", str(folder / "files"), str(path))
    return path


def luks(folder, *options):
    """The same, encrypted in place by cryptsetup."""
    path = ext4(folder)
    (folder / "key").write_text("a good passphrase")
    base = ("cryptsetup", "reencrypt", "--encrypt", "--batch-mode", "--reduce-device-size", "32M")
    with path.open("ab") as file:
        file.truncate(56 * MIB)
    tool(*base, *options, "--key-file", str(folder / "key"), str(path))
    return path


STRONG = ("--pbkdf", "argon2id", "--pbkdf-force-iterations", "4", "--pbkdf-memory", "65536")


def test_an_erased_card_is_clean(command, image):
    done = command("scan", image(bytes(MIB)))
    assert (done.code, done.err) == (0, [])
    assert done.out.splitlines()[-1] == "CLEAN"


def test_random_bytes_cannot_be_told(command, image):
    done = command("scan", image(os.urandom(MIB)))
    assert done.code == 2
    assert "doubt: whole image (1048576 bytes at 0x0): looks encrypted without any header" in done.out


def test_a_canary_is_a_finding_and_json_is_one_object(command, image, canaries):
    data = os.urandom(5000) + CANARY.encode("utf-16-le") + os.urandom(5000)
    done = command("scan", image(data), "--canaries", canaries, "--json")
    assert (done.code, done.err) == (1, [])
    report = json.loads(done.out)
    assert report["level"] == "findings"
    assert [hit["offset"] for hit in report["hits"]] == [5000]


def test_a_real_luks2_volume_is_clean_and_its_plain_twin_is_not(command, canaries, tmp_path):
    path = ext4(tmp_path)
    done = command("scan", path, "--canaries", canaries)
    assert done.code == 1 and "found: canary scene, utf-8: found 50 time(s)" in done.out
    assert "file system" in done.out
    shutil.rmtree(tmp_path / "files")
    path = luks(tmp_path, "--type", "luks2", "--key-size", "512", *STRONG)
    done = command("scan", path, "--canaries", canaries)
    assert (done.code, done.out.splitlines()[-1]) == (0, "CLEAN"), done.out


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--type", "luks2", "--cipher", "aes-ecb", "--key-size", "256", *STRONG), "cipher blocks repeat earlier ones"),
        (("--type", "luks2", "--cipher", "aes-cbc-plain64", "--key-size", "256", *STRONG), "aes-cbc-plain64"),
    ],
    ids=["ecb", "cbc"],
)
def test_a_weak_volume_is_a_finding(command, tmp_path, options, said):
    done = command("scan", luks(tmp_path, *options))
    assert done.code == 1 and said in done.out
    assert "found: signature" not in done.out


def test_a_weak_luks1_header_is_a_finding(command, tmp_path):
    path = tmp_path / "card.img"
    path.write_bytes(bytes(16 * MIB))
    (tmp_path / "key").write_text("a good passphrase")
    options = ("--type", "luks1", "--pbkdf-force-iterations", "1000", "--key-file", str(tmp_path / "key"))
    tool("cryptsetup", "luksFormat", "--batch-mode", *options, str(path))
    done = command("scan", path)
    assert done.code == 1 and "1000 iterations" in done.out
    assert "found: signature" not in done.out


def test_a_fat_card_is_readable(command, canaries, tmp_path):
    path = tmp_path / "fat.img"
    tool("mformat", "-C", "-f", "2880", "-i", str(path), "::")
    (tmp_path / "log.txt").write_text(CANARY)
    tool("mcopy", "-i", str(path), str(tmp_path / "log.txt"), "::LOG.TXT")
    done = command("scan", path, "--canaries", canaries)
    assert done.code == 1
    assert "canary scene" in done.out and "FAT" in done.out


def test_a_gzip_file_is_the_card_in_it_and_a_damaged_one_is_not_clean(command, image):
    packed = gzip.compress(bytes(3 * MIB))
    assert command("scan", image(packed, "card.img.gz")).code == 0
    cut = command("scan", image(packed[:-9], "cut.img.gz"))
    assert cut.code == 2 and "cut off" in cut.out
    broken = bytearray(packed)
    broken[len(broken) // 2] ^= 0xFF
    assert command("scan", image(bytes(broken), "broken.gz")).code == 2


def table(*entries):
    rows = b"".join(struct.pack("<B3xB3xII", 0, *entry) for entry in entries)
    return bytes(446) + rows.ljust(64, b"\0") + b"\x55\xaa"


def test_a_partition_beyond_the_end_is_a_cut_image(command, image):
    done = command("scan", image(table((0x83, 8, 4096)) + bytes(MIB)))
    assert done.code == 2 and "cut off" in done.out


def test_logical_drives_in_a_circle_end(command, image):
    first = table((0x05, 8, 100)) + bytes(7 * 512)
    link = table((0x83, 1, 8), (0x05, 0, 100)) + table((0x83, 1, 8), (0x05, 8, 100))
    done = command("scan", image(first + link + table((0x83, 1, 8), (0x05, 8, 8)) + bytes(MIB)))
    assert done.code in (0, 2)
    circle = table((0x83, 1, 8), (0x05, 8, 100)).ljust(8 * 512, b"\0")
    done = command("scan", image(first + circle + circle + bytes(MIB)))
    assert done.code == 2 and "run in a circle" in done.out


def test_a_stated_size_that_is_larger_is_a_doubt(command, image):
    done = command("scan", image(bytes(MIB)), "--size", str(2 * MIB))
    assert done.code == 2 and "1048576 bytes were read, the medium has 2097152" in done.out


@pytest.mark.parametrize("json_wanted", [(), ("--json",)])
def test_an_empty_image_cannot_be_examined(command, image, json_wanted):
    done = command("scan", image(b""), *json_wanted)
    assert done.code == 2
    assert done.err == ["dronecert: card.img: the image is empty; acquire the medium again"]
    assert (json.loads(done.out)["level"] if json_wanted else done.out) in ("not fully examined", "")


@pytest.mark.parametrize("name", ["absent.img", "."])
def test_no_image_is_one_line_and_exit_3(command, name):
    done = command("scan", name)
    assert (done.code, done.out, len(done.err)) == (3, "", 1)


def test_a_pipe_is_refused_and_not_waited_for(command, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    done = command("scan", tmp_path / "pipe")
    assert done.code == 3 and "neither a file nor a block device" in done.err[0]


@pytest.mark.parametrize(
    ("option", "text", "said"),
    [
        ("--canaries", "[[text]]\nname = 'a'\ntext = 'short'", "text 1"),
        ("--canaries", "[[picture]]\nname = 'a'", "picture"),
        ("--keys", "[[key]]\nname = 'a'\nhex = 'xyz'", "key 1"),
        ("--keys", "[[key", "TOML"),
    ],
)
def test_a_wrong_file_is_a_usage_error(command, image, option, text, said):
    wrong = image(text.encode(), "wrong.toml")
    done = command("scan", image(bytes(4096)), option, wrong)
    assert (done.code, done.out, len(done.err)) == (3, "", 1)
    assert said in done.err[0]


def test_a_report_holds_plot_and_carved_finds_but_no_key(command, image, canaries, tmp_path):
    key = bytes(range(100, 132))
    (tmp_path / "keys.toml").write_text(f'[[key]]\nname = "volume key"\nhex = "{key.hex()}"\n')
    data = os.urandom(9000) + CANARY.encode() + key + os.urandom(9000)
    out = tmp_path / "report"
    done = command(*("scan", image(data), "--canaries", canaries, "--keys", tmp_path / "keys.toml", "--report", out))
    assert done.code == 1
    assert (out / "entropy.png").read_bytes().startswith(b"\x89PNG")
    (carved,) = (out / "carved").glob("*.bin")
    at = data.index(CANARY.encode())
    assert carved.name.startswith(f"{at:#014x}-canary-scene")
    assert CANARY.encode() in carved.read_bytes()
    text = next((out / "carved").glob("*.txt")).read_text()
    assert f"{at - module.BEFORE:012x}  {data[at - module.BEFORE]:02x} " in text
    assert not any(
        key[:8] in path.read_bytes() or key[:8].hex() in path.read_text("latin-1") for path in out.rglob("*.*")
    )
    again = command("scan", image(data), "--report", out)
    assert again.code == 3 and "not an empty folder" in again.err[0]


def test_progress_is_for_terminals(capsys, monkeypatch):
    monkeypatch.setattr(module.os, "isatty", lambda handle: True)
    monkeypatch.setattr(module, "BETWEEN", 0.0)
    progress = module._Progress()
    progress._wanted = True
    progress(1 << 20, 4 << 20)
    progress(4 << 20, 4 << 20)
    written = capsys.readouterr().err
    assert "25.0%" in written and "s to go" in written


def test_the_canary_of_these_tests_is_one():
    assert TextCanary("scene", CANARY).patterns()
