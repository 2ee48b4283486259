import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from harness.errors import UsageError, VehicleError
from harness.targets.programs.program import Program, Running

REMEDY = "name one with --binary"


@pytest.fixture
def script(tmp_path):
    def make(text, mode=0o755):
        path = tmp_path / "prog"
        path.write_text(text)
        path.chmod(mode)
        return Program(str(path), REMEDY) if mode & 0o100 else path

    return make


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("", "no autopilot is named"),
        ("no-such-program-here", "no program 'no-such-program-here' on the search path"),
        ("./not/there", "there is no such file"),
        ("/", "there is no such file"),
    ],
)
def test_a_program_that_is_not_there_is_named_with_the_remedy(name, message):
    with pytest.raises(UsageError, match=f"{message}.*{REMEDY}"):
        Program(name, REMEDY)


def test_a_file_that_is_no_program_is_refused(tmp_path):
    path = tmp_path / "firmware.bin"
    path.write_bytes(b"\x00\x01\x02")
    path.chmod(0o755)
    with pytest.raises(UsageError, match=r"firmware\.bin is no program of this system"):
        Program(str(path), REMEDY)


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads and runs whatever it likes")
def test_a_file_that_may_not_be_read_is_refused(tmp_path):
    path = tmp_path / "secret"
    path.write_bytes(b"\x7fELF")
    path.chmod(0)
    with pytest.raises(UsageError, match="cannot be read"):
        Program(str(path), REMEDY)


def test_a_program_without_the_right_to_run_gets_the_remedy(script):
    with pytest.raises(UsageError, match=r"may not be run: chmod \+x it"):
        Program(str(script("#!/bin/sh\n", 0o644)), REMEDY)


def test_a_name_without_slash_is_looked_for_as_a_shell_does(script, monkeypatch):
    path = script("#!/bin/sh\n").path
    monkeypatch.setenv("PATH", str(path.parent))
    assert Program("prog", REMEDY).path == path


def test_a_broken_interpreter_is_the_users_to_mend(script):
    with pytest.raises(UsageError, match="cannot be run"):
        Running(script("#!/no/such/interpreter\n"), [])


def test_it_runs_in_a_folder_of_its_own_and_leaves_nothing(script):
    running = Running(script("#!/bin/sh\necho here > made\nexec sleep 60\n"), [])
    folder = running.folder
    assert folder.is_dir()
    running.assert_running("it was looked at")
    running.stop()
    assert not folder.exists()
    running.stop()


@pytest.mark.parametrize("how", ["stop", "kill"])
def test_who_wants_its_folder_gets_it_when_it_has_ended(script, how):
    running, left = Running(script("#!/bin/sh\necho mine > log\nexec sleep 60\n"), [], {"given": b""}), []
    running.leave_to(lambda folder, given: left.append((sorted(each.name for each in folder.iterdir()), given)))
    deadline = time.monotonic() + 10.0
    while not (running.folder / "log").exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    getattr(running, how)()
    running.stop()
    assert left == [(["given", "log", "output.txt"], {"given", "output.txt"})]
    assert not running.folder.exists()


def test_what_it_started_ends_with_it(script, tmp_path):
    """The child of a shell that ignores the polite signal."""
    text = f"#!/bin/sh\ntrap '' TERM\nsleep 60 &\necho $! > {tmp_path}/child\nwait\n"
    running = Running(script(text), [])
    child = tmp_path / "child"
    while not (child.exists() and child.read_text().strip()):
        running.assert_running("it was waited for")
    running.kill()
    assert _ends(int(child.read_text()))


def _ends(process):
    """A killed process is gone when the system has come to it."""
    return any(not _runs(process) or os.sched_yield() for _ in range(100_000))


def _runs(process):
    state = Path(f"/proc/{process}/stat")
    return state.exists() and state.read_text().rsplit(")", 1)[1].split()[0] != "Z"


def test_one_that_ends_is_told_with_its_last_words(script):
    running = Running(script("#!/bin/sh\necho it was too windy\nexit 3\n"), [])
    running._process.wait()
    with pytest.raises(VehicleError, match=r"prog ended with exit code 3 while a frame was awaited.*it was too windy"):
        running.assert_running("a frame was awaited")
    running.stop()


def test_a_signal_is_told_as_one(script):
    running = Running(script("#!/bin/sh\nkill -SEGV $$\n"), [])
    running._process.wait()
    with pytest.raises(VehicleError, match=r"by signal 11.*nothing"):
        running.assert_running("a frame was awaited")
    running.stop()


def test_it_does_not_outlive_a_harness_that_is_killed(script, tmp_path):
    path = script("#!/bin/sh\nexec sleep 60\n").path
    code = (
        "import os, signal, sys\n"
        "from harness.targets.programs.program import Program, Running\n"
        f"running = Running(Program({str(path)!r}, ''), [])\n"
        "print(running._process.pid, flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    root = Path(__file__).parents[4]
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, timeout=60)
    assert _ends(int(done.stdout))


def test_it_gets_variables_beside_those_of_this_process(script, monkeypatch):
    monkeypatch.setenv("OURS", "kept")
    running = Running(script("#!/bin/sh\necho $OURS $THEIRS > made\n"), [], {}, {"THEIRS": "added"})
    running.settle(5.0)
    assert (running.folder / "made").read_text() == "kept added\n"
    running.stop()


def test_what_it_does_not_say_of_itself_is_not_looked_for_in_a_script(script, tmp_path):
    script("#!/bin/sh\n")
    Program(str(tmp_path / "prog"), REMEDY, "--serial5")
    with pytest.raises(UsageError, match=f"true has no option --serial5, .*: {REMEDY}"):
        Program("/bin/true", REMEDY, "--serial5")
    Program("/bin/true", REMEDY, "--help")


def test_its_end_is_told_as_a_number(script):
    running = Running(script("#!/bin/sh\nexit 3\n"), [])
    running.settle(5.0)
    assert running.read_code() == 3
    running.stop()
    running = Running(script("#!/bin/sh\nexec sleep 60\n"), [])
    assert running.read_code() is None
    running.kill()
