import hashlib
import os
import shutil
import tarfile
import threading
import time
from pathlib import Path

import pytest
from fake_launcher import write_launcher

from harness.errors import UsageError
from harness.targets.programs.ardupilot import ArdupilotTarget
from harness.targets.programs.launcher import obtain

RELEASE = "copter-4.7.0"
REAL = os.environ.get("DRONECERT_DRONEKIT_SITL", "") or shutil.which("dronekit-sitl") or ""
needs_the_real_one = pytest.mark.skipif(
    not REAL, reason="dronekit-sitl is not on the search path: set DRONECERT_DRONEKIT_SITL to its path"
)


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A home of its own, so that the store of this machine's user is not touched."""
    place = tmp_path / "home"
    place.mkdir()
    monkeypatch.setenv("HOME", str(place))
    return place


@pytest.fixture
def launcher(home, tmp_path, scripted):
    def make(habit="brings"):
        return write_launcher(tmp_path / "launch", habit, scripted(), tmp_path / "child")

    return make


def test_what_it_brings_is_hashed_and_the_record_says_how_it_came(launcher, scripted, home):
    got = obtain(str(launcher()), RELEASE, "--serial5")
    assert got.name == str(home / ".dronekit" / "sitl" / RELEASE / "apm")
    record = got.describe()
    assert record["firmware_sha256"] == hashlib.sha256(scripted().read_bytes()).hexdigest()
    assert (record["firmware_obtained"], record["release"]) == ("released file", RELEASE)
    assert (record["launcher"], record["release_obtained"]) == ("launch 3.3.0", "downloaded now")
    assert obtain(str(launcher()), RELEASE, "").describe()["release_obtained"] == "was there before"


def test_it_is_asked_for_that_release_and_for_no_flight(launcher, tmp_path):
    obtain(str(launcher()), RELEASE, "")
    assert (tmp_path / "launch.asked").read_text().splitlines() == [f"{RELEASE} --help"]


def test_one_that_tells_no_version_is_recorded_without(launcher):
    assert obtain(str(launcher("versionless")), RELEASE, "").describe()["launcher"] == "launch"


def test_a_launcher_that_is_not_there_is_named_with_the_remedy():
    with pytest.raises(
        UsageError, match=r"no program 'no-such-launcher' .*: install it \(pipx install dronekit-sitl\)"
    ):
        obtain("no-such-launcher", RELEASE, "")


@pytest.mark.parametrize(
    ("habit", "said"),
    [
        (
            "fails",
            r"launch copter-4\.7\.0 --help ended with exit code 1; .*File Not Found.*: see that its host is reached",
        ),
        ("idle", r"brought no .*/copter-4\.7\.0/apm; it said last: Ready to boot\.: .*--list"),
        (
            "page",
            r"apm is no program of this system, it begins with b'<html>Access': .*brought it as copter-4\.7\.0: remove",
        ),
    ],
)
def test_one_that_brings_no_program_is_told_in_one_line(launcher, habit, said):
    with pytest.raises(UsageError, match=said) as caught:
        obtain(str(launcher(habit)), RELEASE, "--serial5")
    assert "\n" not in str(caught.value)


def test_one_that_hangs_is_ended_with_all_that_it_started(launcher, tmp_path, monkeypatch):
    monkeypatch.setattr("harness.targets.programs.launcher.DOWNLOAD_WITHIN", 0.5)
    with pytest.raises(UsageError, match=r"did not end within 0\.5 s .*said last: Downloading SITL"):
        obtain(str(launcher("hangs")), RELEASE, "")
    child, deadline = int((tmp_path / "child").read_text()), time.monotonic() + 5.0
    while _runs(child) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not _runs(child)


def _runs(process):
    state = Path(f"/proc/{process}/stat")
    return state.exists() and state.read_text().rsplit(")", 1)[1].split()[0] != "Z"


def test_two_at_a_time_take_turns(launcher, home):
    """One store for whatever is downloaded: who comes second finds it there."""
    name, told = str(launcher()), []
    both = [threading.Thread(target=lambda: told.append(obtain(name, RELEASE, "").record)) for _ in range(2)]
    for each in both:
        each.start()
    for each in both:
        each.join(30.0)
    assert sorted(record["release_obtained"] for record in told) == ["downloaded now", "was there before"]


def test_a_compiled_program_without_such_ports_is_refused(launcher, home):
    place = home / ".dronekit" / "sitl" / RELEASE
    place.mkdir(parents=True)
    shutil.copy("/bin/true", place / "apm")
    with pytest.raises(UsageError, match="apm has no option --serial5, with which its ports are connected here"):
        obtain(str(launcher("idle")), RELEASE, "--serial5")


# -- the real one


@pytest.fixture
def unreachable(monkeypatch):
    """No network for the launcher, whatever this machine has."""
    for name in ("http_proxy", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.delenv("no_proxy", raising=False)


@needs_the_real_one
def test_the_real_launcher_hands_over_what_is_in_its_store(home, unreachable, scripted, commissioned):
    place = home / ".dronekit" / "sitl" / RELEASE
    place.mkdir(parents=True)
    shutil.copy(scripted(), place / "apm")
    target = ArdupilotTarget(launcher=REAL, release=RELEASE, parameters=[str(commissioned)])
    identity = target.identity()
    target.close()
    assert identity["launcher"] == "dronekit-sitl 3.3.0"
    assert identity["firmware_sha256"] == hashlib.sha256(scripted().read_bytes()).hexdigest()


@needs_the_real_one
def test_the_real_launcher_without_a_network_is_told_in_one_line(home, unreachable):
    with pytest.raises(UsageError, match=r"ended with exit code 1; .*see that its host is reached") as caught:
        obtain(REAL, RELEASE, "")
    assert "\n" not in str(caught.value)


@needs_the_real_one
def test_what_it_unpacks_of_an_earlier_download_is_found_out(home, unreachable, scripted, commissioned):
    """Without a network it takes the archive that it downloaded last for that of any release."""
    store = home / ".dronekit" / "sitl"
    store.mkdir(parents=True)
    with tarfile.open(store / "sitl.tar.gz", "w:gz") as archive:
        archive.add(scripted(), "apm")
    with pytest.raises(UsageError, match=r"the release is copter-4\.6\.0 and the program says that it is 4\.7\.0"):
        ArdupilotTarget(launcher=REAL, release="copter-4.6.0", parameters=[str(commissioned)])
