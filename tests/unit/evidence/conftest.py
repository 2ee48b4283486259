"""The events of a run, told without a drone."""

import json

import pytest

from harness.evidence.record import RECORD_NAME
from harness.evidence.results import read_results


def _quantity(name):
    text = {"title": f"title of {name}", "measurand": "as written", "origin": "declaration"}
    return {"name": name, "unit": "m", "limit": {"lower": None, "upper": 2.0}, **text}


# figures that have the verdict, against at most 2 m with U = 0.1 m
FIGURES = {"PASS": 1.0, "FAIL": 3.0, "INCONCLUSIVE": 1.95, "INVALID": "nan"}


class Story:
    """The events of a run without a drone, told one after the other."""

    def __init__(self, *requirements, expected, scope=None):
        self.events = []
        self.tell(
            "plan",
            profile={"id": "baseline", "rule": "guarded"},
            article={"id": "EMB-001"},
            rig={"id": "embedded", "simulated": True},
            seed=7,
            requirements=list(requirements),
            expected=[list(triple) for triple in expected],
            scope=[item["id"] for item in requirements] if scope is None else scope,
        )

    @staticmethod
    def requirement(identity, *quantities, **changes):
        said = {"not_applicable": "", "not_tested_reason": "", "breaches": [], "tests": []}
        names = [_quantity(name) for name in quantities]
        return {"id": identity, "title": f"title of {identity}", "quantities": names, **said, **changes}

    def tell(self, event_type, case="", **fields):
        stamp = f"2026-11-22T17:00:{len(self.events) % 60:02}.000+00:00"
        self.events.append({"seq": 0, "t_wall": stamp, "t_test": None, "case": case, "type": event_type, **fields})
        return self

    def start(self, case, title="A title"):
        return self.tell("case_start", case, requirements=[], title=title, nodeid=case, seed=1)

    def measure(self, case, requirement, quantity, verdict="PASS", value=None, **fields):
        value = FIGURES.get(verdict, 1.0) if value is None else value
        fixed = {"U": 0.1, "terms": {}, "unit": "m", "limit": {"lower": None, "upper": 2.0}, "rule": "guarded"}
        told = {"requirement": requirement, "quantity": quantity, "value": value, "verdict": verdict}
        return self.tell("measure", case, **told, **{**fixed, "trials": None, "bound": None, **fields})

    def control(self, case, ok=True, name="wind liveness", detail="seen 0.0 of 15.0 m/s"):
        return self.tell("control", case, name=name, kind="positive", ok=ok, detail=detail)

    def end(self, case, blame="", reason=""):
        return self.tell("case_end", case, blame=blame, reason=reason, duration_wall=0.1, duration_test=1.0)

    def write(self, folder):
        folder.mkdir(exist_ok=True)
        lines = [json.dumps({**event, "seq": number}) + "\n" for number, event in enumerate(self.events)]
        (folder / RECORD_NAME).write_text("".join(lines), encoding="utf-8")
        return folder


@pytest.fixture(scope="session")
def story():
    return Story


@pytest.fixture
def simple():
    """One requirement, one case, one quantity."""
    return Story(Story.requirement("WIND-01", "r95"), expected=[("WIND-01", "steady", "r95")])


@pytest.fixture
def judged(tmp_path):
    """Judges a run that came to its end."""
    return lambda story: read_results(story.tell("end", exitstatus=0).write(tmp_path / "run"))
