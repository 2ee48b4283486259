"""A case writes what it measures and checks to the record at once."""

import hashlib

import pytest

from harness.errors import UsageError
from harness.evidence.record import Recorder, read_events
from harness.instruments.chart import Chart
from harness.judgement import Count, DecisionRule, Estimate, Limit
from harness.plugin.case import Case, CasePlan, sentence

METRES = Limit(unit="m", upper=2.0)
ONE = {("WIND-01", "error"): METRES}


@pytest.fixture
def make(tmp_path):
    recorder = Recorder(tmp_path)

    def case(limits, outside=(), rule=DecisionRule.GUARDED):
        plan = CasePlan(
            id="wind/one", title="T", nodeid="t::one", requirements=("WIND-01",), limits=limits, outside=outside
        )
        return Case(plan=plan, journal=recorder, rule=rule)

    yield case
    recorder.close()


def told(tmp_path, *kinds):
    return [event for event in read_events(tmp_path) if event["type"] in kinds]


def test_a_measurement_is_on_disk_at_once(make, tmp_path):
    make(ONE).measure("error", Estimate(value=1.0, U=0.25, terms={"gps": 0.125}))
    (event,) = told(tmp_path, "measure")
    assert (event["case"], event["requirement"], event["quantity"]) == ("wind/one", "WIND-01", "error")
    assert (event["value"], event["U"], event["terms"], event["unit"]) == (1.0, 0.25, {"gps": 0.125}, "m")
    assert (event["limit"], event["rule"], event["verdict"]) == ({"lower": None, "upper": 2.0}, "guarded", "PASS")
    assert event["reason"] == ""


def test_a_bad_measurement_says_why(make, tmp_path):
    make(ONE).measure("error", Estimate(value=2.1, U=0.2))
    (event,) = told(tmp_path, "measure")
    assert (event["verdict"], event["reason"]) == ("INCONCLUSIVE", "WIND-01.error = 2.1 m (U 0.2), limit <= 2 m")


def test_the_rule_of_the_profile_decides(make):
    guarded, simple = make(ONE), make(ONE, rule=DecisionRule.SIMPLE)
    for case in (guarded, simple):
        case.measure("error", Estimate(value=1.9, U=0.2))
    assert [str(case.measured["WIND-01", "error"].verdict) for case in (guarded, simple)] == ["INCONCLUSIVE", "PASS"]


def test_a_count_keeps_its_trials(make, tmp_path):
    case = make({("RADIO-05", "accepted"): Limit(unit="1", upper=0.0)})
    case.measure("accepted", Count(events=0, trials=59))
    (event,) = told(tmp_path, "measure")
    assert (event["trials"], event["verdict"]) == (59, "PASS")
    assert event["bound"] == pytest.approx(0.0495, abs=1e-3)
    case.measured.clear()
    case.measure("accepted", Count(events=2, trials=59))
    assert sentence(case.measured["RADIO-05", "accepted"]) == "RADIO-05.accepted = 2 of 59, limit <= 0"


@pytest.mark.parametrize("name", ["error", "WIND-01.error"])
def test_a_quantity_has_two_names(make, name):
    case = make(ONE)
    case.measure(name, 1.0)
    assert case.measured.keys() == ONE.keys()


@pytest.mark.parametrize("name", ["speed", "WIND-02.error", ".error", "WIND-01.", ""])
def test_an_unknown_quantity_is_a_usage_error(make, name):
    with pytest.raises(UsageError, match=r"which is not one of WIND-01.error"):
        make(ONE).measure(name, 1.0)


def test_measuring_twice_is_a_usage_error_and_leaves_the_first(make, tmp_path):
    case = make(ONE)
    case.measure("error", 1.0)
    with pytest.raises(UsageError, match="twice"):
        case.measure("WIND-01.error", 0.0)
    assert [event["value"] for event in told(tmp_path, "measure")] == [1.0]


def test_what_lies_outside_the_scope_is_let_go(make, tmp_path):
    case = make(ONE, outside=(("SUP-01", "gaps"),))
    case.measure("gaps", 3.0)
    case.measure("SUP-01.gaps", 3.0)
    assert case.measured == {}
    assert told(tmp_path, "measure") == []


def test_controls_are_kept_and_failed_ones_remembered(make, tmp_path):
    case = make(ONE)
    case.control("wind.blowing", "positive", True, "12.0 of 12.0 m/s")
    case.control("link.cut", "negative", False, "still heard")
    assert [(event["name"], event["kind"], event["ok"]) for event in told(tmp_path, "control")] == [
        ("wind.blowing", "positive", True),
        ("link.cut", "negative", False),
    ]
    assert case.failed_controls == ["control link.cut failed: still heard"]


def test_an_exhibit_is_stored_before_it_is_named(make, tmp_path):
    make(ONE).exhibit("telemetry", "text/csv", b"t,x\n", "series")
    (event,) = told(tmp_path, "attach")
    assert (event["name"], event["kind"], event["case"]) == ("telemetry", "series", "wind/one")
    assert (tmp_path / event["file"]).read_bytes() == b"t,x\n"


def test_a_case_has_a_budget_in_the_page_and_the_rest_is_in_the_bag_only(make, tmp_path, monkeypatch):
    shown = []
    monkeypatch.setattr("harness.plugin.case.MOST_IN_PAGE", 10)
    monkeypatch.setattr("harness.plugin.case.allure.attach", lambda data, **_: shown.append(data))
    case = make(ONE)
    case.exhibit("small", "text/plain", b"012345", "log")
    case.exhibit("second", "text/plain", b"01234", "log")
    case.exhibit("third", "text/plain", b"0123", "log")
    slip = shown.pop(1).decode()
    assert shown == [b"012345", b"0123"]
    kept = told(tmp_path, "attach")
    assert [(tmp_path / event["file"]).read_bytes() for event in kept] == [b"012345", b"01234", b"0123"]
    digest = hashlib.sha256(b"01234").hexdigest()
    assert slip.startswith("second: ") and f"data/attachments/{digest}.txt\n" in slip
    assert "5 bytes\n" in slip and f"{digest}\n" in slip
    # another case has a budget of its own
    make(ONE).exhibit("first", "text/plain", b"0123456789", "log")
    assert shown[-1] == b"0123456789"


def test_notes_and_charts_are_kept(make, tmp_path):
    case = make(ONE)
    chart = Chart(title="C", x_label="t (s)", y_label="m", lines=())
    case.note("0 of 59")
    case.chart(chart)
    assert [event["text"] for event in told(tmp_path, "note")] == ["0 of 59"]
    assert case.charts == [chart]


@pytest.mark.parametrize("order", [("article", "skipped", "rig"), ("rig", "skipped", "article"), ("skipped", "rig")])
def test_the_worst_party_stands(make, order):
    case = make(ONE)
    for party in order:
        case.end(party, f"because of {party}")
    assert (case.blame, case.reason) == ("rig", "because of rig")


@pytest.mark.parametrize("order", [("article", "skipped"), ("skipped", "article")])
def test_no_skip_takes_back_a_failure_of_the_article(make, order):
    case = make(ONE)
    for party in order:
        case.end(party, f"because of {party}")
    assert (case.blame, case.reason) == ("article", "because of article")


def test_of_equal_parties_the_first_stands(make):
    case = make(ONE)
    case.end("rig", "first")
    case.end("rig", "second")
    case.end("", "nothing")
    assert (case.blame, case.reason) == ("rig", "first")
