import base64
import hashlib
import json
import os
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import bagit
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.errors import FileError
from harness.evidence import bag as layout
from harness.evidence.bag import make_bag
from harness.evidence.signing import DEMO_ROOT, SigningIdentity, demo_identity, sign_detached
from harness.evidence.verify import MAX_PROBLEMS, verify_bag

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")


class Lab:
    """A laboratory of its own: root.pem and an identity under it."""

    def __init__(self, folder, name="Lab of Tests", days=(-2, 2)):
        now = datetime.now(UTC)
        root_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
        root_name, own_name = (
            x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, n)]) for n in (f"{name} root", name)
        )
        wide, dates = (now - timedelta(days=9), now + timedelta(days=9)), [now + timedelta(days=day) for day in days]
        root = x509.CertificateBuilder(root_name, root_name, root_key.public_key(), 11, *wide).add_extension(
            x509.BasicConstraints(ca=True, path_length=None), critical=True
        )
        self.root_certificate = root.sign(root_key, SHA256())
        certificate = x509.CertificateBuilder(root_name, own_name, key.public_key(), 12, *dates).sign(
            root_key, SHA256()
        )
        self.identity = SigningIdentity(certificate=certificate, key=key, chain=(self.root_certificate,))
        self.root = folder / f"{name}.pem"
        self.root.write_bytes(self.root_certificate.public_bytes(Encoding.PEM))


@pytest.fixture(scope="module")
def scene(tmp_path_factory):
    """A lab, a stranger, and a bag of the lab's; tests work on copies."""
    folder = tmp_path_factory.mktemp("scene")
    lab, stranger = Lab(folder), Lab(folder, "Stranger")
    (folder / "run" / "sub dir").mkdir(parents=True)
    (folder / "run" / "results.json").write_text("{}")
    (folder / "run" / "sub dir" / "log.bin").write_bytes(bytes(1000))
    make_bag(folder / "bag", {"run": folder / "run"}, {"Contact-Name": "x"}, lab.identity, "PASSED")
    return folder, lab, stranger


@pytest.fixture
def bag(scene, tmp_path):
    return Path(shutil.copytree(scene[0] / "bag", tmp_path / "bag"))


def plain_lines(bag):
    """The commands that VERIFY.txt prints, without its prose."""
    return [line for line in (bag / "VERIFY.txt").read_text().splitlines() if line and not line.startswith("#")]


def plain(bag, *roots, lines=None):
    """Whether the printed commands, run by sh in the bag, all succeed."""
    script = "\n".join(lines or plain_lines(bag))
    done = subprocess.run(
        ["sh", "-c", script, "sh", *map(str, roots)], cwd=bag, capture_output=True, text=True, check=False
    )
    return done.returncode == 0


def test_untouched_bag_is_intact_by_us_and_by_the_plain_commands(scene, bag):
    _, lab, _ = scene
    found = verify_bag(bag, lab.root)
    assert (found.status, found.exit_code, found.problems) == ("intact", 0, ())
    assert found.signer == "CN=Lab of Tests" and found.signer_checked and not found.demo and found.files == 2
    assert plain(bag, lab.root)
    assert plain(bag, lab.root), "the commands themselves must not change the bag"
    bagit.Bag(str(bag)).validate()


def test_instructions_need_no_software_of_ours(bag):
    tools = {line.split()[0] for line in plain_lines(bag)}
    assert tools == {
        "set",
        "ROOT=${1:?give",
        "LIST=$(mktemp)",
        "trap",
        "openssl",
        "sha256sum",
        "find",
        "cat",
        "echo",
    }
    assert "ANOTHER WAY" in (bag / "VERIFY.txt").read_text()


def change_byte(bag):
    path = bag / "data" / "run" / "sub dir" / "log.bin"
    path.write_bytes(b"\1" + path.read_bytes()[1:])


def add_file(bag):
    (bag / "data" / "run" / "more.txt").touch()


def add_beside(bag):
    (bag / "README.txt").touch()


def remove_file(bag):
    (bag / "data" / "run" / "results.json").unlink()


def rename_file(bag):
    (bag / "data" / "run" / "results.json").rename(bag / "data" / "run" / "result.json")


def replace_by_link(bag):
    path = bag / "data" / "run" / "results.json"
    shutil.move(path, bag.parent / "outside")
    path.symlink_to(bag.parent / "outside")


def add_link(bag):
    (bag / "data" / "more").symlink_to("run")


def lines_of(bag, paths):
    return "".join(
        f"{hashlib.sha256(p.read_bytes()).hexdigest()}  {p.relative_to(bag).as_posix()}\n" for p in sorted(paths)
    )


def repair_tags(bag):
    """Make the unsigned list of the bag's own files fit again."""
    tags = [p for p in bag.iterdir() if p.is_file() and p.name != layout.TAG_MANIFEST]
    (bag / layout.TAG_MANIFEST).write_text(lines_of(bag, tags))


def repair(bag):
    """Make every list fit the files again, as a forger without the key would."""
    payload = [p for p in (bag / "data").rglob("*") if p.is_file()]
    (bag / layout.MANIFEST).write_text(lines_of(bag, payload))
    size = f"{layout.OXUM}: {sum(p.stat().st_size for p in payload)}.{len(payload)}"
    info = [size if line.startswith(layout.OXUM) else line for line in (bag / layout.INFO).read_text().splitlines()]
    (bag / layout.INFO).write_text("\n".join(info) + "\n")
    repair_tags(bag)


def forge_change(bag):
    change_byte(bag)
    repair(bag)


def forge_removal(bag):
    remove_file(bag)
    repair(bag)


def forge_addition(bag):
    add_file(bag)
    repair(bag)


def edit_manifest(bag):
    path = bag / layout.MANIFEST
    path.write_bytes(path.read_bytes().replace(b"  data/run/results", b"  data/run/Results"))


def reorder_manifest(bag):
    path = bag / layout.MANIFEST
    path.write_bytes(b"".join(reversed(path.read_bytes().splitlines(keepends=True))))
    repair_tags(bag)


def truncate_signature(bag):
    path = bag / layout.SIGNATURE
    path.write_bytes(path.read_bytes()[:-20])
    repair_tags(bag)


def junk_signature(bag):
    (bag / layout.SIGNATURE).write_bytes(os.urandom(500))
    repair_tags(bag)


def edit_info(bag):
    path = bag / layout.INFO
    path.write_text(path.read_text().replace("Contact-Name: x", "Contact-Name: y"))


def remove_attestation(bag):
    (bag / layout.ATTESTATION).unlink()


ALTERATIONS = {
    change_byte: "log.bin is altered",
    add_file: "more.txt' is added",
    add_beside: "README.txt' is added",
    remove_file: "results.json is missing",
    rename_file: "result.json' is added",
    add_link: "data/more' is a link",
    replace_by_link: "results.json' is a link",
    forge_change: "manifest.p7s: signature is not over these bytes",
    forge_removal: "manifest.p7s: signature is not over these bytes",
    forge_addition: "manifest.p7s: signature is not over these bytes",
    edit_manifest: "manifest.p7s: signature is not over these bytes",
    reorder_manifest: "manifest.p7s: signature is not over these bytes",
    truncate_signature: "manifest.p7s: signature is no CMS",
    junk_signature: "manifest.p7s: signature is no CMS",
    edit_info: "bag-info.txt is altered",
    remove_attestation: "attestation.dsse.json is missing",
}


@pytest.mark.parametrize("alter", ALTERATIONS, ids=lambda alter: alter.__name__)
def test_altered_bag_is_refused_by_us_and_by_the_plain_commands(scene, bag, alter):
    alter(bag)
    for ca in (scene[1].root, None):
        found = verify_bag(bag, ca)
        assert (found.status, found.exit_code, found.signer_checked) == ("altered", 1, False)
        assert any(ALTERATIONS[alter] in problem for problem in found.problems), found.problems
    assert not plain(bag, scene[1].root)


@pytest.mark.parametrize("alter", [change_byte, add_file, remove_file, add_link, forge_change])
def test_the_script_ends_with_a_plain_no(scene, bag, alter):
    def run():
        command = ["sh", "VERIFY.txt", str(scene[1].root)]
        return subprocess.run(command, cwd=bag, capture_output=True, text=True, check=False)

    good = run()
    assert (good.returncode, good.stdout.splitlines()[-1][:6]) == (0, "intact")
    alter(bag)
    bad = run()
    assert bad.returncode != 0
    assert bad.stdout.splitlines()[-1].startswith("NOT VERIFIED: do not rely on this folder")


@pytest.mark.parametrize(
    ("alter", "command"),
    [
        (forge_change, "openssl"),
        (change_byte, "sha256sum --check --strict --quiet manifest"),
        (edit_info, "sha256sum --check --strict --quiet tagmanifest"),
        (add_link, "find . !"),
        (add_file, "cat"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_each_plain_command_has_its_own_use(scene, bag, alter, command):
    alter(bag)
    lines = plain_lines(bag)
    (own,) = [line for line in lines if line.startswith(command)]
    assert plain(bag, scene[1].root, lines=[line for line in lines if line != own])
    assert not plain(bag, scene[1].root)


def test_wrong_root_is_refused_by_us_and_by_the_plain_commands(scene, bag):
    _, _, stranger = scene
    found = verify_bag(bag, stranger.root)
    assert (found.status, found.exit_code, found.signer_checked) == ("untrusted", 1, False)
    assert "no valid path" in found.problems[0]
    assert not plain(bag, stranger.root)


def test_bag_signed_again_by_another_key_is_refused_against_the_true_root(scene, bag):
    folder, lab, stranger = scene
    change_byte(bag)
    repair(bag)
    shutil.rmtree(bag.parent / "forged", ignore_errors=True)
    make_bag(bag.parent / "forged", {"run": folder / "run"}, {"Contact-Name": "x"}, stranger.identity, "PASSED")
    found = verify_bag(bag.parent / "forged", lab.root)
    assert (found.status, found.exit_code, found.signer) == ("untrusted", 1, "CN=Stranger")
    assert not plain(bag.parent / "forged", lab.root)


def test_signature_replaced_by_another_key_is_refused(scene, bag):
    _, lab, stranger = scene
    (bag / layout.SIGNATURE).write_bytes(sign_detached((bag / layout.MANIFEST).read_bytes(), stranger.identity))
    repair_tags(bag)
    found = verify_bag(bag, lab.root)
    assert found.exit_code == 1 and any("not an in-toto statement signed by" in p for p in found.problems)
    assert not plain(bag, lab.root)


@pytest.mark.parametrize("days", [(-5, -1), (1, 5)], ids=["expired", "not yet valid"])
def test_certificate_outside_its_dates_is_refused(scene, tmp_path, days):
    lab = Lab(tmp_path, days=days)
    make_bag(tmp_path / "bag", {"run": scene[0] / "run"}, {}, lab.identity, "PASSED")
    found = verify_bag(tmp_path / "bag", lab.root)
    assert found.exit_code == 1 and "certificate is valid from" in found.problems[0]
    assert not plain(tmp_path / "bag", lab.root)


@pytest.mark.parametrize("name", [layout.INFO, layout.INSTRUCTIONS, layout.CHAIN, layout.BAGIT])
def test_own_files_are_signed_too_though_the_list_of_them_is_not(scene, bag, name):
    path = bag / name
    path.write_bytes(path.read_bytes() + b"Foo: bar\n")
    repair_tags(bag)
    found = verify_bag(bag, scene[1].root)
    assert found.exit_code == 1 and f"{name!a} is not what attestation.dsse.json signs" in found.problems


def test_attested_result_cannot_be_changed(scene, bag):
    path = bag / layout.ATTESTATION
    envelope = json.loads(path.read_bytes())
    statement = base64.b64decode(envelope["payload"]).replace(b"PASSED", b"FAILED")
    path.write_text(json.dumps(envelope | {"payload": base64.b64encode(statement).decode()}))
    repair_tags(bag)
    assert verify_bag(bag, scene[1].root).exit_code == 1


def test_without_root_the_bag_is_intact_and_the_signer_not_checked(bag, tmp_path):
    for demo_root in (None, tmp_path / "absent"):
        found = verify_bag(bag, None, demo_root)
        assert (found.status, found.exit_code, found.signer_checked) == ("intact", 2, False)


def test_demo_bag_verifies_with_the_users_demo_root_and_says_demo(scene, tmp_path):
    identity = demo_identity(tmp_path / "demo")
    make_bag(tmp_path / "bag", {"run": scene[0] / "run"}, {}, identity, "PASSED")
    found = verify_bag(tmp_path / "bag", None, tmp_path / "demo" / DEMO_ROOT)
    assert (found.exit_code, found.demo, found.signer_checked) == (0, True, True)
    assert plain(tmp_path / "bag", tmp_path / "demo" / DEMO_ROOT)
    assert "DEMO - NOT FOR CERTIFICATION" in (tmp_path / "bag" / "VERIFY.txt").read_text()
    demo_identity(tmp_path / "other")
    found = verify_bag(tmp_path / "bag", None, tmp_path / "other" / DEMO_ROOT)
    assert (found.status, found.exit_code, found.demo) == ("intact", 2, True)


def test_a_signed_folder_of_another_kind_of_bag_is_none_of_ours(scene, tmp_path, monkeypatch):
    monkeypatch.setattr(layout, "DECLARATION", b"BagIt-Version: 0.97\nTag-File-Character-Encoding: UTF-8\n")
    make_bag(tmp_path / "bag", {"run": scene[0] / "run"}, {}, demo_identity(tmp_path / "demo"), "PASSED")
    monkeypatch.undo()
    found = verify_bag(tmp_path / "bag", tmp_path / "demo" / DEMO_ROOT)
    assert (found.exit_code, found.problems) == (1, ("bagit.txt is not that of a BagIt 1.0 bag",))


def test_a_given_root_is_the_only_one_that_counts(scene, bag, tmp_path):
    identity = demo_identity(tmp_path / "demo")
    make_bag(tmp_path / "demo-bag", {"run": scene[0] / "run"}, {}, identity, "PASSED")
    assert verify_bag(tmp_path / "demo-bag", scene[1].root, tmp_path / "demo" / DEMO_ROOT).exit_code == 1


def test_what_is_no_folder_or_no_certificate_is_a_usage_error(scene, bag, tmp_path):
    for path in (tmp_path / "absent", bag / layout.MANIFEST):
        with pytest.raises(FileError, match="is not a folder"):
            verify_bag(path)
    for ca in (tmp_path / "absent", bag / layout.MANIFEST, tmp_path):
        with pytest.raises(FileError):
            verify_bag(bag, ca)


def test_an_empty_folder_is_altered(tmp_path):
    found = verify_bag(tmp_path)
    assert found.exit_code == 1 and "manifest.p7s is missing" in found.problems and found.signer == ""


HOSTILE = {
    "path traversal": b"0" * 64 + b"  data/../../../etc/passwd\n",
    "absolute path": b"0" * 64 + b"  /etc/passwd\n",
    "tag file as payload": b"0" * 64 + b"  bag-info.txt\n",
    "huge line": b"0" * 64 + b"  data/" + b"x" * 10_000_000 + b"\n",
    "binary junk": bytes(range(256)) * 100,
    "no end": b"0" * 64 + b"  data/x",
    "many lines": b"".join(b"%064d  data/%d\n" % (i, i) for i in range(20_000)),
}


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("name", [layout.MANIFEST, layout.TAG_MANIFEST])
def test_hostile_manifests_are_refused_in_short_words(scene, bag, name, content):
    (bag / name).write_bytes(content)
    found = verify_bag(bag, scene[1].root)
    assert found.exit_code == 1
    assert len(found.problems) <= MAX_PROBLEMS + 1 and all(len(problem) < 400 for problem in found.problems)


def test_a_hostile_manifest_with_a_good_signature_is_refused_too(scene, bag):
    _, lab, _ = scene
    (bag / layout.MANIFEST).write_bytes(HOSTILE["path traversal"])
    (bag / layout.SIGNATURE).write_bytes(sign_detached(HOSTILE["path traversal"], lab.identity))
    assert any("line 1 is not" in problem for problem in verify_bag(bag, lab.root).problems)


def test_links_and_devices_are_refused(scene, bag):
    (bag / "data" / "run" / "loop").symlink_to(bag)
    os.mkfifo(bag / "data" / "pipe")
    (bag / layout.INFO).unlink()
    (bag / layout.INFO).symlink_to("/etc/passwd")
    found = verify_bag(bag, scene[1].root)
    assert found.exit_code == 1
    for name in ("data/run/loop", "data/pipe", layout.INFO):
        assert f"{name!a} is a link, a device or unreadable" in found.problems


def test_a_planted_giant_is_refused_unread(scene, bag, monkeypatch):
    with (bag / "data" / "giant").open("wb") as file:
        file.truncate(1 << 42)
    read = []
    monkeypatch.setattr("harness.evidence.verify.file_sha256", lambda path: read.append(path) or "")
    found = verify_bag(bag, scene[1].root)
    assert found.exit_code == 1 and any("Payload-Oxum says 1002.2" in problem for problem in found.problems)
    assert read == []


def test_a_giant_among_the_bags_own_files_is_refused_unread(scene, bag):
    with (bag / layout.SIGNATURE).open("wb") as file:
        file.truncate(1 << 42)
    assert any("manifest.p7s has more than" in problem for problem in verify_bag(bag, scene[1].root).problems)


@pytest.fixture(scope="module")
def fuzzed(scene, tmp_path_factory):
    return Path(shutil.copytree(scene[0] / "bag", tmp_path_factory.mktemp("fuzz") / "bag")), scene[1].root


@settings(max_examples=120, deadline=None)
@given(
    name=st.sampled_from([*layout.ATTESTED, layout.ATTESTATION, layout.TAG_MANIFEST]),
    cut=st.integers(0, 300),
    inserted=st.binary(max_size=20),
)
def test_damaged_own_files_are_refused_never_crash(fuzzed, name, cut, inserted):
    bag, root = fuzzed
    good = (bag / name).read_bytes()
    damaged = good[:cut] + inserted + good[cut + len(inserted) + 1 :]
    try:
        (bag / name).write_bytes(damaged)
        assert verify_bag(bag, root).exit_code == (0 if damaged == good else 1)
    finally:
        (bag / name).write_bytes(good)
