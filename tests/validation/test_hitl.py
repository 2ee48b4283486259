"""PX4's words over a serial port, our plant behind it, in real time: a twin of a board that flies, and its faults.

These tests let real time pass, since that is what they show: the first one flies for half a minute.
"""

import json
import os
import re
import signal
import subprocess
import sys
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
RIG = ROOT / "rigs" / "px4-hitl.toml"
PATIENCE = 150
# what a machine that tests run on beside all else can keep; a bench of its own keeps the defaults
EASY = "longest_gap = 0.4\nlongest_round_trip = 1.0\nleast_sensor_rate = 20.0\n"
OTHERS = r"(longest_gap|longest_round_trip) = \S+\n"


def hurry(process):
    """A flight in real time must not wait for other work on this machine, if this user may say so."""
    with suppress(PermissionError):
        os.setpriority(os.PRIO_PROCESS, process, -10)


@contextmanager
def board(folder, fault="", after=0.0, limits=EASY):
    """Serve the twin of a board, and yield the rig file that has its places."""
    command = [sys.executable, "-m", "harness.instruments.twins.board", "--folder", folder / "hall"]
    command += ["--fault", fault, "--after", after]
    twin = subprocess.Popen(list(map(str, command)), cwd=ROOT, stdout=subprocess.PIPE, text=True)
    hurry(twin.pid)
    try:
        assert twin.stdout.readline() == "ready\n", f"the twin ended with {twin.wait(10)}"
        text = RIG.read_text(encoding="utf-8").replace("/tmp/dronecert-board", str(folder / "hall"))
        text = text.replace('= "articles/', f'= "{ROOT}/rigs/articles/')
        text = re.sub(OTHERS, "", text).replace("airframe = 1001\n", f"airframe = 1001\nboot = 5.0\n{limits}")
        (folder / "rig.toml").write_text(text)
        yield folder / "rig.toml"
    finally:
        twin.send_signal(signal.SIGTERM)
        twin.communicate(timeout=60)


def fly(rig, folder):
    """Fly WIND-01 of a rig's commissioning; the events of the record."""
    record = folder / "run"
    options = ("--rig", rig, "--profile", "commissioning", "--evidence", record, "-k", "holds_a_point", "--no-pictures")
    command = [sys.executable, "-m", "pytest", "suites", "-q", "-p", "no:hypothesispytest", "-p", "no:cacheprovider"]
    with (folder / "log").open("w") as log:
        run = subprocess.Popen(list(map(str, [*command, *options, "--allow-arming"])), cwd=ROOT, stdout=log, stderr=log)
        hurry(run.pid)
        run.wait(PATIENCE)
    return [json.loads(line) for line in (record / "run.jsonl").read_text().splitlines()]


def reason(events):
    (end,) = [event for event in events if event["type"] == "case_end"]
    return end["blame"], end["reason"]


def test_a_board_holds_its_point_in_the_wind_and_its_link_is_in_the_record(tmp_path):
    with board(tmp_path) as rig:
        events = fly(rig, tmp_path)
    assert reason(events) == ("", "")
    measured = {event["quantity"]: event["verdict"] for event in events if event["type"] == "measure"}
    assert measured["r95_horizontal"] == measured["r95_vertical"] == "PASS"
    controls = {event["name"] for event in events if event["type"] == "control" and event["ok"]}
    assert {"wind.realised", "wind.liveness", "truth.fresh", "gnss.sky"} <= controls
    notes = " ".join(event["text"] for event in events if event["type"] == "note")
    assert re.search(r"sensors \d+\.\d Hz, longest gap .* motor commands \d+\.\d Hz, longest gap .* round trip", notes)


# the limit that each breaks is the default where the fault breaks it by far, and nothing else is tight
FAULTS = [
    ("slow", 0.0, EASY, r"motor commands at \d+\.\d Hz, at least 100 Hz are needed"),
    (
        "jittery",
        2.0,
        EASY.replace("longest_gap = 0.4", "longest_gap = 0.08"),
        r"ms without (motor commands|sensors), 80",
    ),
    ("pulled", 1.0, EASY, "broke at"),
    ("unbooted", 1.0, EASY, "not in hardware-in-the-loop: it would drive real motors"),
]


@pytest.mark.parametrize(("fault", "after", "limits", "problem"), FAULTS, ids=[fault[0] for fault in FAULTS])
def test_a_link_that_fails_in_flight_makes_the_case_invalid(tmp_path, fault, after, limits, problem):
    with board(tmp_path, fault, after, limits) as rig:
        blame, said = reason(fly(rig, tmp_path))
    assert (blame, bool(re.search(problem, said))) == ("rig", True), said


def test_a_board_that_would_drive_motors_is_found_by_the_check(tmp_path):
    with board(tmp_path, "driving") as rig:
        command = [sys.executable, "-m", "harness", "rig", "check", str(rig), "--json"]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE, check=False)
    target = next(item for item in json.loads(done.stdout)["findings"] if item["role"] == "target")
    assert (done.returncode, target["state"]) == (2, "dead")
    assert "SYS_HITL 0, wanted 1: it would drive real motors" in target["problem"]
