"""A synthetic record with every verdict, made with the real recorder."""

import functools
import math
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from allure_commons._hooks import AllureDeveloperHooks
from allure_commons.logger import AllureFileLogger
from allure_commons.model2 import (
    Attachment,
    GlobalError,
    Globals,
    Label,
    StatusDetails,
    TestResult,
    TestResultContainer,
)
from pluggy import PluginManager

from harness.evidence.record import Recorder, read_events
from harness.evidence.results import RunResult, read_results
from harness.judgement import Count, DecisionRule, Estimate, Limit, Measurement
from harness.reports.allure import STATUSES, AllureTap, case_description_html, case_labels
from harness.reports.node import default_tools_folder, ensure_node_modules
from harness.reports.plots import Plot, render_png

FIRMWARE = "9f31" + "ab" * 30
DOMAINS = {
    "WIND": "strong_wind",
    "RADIO": "radio_link",
    "DAR": "data_at_rest",
    "ENDP": "endpoints",
    "SUP": "supply_chain",
}
HOSTILE = (
    "<script>document.title='owned'</script><img src=http://evil.example/x onerror=alert(1)>"
    " =1+1 #pagebreak() $x$ *b* _i_ `r` @ref <label> \\ \"q\" 'p' {{7*7}} ]]> &amp;"
    " \x00\x07\x1b[31m\u202egnp.\u2028 日本 😀 "
)


def requirement(name: str, title: str = "", **fields: Any) -> dict[str, Any]:
    domain = DOMAINS[name.partition("-")[0]]
    return {
        "id": name,
        "domain": domain,
        "title": title or f"title of {name}",
        "claim": f"The article does what {name} claims.",
        "method": "Fly it and look.",
        "hazard": "none",
        "shown": "automatic",
        "roles": ["vehicle"],
        "clauses": [{"document": f"Doc {domain}", "clause": "4.2", "standing": "verified", "source": "S1"}],
        "quantities": [quantity("error", "R95 horizontal error", "m", None, 2.0)],
        "not_applicable": "",
        "not_tested_reason": "no test of the suites shows it yet",
        "breaches": [],
        "tests": [],
        **fields,
    }


def quantity(name: str, title: str, unit: str, lower: float | None, upper: float | None) -> dict[str, Any]:
    return {
        "name": name,
        "title": title,
        "unit": unit,
        "measurand": "95th percentile over 60 s from settling, 10 Hz, local level frame",
        "origin": "declared",
        "limit": {"lower": lower, "upper": upper},
    }


def catalogue() -> list[dict[str, Any]]:
    named = {
        "WIND-01": requirement("WIND-01", "holds a point in wind"),
        "WIND-02": requirement("WIND-02", "recovers from a gust"),
        "RADIO-01": requirement(
            "RADIO-01", "acts on a lost link", quantities=[quantity("t", "time to act", "s", None, 5.0)]
        ),
        "DAR-01": requirement(
            "DAR-01", "no key on the medium", quantities=[quantity("keys", "keys found on medium", "1", None, 0.0)]
        ),
        "ENDP-01": requirement(
            "ENDP-01",
            "talks to declared endpoints only",
            quantities=[quantity("n", "foreign contacts", "1", None, 0.0)],
        ),
        "SUP-01": requirement("SUP-01", "bill names all parts", breaches=["declaration below profile: parts is 3"]),
        "SUP-02": requirement("SUP-02", "has no cellular unit", not_applicable="the article has no modem"),
    }
    every = [f"{domain}-{number:02d}" for domain in DOMAINS for number in range(1, 13)]
    return [named.get(name, requirement(name)) for name in every]


EXPECTED = [
    ["WIND-01", "strong_wind/holds_point[mean-15]", "error"],
    ["WIND-02", "strong_wind/recovers[gust-20]", "error"],
    ["RADIO-01", "radio_link/cut", "t"],
    ["DAR-01", "data_at_rest/scan", "keys"],
    ["ENDP-01", "endpoints/contacts", "n"],
]


def plan(**fields: Any) -> dict[str, Any]:
    return {
        "profile": {
            "id": "jp-government",
            "title": "Example basis",
            "depth": "short",
            "rule": "guarded",
            "file": "rigs/profiles/jp.toml",
            "sha256": "12" * 32,
        },
        "article": {"id": "EMB-001", "maker": "Example Works", "model": "Quad 1", "serials": ["A-1", "A-2"]},
        "rig": {"id": "embedded", "title": "Embedded drone", "simulated": True, "file": "r.toml", "sha256": "34" * 32},
        "seed": 7,
        "defects": [],
        "rig_faults": [],
        "job": {},
        "partial": "",
        "scope": [item["id"] for item in catalogue() if item["id"] != "SUP-12"],
        "harness": {"version": "0.1.0", "source_sha256": "56" * 32, "platform": "Linux"},
        "options": [],
        "requirements": catalogue(),
        "expected": EXPECTED,
        **fields,
    }


def measure(recorder: Recorder, triple: list[str], value: Any, rule: DecisionRule = DecisionRule.GUARDED) -> None:
    raw = next(item for item in catalogue() if item["id"] == triple[0])["quantities"][0]
    limit = Limit(unit=raw["unit"], **raw["limit"])
    result = Measurement.judged((triple[0], triple[1], triple[2]), value, limit, rule)
    recorder.emit(
        "measure",
        case=triple[1],
        requirement=result.requirement,
        quantity=result.quantity,
        value=result.measured.value if math.isfinite(result.measured.value) else str(result.measured.value),
        U=result.measured.U,
        terms=dict(result.measured.terms),
        unit=limit.unit,
        limit=raw["limit"],
        rule=result.rule,
        verdict=result.verdict,
        trials=result.trials,
        bound=result.bound,
    )


def case(recorder: Recorder, triple: list[str], value: Any, *, title: str = "", **end: Any) -> None:
    name = triple[1]
    said = {"title": title or f"Title of {name}.", "conditions": {"height": "12.5", "place": title or "hall"}}
    recorder.emit("case_start", case=name, requirements=[triple[0]], nodeid=f"t::{name}", **said)
    if value is not None:
        measure(recorder, triple, value)
    recorder.emit("control", case=name, name="wind seen", kind="positive", ok=True, detail="15.02 of 15.0 m/s")
    wind = {"name": "wind", "unit": "m/s", "basis": "at 1.225 kg/m3", "level": 15.0, "value": 15.25, "U": 0.25}
    recorder.emit("exposure", case=name, terms={}, **wind)
    recorder.emit(
        "case_end", case=name, **{"blame": "", "reason": "", "duration_wall": 1.5, "duration_test": 60.0, **end}
    )


@functools.cache
def plot_png() -> bytes:
    t = tuple(index / 10 for index in range(3000))
    error = tuple(0.4 + 0.3 * math.sin(index / 40) for index in range(3000))
    plot = Plot(
        title="Horizontal position error",
        x_label="time (s)",
        y_label="error (m)",
        lines=(("error", t, error),),
        limits=(("limit 2 m", 2.0),),
        guard_bands=(("guard band", 1.89, 2.0),),
        spans=(("gust", 100.0, 140.0),),
        events=(("arm", 10.0),),
    )
    return render_png(plot)


def tell_allure(recorder: Recorder) -> None:
    """What the plugin does while the suites run: dressed results through file logger and tap."""
    live = AllureFileLogger(recorder.folder / "allure-live")
    hooks = PluginManager("allure")
    hooks.add_hookspecs(AllureDeveloperHooks)

    def tell(what: str, name: str, content: Mapping[str, Any] | bytes) -> None:
        if isinstance(content, bytes):
            file = recorder.store(name, "application/octet-stream", content).file
            recorder.emit("allure", what=what, name=name, file=file)
        else:
            recorder.emit("allure", what=what, name=name, content=content)

    hooks.register(AllureTap(tell, recorder.folder / "allure-live"))
    hooks.register(live)
    run = read_results(recorder.folder)
    infos = {item.id: item.info for item in run.requirements}
    for number, judged in enumerate(run.cases):
        png = [(run.folder / item.file).read_bytes() for item in judged.attachments]
        source = f"{number}-attachment.txt"
        hooks.hook.report_attached_data(body=f"log of {judged.id} é", file_name=source)
        shown = TestResult(
            uuid=f"case-{number}",
            historyId=f"history-{number}",
            name=judged.title,
            fullName=judged.id,
            status=STATUSES[judged.verdict],
            statusDetails=StatusDetails(message=f"{judged.verdict}: {judged.reason}"),
            descriptionHtml=case_description_html(judged, infos, png),
            labels=[Label(name=name, value=value) for name, value in case_labels(judged, infos)],
            attachments=[Attachment(name="log", source=source, type="text/plain")],
            start=1795366921000 + 1000 * number,
            stop=1795366921500 + 1000 * number,
        )
        hooks.hook.report_container(
            container=TestResultContainer(uuid=f"box-{number}", children=[shown.uuid], name="vehicle")
        )
        hooks.hook.report_result(result=shown)
    hooks.hook.report_globals(
        globals_item=Globals(errors=[GlobalError(message="calibration of T-4 is near its end", timestamp=1)])
    )


def build(folder: Path, *, ended: bool = True, title: str = "", reason: str = "", **fields: Any) -> Path:
    """A run with PASS, INCONCLUSIVE, FAIL, INVALID, NOT_TESTED and NOT_APPLICABLE."""
    recorder = Recorder(folder)
    recorder.emit("plan", **plan(**fields))
    rig_file = recorder.store("rig file embedded.toml", "application/toml", b'id = "embedded"\n')
    recorder.attach(rig_file)
    recorder.emit(
        "rig",
        article={"firmware": {"sha256": FIRMWARE, "obtained": "dumped"}},
        target={"kind": "embedded", "process": 1},
        roles={
            "wind": {"make": "plant", "identity": {"model": "dryden"}, "simulated": True, "calibration": None},
            "truth": {
                "make": "tracker",
                "identity": "T-4",
                "simulated": False,
                "calibration": {"certificate": "C-77", "due": "2027-03-01", "uncertainty": "0.01 m"},
            },
        },
    )
    plot = recorder.store("Horizontal position error", "image/png", plot_png(), "plot")
    recorder.attach(plot, case=EXPECTED[0][1])
    case(recorder, EXPECTED[0], Estimate(value=0.6204, U=0.11, terms={"tracker": 0.055}), title=title)
    case(recorder, EXPECTED[1], Estimate(value=1.93, U=0.12), reason=reason)
    case(recorder, EXPECTED[2], Estimate(value=7.5, U=0.2))
    case(recorder, EXPECTED[3], Count(events=0, trials=59))
    recorder.emit(
        "control", case=EXPECTED[4][1], name="decoy port", kind="positive", ok=False, detail=reason or "not found"
    )
    case(recorder, EXPECTED[4], Count(events=0, trials=10))
    tell_allure(recorder)
    if ended:
        recorder.emit("end", exitstatus=1)
    recorder.close()
    return folder


@pytest.fixture(scope="session")
def run_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("runs") / "20261122T170201Z-7")


@pytest.fixture(scope="session")
def result(run_folder: Path) -> RunResult:
    return read_results(run_folder)


@pytest.fixture(scope="session")
def events(run_folder: Path) -> list[dict[str, Any]]:
    return read_events(run_folder)


@pytest.fixture(scope="session")
def hostile_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    long = HOSTILE + "x" * 5000
    requirements = catalogue()
    requirements[0] |= {"title": HOSTILE, "claim": long, "method": HOSTILE}
    requirements[1] |= {"title": '=HYPERLINK("http://evil.example")', "clauses": [{"document": HOSTILE}]}
    requirements[2] |= {"title": "@SUM(A1)", "not_tested_reason": long}
    return build(
        tmp_path_factory.mktemp("runs") / "hostile",
        title=long,
        reason=HOSTILE,
        requirements=requirements,
        profile={**plan()["profile"], "title": HOSTILE},
        article={"id": HOSTILE, "maker": HOSTILE, "model": long, "serials": [HOSTILE]},
        defects=[HOSTILE],
        rig_faults=[long],
        job={"customer": {"name": HOSTILE, "contact": long}, "deviations": [{"text": HOSTILE, "reason": "-"}]},
    )


@pytest.fixture(scope="session")
def make_run() -> Callable[..., Path]:
    return build


@pytest.fixture(scope="session")
def tools() -> Path:
    folder = default_tools_folder()
    ensure_node_modules(folder)
    return folder
