"""Commands run in this process with a home of their own; runs are told to the recorder, nothing is flown."""

import os
from pathlib import Path
from types import SimpleNamespace

import pytest

from harness.cli import run
from harness.evidence.record import Recorder
from harness.evidence.results import read_results

ROOT = Path(__file__).parents[3]


@pytest.fixture(autouse=True)
def home(tmp_path_factory, monkeypatch):
    """A home without a demo key, and a working directory that is not the checkout."""
    folder = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def command(capsys):
    """Run one command: its exit code, what it printed, and the lines of its standard error."""

    def call(*arguments):
        code = run([os.fspath(argument) for argument in arguments])
        out, err = capsys.readouterr()
        return SimpleNamespace(code=code, out=out, err=err.splitlines())

    return call


def requirement(name, **fields):
    quantity = {"name": "error", "title": "error", "unit": "m", "measurand": "as told", "origin": "declared"}
    return {
        "id": name,
        "domain": "strong_wind",
        "title": f"title of {name}",
        "quantities": [{**quantity, "limit": {"lower": None, "upper": 2.0}}],
        "not_applicable": "",
        "not_tested_reason": "",
        "breaches": [],
        "tests": [],
        **fields,
    }


# an error with that verdict against 2 m, with U 0.1 m
ERRORS = {"PASS": 1.0, "INCONCLUSIVE": 2.0, "FAIL": 3.0, "INVALID": None}


def tell_run(folder, verdicts, *, ended=True, **plan):
    """A record in which each requirement has its verdict."""
    recorder = Recorder(folder)
    recorder.emit(
        "plan",
        profile={"id": "baseline", "title": "Baseline", "depth": "short", "rule": "guarded"},
        article={"id": "EMB-001", "maker": "M", "model": "Q", "serials": ["1"]},
        rig={"id": "embedded", "title": "Embedded", "simulated": True},
        requirements=[requirement(name) for name in verdicts],
        expected=[[name, f"wind/{name}", "error"] for name in verdicts],
        scope=list(verdicts),
        **{"seed": 1, "defects": [], "rig_faults": [], "job": {}, "partial": "", "harness": {}, **plan},
    )
    for name, verdict in verdicts.items():
        if verdict == "NOT_TESTED":
            continue
        case = f"wind/{name}"
        recorder.emit("case_start", case=case, requirements=[name], title="Title", nodeid=case)
        recorder.emit(
            "measure", case=case, requirement=name, quantity="error", value=ERRORS[verdict], U=0.1, terms={}, unit="m",
            limit={"lower": None, "upper": 2.0}, rule="guarded", verdict=verdict, trials=None, bound=None, reason="why",
        )  # fmt: skip
        recorder.emit("case_end", case=case, blame="", reason="", duration_wall=0.1)
    if ended:
        recorder.emit("end", exitstatus=0)
    recorder.close()
    return read_results(folder)


@pytest.fixture
def told():
    return tell_run
