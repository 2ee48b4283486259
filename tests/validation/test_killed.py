"""A run that dies or is stopped: what was measured is kept, what was not is never a PASS."""

import json
import os
import signal
import subprocess
from pathlib import Path

import pytest

from harness.evidence.record import read_events
from harness.evidence.results import read_results
from harness.judgement import Verdict

FLYING = "holds_a_point"
# one process, whose end is the end of all; what a worker of several leaves is in tests/unit/plugin/test_parallel.py
SHORT = ("--jobs", "1", "--suite", "supply_chain", "--suite", "strong_wind")
QUIET = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}


def child_of(parent):
    """The one process that a process started."""
    (pid,) = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    return int(pid)


def verdicts(folder):
    return {item.id: item.verdict for item in read_results(folder).scope}


@pytest.fixture(scope="module")
def killed(dronecert, wait_for_event, tmp_path_factory):
    """Certify and its pytest, both killed in flight."""
    folder = tmp_path_factory.mktemp("killed") / "run"
    with dronecert.start("certify", "--jobs", "1", "--out", folder, **QUIET) as parent:
        wait_for_event(folder, parent, ("case_start", FLYING))
        pid = child_of(parent.pid)
        parent.kill()
        os.kill(pid, signal.SIGKILL)
    return folder


def test_what_was_measured_is_reported_and_the_rest_is_not_tested(killed, dronecert):
    assert read_events(killed)[-1]["type"] != "end"
    done = dronecert("report", killed)
    assert done.returncode == 2, done.stderr
    assert "RUN CUT SHORT" in done.stdout
    found = verdicts(killed)
    assert found["SUP-01"] is found["SUP-05"] is found["RADIO-05"] is Verdict.PASS
    assert {found[name] for name in ("WIND-01", "WIND-02", "RADIO-01", "DAR-01", "ENDP-01")} == {Verdict.NOT_TESTED}
    views = json.loads((killed / "results.json").read_text(encoding="utf-8"))
    assert {item["id"]: item["verdict"] for item in views["requirements"] if item["id"] in found} == found
    assert dronecert("verify", killed / "bag").returncode == 0


def test_a_torn_last_line_is_left_aside(killed, tmp_path):
    whole = (killed / "run.jsonl").read_bytes()
    (tmp_path / "run.jsonl").write_bytes(whole[: whole.rindex(b"\n", 0, -1) + 20])
    assert len(read_events(tmp_path)) == whole.count(b"\n") - 1
    assert read_results(tmp_path).exit_code == 2


def test_certify_publishes_what_a_killed_child_left(dronecert, wait_for_event, tmp_path):
    folder = tmp_path / "run"
    with dronecert.start(
        "certify", *SHORT, "--out", folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as parent:
        wait_for_event(folder, parent, ("case_start", FLYING))
        os.kill(child_of(parent.pid), signal.SIGKILL)
        out, _ = parent.communicate()
    assert parent.returncode == 2
    assert b"RUN CUT SHORT" in out
    assert (folder / "bag" / "manifest.p7s").is_file()
    assert verdicts(folder)["WIND-01"] is Verdict.NOT_TESTED


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_run_that_is_stopped_closes_its_record(dronecert, wait_for_event, tmp_path, number):
    folder, piped = tmp_path / "run", {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with dronecert.start("certify", *SHORT, "--out", folder, start_new_session=True, **piped) as parent:
        wait_for_event(folder, parent, ("case_start", FLYING))
        # a terminal interrupts the whole group, whoever ends a job tells the one process that he knows
        (os.killpg if number == signal.SIGINT else os.kill)(parent.pid, number)
        out, err = parent.communicate()
    assert parent.returncode == 2, err
    assert b"Traceback" not in err
    assert b"RUN CUT SHORT" not in out
    assert read_events(folder)[-1]["type"] in ("end", "allure")
    found = verdicts(folder)
    # what is done on the ground was done, what flies was not, and what is irreversible comes last
    later = {name for name in found if name.startswith("WIND")} | {"SUP-06"}
    assert {"WIND-01", "WIND-02"} <= later and {found[name] for name in later} == {Verdict.NOT_TESTED}
    assert {verdict for name, verdict in found.items() if name not in later} == {Verdict.PASS}
