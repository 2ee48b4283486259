import os
from dataclasses import replace
from datetime import UTC, datetime

import bagit
import pytest

from harness.errors import EvidenceError
from harness.evidence import bag as layout
from harness.evidence.bag import make_bag
from harness.evidence.signing import demo_identity

INFO = {"External-Identifier": "20261122T170201Z-7", "Contact-Name": "試験所"}


@pytest.fixture(scope="module")
def identity(tmp_path_factory):
    return demo_identity(tmp_path_factory.mktemp("identity") / "demo")


@pytest.fixture
def run(tmp_path):
    folder = tmp_path / "run"
    (folder / "attachments" / "deep").mkdir(parents=True)
    (folder / "report.html").write_text("<html>")
    (folder / "rig.toml").write_text("[rig]")
    (folder / "attachments" / "deep" / "a b.bin").write_bytes(bytes(3_000_000))
    return folder


def payload(run):
    return {
        "report.html": run / "report.html",
        "settings/rig.toml": run / "rig.toml",
        "attachments": run / "attachments",
    }


def test_bag_is_valid_for_the_bagit_library(tmp_path, run, identity):
    summary = make_bag(tmp_path / "bag", payload(run), INFO, identity, "PASSED")
    bag = bagit.Bag(str(summary.path))
    bag.validate()
    assert sorted(bag.payload_files()) == [
        "data/attachments/deep/a b.bin",
        "data/report.html",
        "data/settings/rig.toml",
    ]
    assert bag.info["Contact-Name"] == "試験所" and bag.info["Bagging-Date"] == f"{datetime.now(UTC):%Y-%m-%d}"
    assert (summary.files, summary.size) == (3, 3_000_011)
    assert summary.demo and summary.timestamp is None and "DEMO" in summary.signer
    assert summary.path == tmp_path / "bag" and len(summary.manifest_sha256) == 64


def test_library_would_notice_a_change(tmp_path, run, identity):
    bag = make_bag(tmp_path / "bag", payload(run), INFO, identity, "PASSED").path
    (bag / "data" / "report.html").write_text("<HTML>")
    with pytest.raises(bagit.BagValidationError):
        bagit.Bag(str(bag)).validate()


def test_files_are_copies_that_a_later_change_of_the_source_does_not_touch(tmp_path, run, identity):
    bag = make_bag(tmp_path / "bag", payload(run), INFO, identity, "PASSED").path
    (run / "report.html").write_text("later")
    assert (bag / "data" / "report.html").read_text() == "<html>"


def test_same_payload_gives_the_same_manifest(tmp_path, run, identity):
    first = make_bag(tmp_path / "one", payload(run), INFO, identity, "PASSED")
    second = make_bag(tmp_path / "two", dict(reversed(payload(run).items())), {}, identity, "FAILED")
    assert first.manifest_sha256 == second.manifest_sha256
    lines = (first.path / layout.MANIFEST).read_text().splitlines()
    assert lines == sorted(lines, key=lambda line: line[66:])


def test_bag_holds_what_it_should_and_nothing_secret(tmp_path, run, identity):
    bag = make_bag(tmp_path / "bag", payload(run), INFO, identity, "PASSED").path
    names = {path.name for path in bag.iterdir()}
    assert names == {*layout.ATTESTED, layout.ATTESTATION, layout.TAG_MANIFEST, layout.PAYLOAD}
    assert not any(b"PRIVATE" in path.read_bytes() for path in bag.iterdir() if path.is_file())
    assert bag.stat().st_mode & 0o777 == 0o755


def test_an_existing_bag_is_never_overwritten(tmp_path, run, identity):
    (tmp_path / "bag").mkdir()
    with pytest.raises(EvidenceError, match="exists"):
        make_bag(tmp_path / "bag", payload(run), INFO, identity, "PASSED")
    (tmp_path / "link").symlink_to("nowhere")
    with pytest.raises(EvidenceError, match="exists"):
        make_bag(tmp_path / "link", payload(run), INFO, identity, "PASSED")


@pytest.mark.parametrize("name", ["../x", "/x", "a/../../x", "a\nb", "a\\b", "ü", "", "a//b", "-; rm *"])
def test_payload_names_that_escape_or_are_odd_are_refused_and_leave_nothing(tmp_path, run, identity, name):
    with pytest.raises(EvidenceError, match="characters"):
        make_bag(tmp_path / "bag", {name: run / "report.html"}, INFO, identity, "PASSED")
    assert [path.name for path in tmp_path.iterdir()] == ["run"]
    assert not (tmp_path.parent / "x").exists()


def test_an_odd_file_name_inside_a_folder_is_refused(tmp_path, run, identity):
    (run / "attachments" / "new\nline").touch()
    with pytest.raises(EvidenceError, match=r"'data/attachments/new\\nline' has characters"):
        make_bag(tmp_path / "bag", payload(run), INFO, identity, "PASSED")


def test_links_devices_and_missing_sources_are_refused(tmp_path, run, identity):
    (run / "link").symlink_to("/etc/passwd")
    os.mkfifo(run / "pipe")
    for source in (run / "link", run / "pipe", run / "absent"):
        with pytest.raises(EvidenceError, match="missing or neither"):
            make_bag(tmp_path / "bag", {"x": source}, INFO, identity, "PASSED")
    with pytest.raises(EvidenceError, match="link"):
        make_bag(tmp_path / "bag", {"x": run}, INFO, identity, "PASSED")
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


def test_clashing_payload_paths_and_an_empty_payload_are_refused(tmp_path, run, identity):
    for clash in (
        {"a": run / "rig.toml", "a/b": run / "rig.toml"},
        {"a/rig.toml": run / "rig.toml", "a": run / "rig.toml"},
    ):
        with pytest.raises(EvidenceError, match="cannot make the bag"):
            make_bag(tmp_path / "bag", clash, INFO, identity, "PASSED")
    with pytest.raises(EvidenceError, match="needs a payload"):
        make_bag(tmp_path / "bag", {}, INFO, identity, "PASSED")
    (tmp_path / "empty").mkdir()
    with pytest.raises(EvidenceError, match="needs a payload"):
        make_bag(tmp_path / "bag", {"empty": tmp_path / "empty"}, INFO, identity, "PASSED")


@pytest.mark.parametrize("other", ["attachments/deep/a b.bin", "attachments/Deep/a b.bin", "REPORT.HTML"])
def test_one_path_twice_or_in_another_case_is_refused(tmp_path, run, identity, other):
    with pytest.raises(EvidenceError, match="comes twice, or differs from another in case only"):
        make_bag(tmp_path / "bag", {**payload(run), other: run / "rig.toml"}, INFO, identity, "PASSED")
    assert not (tmp_path / "bag").exists()


def test_a_bag_inside_its_own_payload_is_refused(run, identity):
    with pytest.raises(EvidenceError, match="inside its own payload"):
        make_bag(run / "bag", {"run": run}, INFO, identity, "PASSED")


@pytest.mark.parametrize(
    "info", [{"Payload-Oxum": "1.1"}, {"a b": "x"}, {"A": "x\ny"}, {"A\n": "x"}, {"A": "x" * 3000}, {"": "x"}]
)
def test_odd_info_is_refused(tmp_path, run, identity, info):
    with pytest.raises(EvidenceError, match="bag-info"):
        make_bag(tmp_path / "bag", payload(run), info, identity, "PASSED")
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


def test_a_full_disk_or_closed_folder_leaves_no_half_bag(tmp_path, run, identity, monkeypatch):
    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("harness.evidence.bag.read_chunks", fail)
    with pytest.raises(EvidenceError, match="No space left"):
        make_bag(tmp_path / "bag", payload(run), INFO, identity, "PASSED")
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


def test_an_authority_without_answer_leaves_no_half_bag(tmp_path, run, identity):
    with pytest.raises(EvidenceError, match="gave no timestamp"):
        make_bag(tmp_path / "bag", payload(run), INFO, replace(identity, tsa="http://127.0.0.1:9/"), "PASSED")
    assert [path.name for path in tmp_path.iterdir()] == ["run"]
