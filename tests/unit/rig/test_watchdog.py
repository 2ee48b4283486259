import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace

import pytest

from harness.errors import RigError
from harness.rig import watchdog
from harness.rig.watchdog import ACTIVE, BEAT, BYE, Watchdog, wait_for_death

ROOT = Path(__file__).parents[3]
NOTHING = {"folder": "/", "roles": {}, "observer": ""}


@pytest.fixture
def pipe():
    ends = os.pipe()
    yield ends
    for end in ends:
        with suppress(OSError):
            os.close(end)


@pytest.mark.parametrize(
    ("words", "acts"),
    [
        ([ACTIVE, BEAT, BYE], False),
        ([BYE], False),
        # it died before anything was powered, or afterwards
        ([BEAT], False),
        ([ACTIVE, BEAT], True),
    ],
)
def test_it_acts_when_the_pipe_ends_without_the_word(pipe, words, acts):
    os.write(pipe[1], b"".join(words))
    os.close(pipe[1])
    assert wait_for_death(pipe[0], 5.0) is acts


def test_it_acts_on_silence(pipe):
    os.write(pipe[1], ACTIVE)
    began = time.monotonic()
    assert wait_for_death(pipe[0], 0.2) is True
    assert time.monotonic() - began < 2.0


def test_a_run_that_ends_well_dismisses_it():
    dog = Watchdog(NOTHING)
    dog.assert_alive()
    dog.dismiss()
    assert dog.process.returncode == 0


def test_a_signal_of_the_terminal_does_not_end_it_and_a_dead_one_is_told():
    dog = Watchdog(NOTHING)
    dog.assert_alive()
    assert os.getsid(dog.process.pid) == dog.process.pid
    dog.process.kill()
    dog.process.wait()
    with pytest.raises(RigError, match="nothing may fly without it"):
        dog.assert_alive()
    dog.dismiss()


def test_a_harness_that_stands_still_is_ended(tmp_path):
    plan = {**NOTHING, "patience": 0.5, "log": str(tmp_path / "log")}
    code = (
        f"import time; from harness.rig.watchdog import Watchdog; dog = Watchdog({plan}); dog.assert_alive(); "
        "dog._beating.stop(); print('still', flush=True); time.sleep(60)"
    )
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=50, check=False)
    assert (done.returncode, done.stdout) == (-signal.SIGKILL, "still\n")
    assert "the harness has died: the bench goes into its safe state" in (tmp_path / "log").read_text()


@pytest.mark.parametrize("error", [RigError("no answer"), ValueError("could not convert ''"), KeyError("address")])
@pytest.mark.parametrize("log", ["log", "."])
def test_whatever_breaks_one_step_or_the_log_the_next_step_is_taken(tmp_path, monkeypatch, error, log):
    taken = []

    def broken():
        raise error

    steps = [("attenuator", broken), ("article", lambda: taken.append("landed") or "landed")]
    monkeypatch.setattr(watchdog, "make_safe", lambda plan: iter(steps))
    monkeypatch.setattr(watchdog, "wait_for_death", lambda pipe, patience: True)
    monkeypatch.setattr(watchdog.signal, "signal", lambda number, handler: None)
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(fileno=lambda: 0))
    monkeypatch.setattr(sys, "argv", ["watchdog", json.dumps({**NOTHING, "log": str(tmp_path / log)})])
    assert watchdog.main() == 1
    assert taken == ["landed"]
