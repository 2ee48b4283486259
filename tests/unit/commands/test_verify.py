"""``verify``: the four answers to "is this bag what its signer signed?"."""

import shutil
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from harness.commands.output import user_folder
from harness.evidence.bag import make_bag
from harness.evidence.signing import DEMO_ROOT, demo_identity
from harness.evidence.verify import verify_bag


@pytest.fixture
def bag(tmp_path, home):
    """A bag that this user's demo key signed."""
    (tmp_path / "results.json").write_text("{}")
    identity = demo_identity(user_folder() / "demo")
    make_bag(tmp_path / "bag", {"results.json": tmp_path / "results.json"}, {}, identity, "PASSED")
    return tmp_path / "bag"


def test_intact_and_signed_by_this_user(command, bag):
    done = command("verify", bag)
    assert (done.code, done.err) == (0, [])
    assert "intact: 1 files, signed by " in done.out
    assert "signer checked" in done.out
    assert "no timestamp: time is self-asserted" in done.out
    assert "DEMO: " in done.out


def test_intact_and_signed_under_a_given_root(command, bag, home, monkeypatch, tmp_path):
    root = shutil.copy(user_folder() / "demo" / DEMO_ROOT, tmp_path / "root.pem")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert command("verify", bag, "--ca", root).code == 0


def test_intact_but_nobody_knows_the_signer(command, bag, monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    done = command("verify", bag)
    assert done.code == 2
    assert "signer NOT checked: give the root certificate with --ca" in done.out


def test_signed_under_another_root(command, bag, tmp_path):
    demo_identity(tmp_path / "other")
    done = command("verify", bag, "--ca", tmp_path / "other" / DEMO_ROOT)
    assert done.code == 1
    assert "UNTRUSTED: this bag is not to be relied on" in done.out


@pytest.mark.parametrize(
    ("is_checked", "said"), [(True, "; authority checked\n"), (False, "; authority NOT checked: give its root")]
)
def test_a_time_is_worth_as_much_as_its_authority(command, bag, monkeypatch, is_checked, said):
    found = replace(verify_bag(bag), timestamp=datetime(2020, 1, 1, tzinfo=UTC), timestamp_checked=is_checked)
    monkeypatch.setattr("harness.commands.verify.verify_bag", lambda *_: found)
    assert f"timestamp 2020-01-01T00:00:00Z{said}" in command("verify", bag).out


@pytest.mark.parametrize("harm", ["changed", "added", "removed", "manifest"])
def test_altered(command, bag, harm):
    payload = bag / "data" / "results.json"
    if harm == "changed":
        payload.write_text("{ ")
    elif harm == "added":
        (bag / "data" / "more.json").write_text("{}")
    elif harm == "removed":
        payload.unlink()
    else:
        manifest = bag / "manifest-sha256.txt"
        manifest.write_text(manifest.read_text().replace("results", "resulTs"))
    done = command("verify", bag)
    assert done.code == 1
    assert "ALTERED: this bag is not to be relied on" in done.out
    # what is wrong comes first
    assert not done.out.startswith("ALTERED")


@pytest.mark.parametrize("wrong", ["absent", "results.json", ""])
def test_what_is_no_bag_is_one_line(command, bag, wrong):
    place = bag.parent / wrong if wrong else "no\nsuch"
    done = command("verify", place)
    assert done.code == 3
    assert done.out == ""
    assert done.err[0].startswith("dronecert: ")


def test_a_folder_that_is_no_bag_is_altered(command, tmp_path):
    assert command("verify", tmp_path).code == 1


@pytest.mark.parametrize("wrong", ["absent.pem", "empty.pem", "folder"])
def test_a_root_that_is_no_certificate_is_one_line(command, bag, tmp_path, wrong):
    (tmp_path / "empty.pem").write_text("")
    (tmp_path / "folder").mkdir()
    done = command("verify", bag, "--ca", tmp_path / wrong)
    assert (done.code, done.out, len(done.err)) == (3, "", 1)


def test_the_folder_of_the_run_is_not_called_altered(command, bag, tmp_path):
    done = command("verify", tmp_path)
    assert (done.code, done.err) == (3, [f"dronecert: {tmp_path}: is the folder of a run, its bag is {bag}"])
