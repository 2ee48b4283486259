"""The verdict algebra, from events to exit code, and that nothing unmeasured can ever pass."""

import math
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.errors import EvidenceError
from harness.evidence.results import read_results, summarise
from harness.judgement import Verdict

PASS, FAIL, INVALID = Verdict.PASS, Verdict.FAIL, Verdict.INVALID
INCONCLUSIVE, NOT_TESTED, NOT_APPLICABLE = Verdict.INCONCLUSIVE, Verdict.NOT_TESTED, Verdict.NOT_APPLICABLE
EXIT_CODES = {PASS: 0, NOT_APPLICABLE: 0, FAIL: 1, INCONCLUSIVE: 2, INVALID: 2, NOT_TESTED: 2}


def only(result):
    """The one requirement of a run, after checking that measurement, case and run agree with it."""
    (requirement,) = result.requirements
    (measurement,) = requirement.measurements
    (case,) = result.cases
    assert requirement.verdict is measurement.verdict is case.verdict is result.verdict
    assert requirement.reason == measurement.reason == case.reason
    assert result.exit_code == EXIT_CODES[result.verdict]
    return requirement


@pytest.mark.parametrize("verdict", [PASS, FAIL, INCONCLUSIVE, INVALID])
def test_a_whole_case_with_good_controls_gives_what_was_measured(simple, judged, verdict):
    told = simple.start("steady").measure("steady", "WIND-01", "r95", verdict).control("steady").end("steady")
    requirement = only(judged(told))
    assert requirement.verdict is verdict
    assert requirement.title == "title of WIND-01"
    assert [control.name for control in requirement.controls] == ["wind liveness"]


def test_a_measurement_keeps_its_figures(simple, judged):
    figures = {"U": 0.25, "terms": {"gps": 0.125}}
    told = simple.start("steady").measure("steady", "WIND-01", "r95", value=1.5, **figures).end("steady")
    (measurement,) = only(judged(told)).measurements
    assert (measurement.value, measurement.U, measurement.terms) == (1.5, 0.25, {"gps": 0.125})
    assert (measurement.verdict, measurement.rule, measurement.trials) == (PASS, "guarded", None)
    assert str(measurement.quantity.limit) == "<= 2 m"


def test_a_count_keeps_its_trials_and_has_no_guard_band(simple, judged):
    figures = {"U": 0.0, "rule": "simple", "trials": 59, "bound": 0.1}
    told = simple.start("steady").measure("steady", "WIND-01", "r95", value=2.0, **figures).end("steady")
    (measurement,) = only(judged(told)).measurements
    assert (measurement.verdict, measurement.trials, measurement.bound) == (PASS, 59, 0.1)


def test_a_case_that_never_started_is_not_tested(simple, judged):
    requirement = only(judged(simple))
    assert (requirement.verdict, requirement.reason) == (NOT_TESTED, "the case did not run")


def test_a_measurement_without_a_case_start_is_not_tested(simple, judged):
    assert only(judged(simple.measure("steady", "WIND-01", "r95").end("steady"))).verdict is NOT_TESTED


@pytest.mark.parametrize("verdict", [PASS, FAIL, INCONCLUSIVE])
def test_a_case_that_did_not_end_is_not_tested_whatever_it_measured(simple, judged, verdict):
    told = simple.start("steady").measure("steady", "WIND-01", "r95", verdict).control("steady")
    requirement = only(judged(told))
    assert requirement.verdict is NOT_TESTED
    assert "cut short" in requirement.reason


def test_a_quantity_that_was_not_measured_is_not_tested(simple, judged):
    requirement = only(judged(simple.start("steady").control("steady").end("steady")))
    assert (requirement.verdict, requirement.reason) == (NOT_TESTED, "the case ended without measuring it")


@pytest.mark.parametrize("verdict", [PASS, FAIL, INCONCLUSIVE])
def test_one_failed_control_makes_all_invalid(simple, judged, verdict):
    told = simple.start("steady").measure("steady", "WIND-01", "r95", verdict).control("steady")
    requirement = only(judged(told.control("steady", ok=False).end("steady")))
    assert requirement.verdict is INVALID
    assert requirement.reason == "control wind liveness failed: seen 0.0 of 15.0 m/s"


def test_a_failed_control_counts_whenever_it_is_told(simple, judged):
    told = simple.start("steady").measure("steady", "WIND-01", "r95").end("steady").control("steady", ok=False)
    assert only(judged(told)).verdict is INVALID


def test_a_failed_control_counts_in_a_case_that_was_cut_short(simple, judged):
    told = simple.start("steady").measure("steady", "WIND-01", "r95").control("steady", ok=False)
    assert only(judged(told)).verdict is INVALID


@pytest.mark.parametrize("ok", [0, None, "", "false", "true", 1, []])
def test_a_control_is_good_only_when_it_says_true(simple, judged, ok):
    told = simple.start("steady").measure("steady", "WIND-01", "r95").control("steady", ok=ok).end("steady")
    assert only(judged(told)).verdict is INVALID


@pytest.mark.parametrize("verdict", [PASS, FAIL])
def test_a_rig_error_makes_all_invalid(simple, judged, verdict):
    told = simple.start("steady").measure("steady", "WIND-01", "r95", verdict).end("steady", "rig", "wind wall off")
    requirement = only(judged(told))
    assert (requirement.verdict, requirement.reason) == (INVALID, "wind wall off")


@pytest.mark.parametrize("reason", ["because", ""])
@pytest.mark.parametrize(
    ("blame", "verdicts"),
    [
        ("", [NOT_TESTED, PASS, FAIL]),
        ("article", [FAIL, PASS, FAIL]),
        ("rig", [INVALID, INVALID, INVALID]),
        ("skipped", [NOT_TESTED, NOT_TESTED, FAIL]),
    ],
)
def test_what_an_ending_makes_of_unset_passed_and_failed_quantities(story, judged, blame, verdicts, reason):
    names = ("unset", "passed", "failed")
    told = story(story.requirement("R-1", *names), expected=[("R-1", "c", name) for name in names])
    told.start("c").measure("c", "R-1", "passed").measure("c", "R-1", "failed", "FAIL").end("c", blame, reason)
    (requirement,) = judged(told).requirements
    assert [measurement.verdict for measurement in requirement.measurements] == verdicts


def test_a_drone_that_crashed_fails_what_is_unset_with_its_reason(simple, judged):
    requirement = only(judged(simple.start("steady").control("steady").end("steady", "article", "crashed at 12 s")))
    assert (requirement.verdict, requirement.reason) == (FAIL, "crashed at 12 s")


@pytest.mark.parametrize("verdict", ["PASS", "INCONCLUSIVE", "INVALID"])
def test_a_drone_that_crashed_after_the_last_measurement_fails_the_case_and_the_measurement_stands(
    simple, judged, verdict
):
    told = simple.start("steady").measure("steady", "WIND-01", "r95", verdict).control("steady")
    result = judged(told.end("steady", "article", "crashed at 12 s"))
    (requirement,), (case,) = result.requirements, result.cases
    assert requirement.measurements[0].verdict == verdict
    assert (requirement.verdict, case.verdict, result.exit_code) == (FAIL, FAIL, 1)
    assert requirement.reason == case.reason == "the article failed after everything was measured: crashed at 12 s"


def test_a_drone_that_crashed_after_a_measured_fail_keeps_its_reason(simple, judged):
    told = simple.start("steady").measure("steady", "WIND-01", "r95", "FAIL", reason="3 m, limit <= 2 m")
    requirement = only(judged(told.end("steady", "article", "crashed at 12 s")))
    assert (requirement.verdict, requirement.reason) == (FAIL, "3 m, limit <= 2 m")


@pytest.mark.parametrize(("realised", "verdict"), [(12.0, FAIL), (11.0, FAIL), (13.0, INVALID)])
def test_a_late_crash_in_more_than_the_wind_of_the_case_is_not_held_against_the_article(
    simple, judged, realised, verdict
):
    told = simple.start("steady").measure("steady", "WIND-01", "r95")
    wind = {"name": "wind", "unit": "m/s", "level": 12.0, "value": realised, "U": 0.0, "terms": {}, "basis": ""}
    requirement = judged(told.tell("exposure", "steady", **wind).end("steady", "article", "crashed")).requirements[0]
    assert requirement.verdict is verdict
    assert "crashed" in requirement.reason


def test_a_late_crash_fails_every_requirement_of_its_case_and_no_other_case(story, judged):
    names = ("R-1", "R-2", "R-3")
    expected = [("R-1", "a", "q"), ("R-2", "a", "q"), ("R-2", "b", "q"), ("R-3", "b", "q")]
    told = story(*(story.requirement(name, "q") for name in names), expected=expected)
    told.start("a").measure("a", "R-1", "q").measure("a", "R-2", "q").end("a", "article", "crashed")
    result = judged(told.start("b").measure("b", "R-2", "q").measure("b", "R-3", "q").end("b"))
    assert [item.verdict for item in result.requirements] == [FAIL, FAIL, PASS]
    assert [case.verdict for case in result.cases] == [FAIL, PASS]


def test_a_drone_that_crashed_in_a_case_without_its_control_is_invalid(simple, judged):
    told = simple.start("steady").control("steady", ok=False).end("steady", "article", "crashed at 12 s")
    assert only(judged(told)).verdict is INVALID


def test_a_skip_gives_its_reason(simple, judged):
    requirement = only(judged(simple.start("steady").end("steady", "skipped", "no spectrum role on this rig")))
    assert (requirement.verdict, requirement.reason) == (NOT_TESTED, "no spectrum role on this rig")


@pytest.mark.parametrize("text", ["nan", "inf", "-inf", "1.0", "", math.nan, math.inf])
@pytest.mark.parametrize("where", ["value", "U"])
def test_what_is_not_a_finite_number_never_passes(simple, judged, text, where):
    told = simple.start("steady").measure("steady", "WIND-01", "r95", "PASS", **{where: text}).end("steady")
    (measurement,) = only(judged(told)).measurements
    assert measurement.verdict is INVALID
    assert measurement.value is None or math.isfinite(measurement.value)
    assert math.isfinite(measurement.U)


def test_terms_that_were_not_finite_come_back_as_numbers(simple, judged):
    told = simple.start("steady").measure("steady", "WIND-01", "r95", "INVALID", "nan", U="nan", terms={"gps": "inf"})
    (measurement,) = only(judged(told.end("steady"))).measurements
    assert measurement.terms == {"gps": math.inf}


def test_a_case_told_twice_is_no_planned_case(simple, judged):
    told = simple.start("steady").measure("steady", "WIND-01", "r95", "FAIL").end("steady")
    told.start("steady").measure("steady", "WIND-01", "r95", "PASS").end("steady")
    requirement = only(judged(told))
    assert requirement.verdict is INVALID
    assert "more than once" in requirement.reason


def test_a_quantity_measured_twice_is_no_measurement(simple, judged):
    told = simple.start("steady").measure("steady", "WIND-01", "r95", "FAIL").measure("steady", "WIND-01", "r95")
    assert only(judged(told.end("steady"))).verdict is INVALID


@pytest.mark.parametrize(
    ("verdicts", "together"),
    [
        (["PASS", "PASS"], PASS),
        (["PASS", "INCONCLUSIVE"], INCONCLUSIVE),
        (["INCONCLUSIVE", "INVALID"], INVALID),
        (["INVALID", "FAIL"], FAIL),
        (["PASS", None], NOT_TESTED),
        (["FAIL", None], FAIL),
        (["INCONCLUSIVE", None], INCONCLUSIVE),
    ],
)
def test_over_cases_the_worst_stands_and_a_missing_one_is_not_tested(story, judged, verdicts, together):
    cases = [f"c{number}" for number in range(len(verdicts))]
    told = story(story.requirement("R-1", "q"), expected=[("R-1", case, "q") for case in cases])
    for case, verdict in zip(cases, verdicts, strict=True):
        if verdict:
            told.start(case).measure(case, "R-1", "q", verdict).end(case)
    result = judged(told)
    assert result.requirements[0].verdict is together
    assert result.exit_code == EXIT_CODES[together]


def test_one_broken_case_leaves_the_others_alone(story, judged):
    told = story(story.requirement("R-1", "q"), expected=[("R-1", "a", "q"), ("R-1", "b", "q")])
    told.start("a").measure("a", "R-1", "q").control("a", ok=False).end("a")
    told.start("b").measure("b", "R-1", "q", "FAIL").control("b").end("b")
    result = judged(told)
    assert [case.verdict for case in result.cases] == [INVALID, FAIL]
    assert result.verdict is FAIL


def test_one_case_may_show_several_requirements(story, judged):
    told = story(
        story.requirement("R-1", "q"), story.requirement("R-2", "p"), expected=[("R-1", "c", "q"), ("R-2", "c", "p")]
    )
    told.start("c", "Shows both").measure("c", "R-1", "q").measure("c", "R-2", "p", "FAIL").end("c")
    result = judged(told)
    assert [item.verdict for item in result.requirements] == [PASS, FAIL]
    (case,) = result.cases
    assert (case.title, case.requirements, case.verdict) == ("Shows both", ("R-1", "R-2"), FAIL)


def test_a_measurement_of_another_requirement_does_not_count(story, judged):
    told = story(
        story.requirement("R-1", "q"), story.requirement("R-2", "q"), expected=[("R-1", "c", "q"), ("R-2", "c", "q")]
    )
    told.start("c").measure("c", "R-1", "q").end("c")
    assert [item.verdict for item in judged(told).requirements] == [PASS, NOT_TESTED]


def test_a_declaration_below_its_profile_fails_whatever_was_measured(story, judged):
    weak = story.requirement("R-1", "q", breaches=["wind 1 m/s, floor 10 m/s", "second"])
    told = story(weak, expected=[("R-1", "c", "q")]).start("c").measure("c", "R-1", "q").end("c")
    result = judged(told)
    assert result.requirements[0].verdict is FAIL
    assert result.requirements[0].reason == "wind 1 m/s, floor 10 m/s"
    assert result.exit_code == 1


@pytest.mark.parametrize(("verdict", "said"), [("PASS", ""), ("", "no such role; external document named: EMC 7")])
def test_a_document_of_the_job_is_told_beside_the_reason_of_a_case_that_was_skipped(story, judged, verdict, said):
    named = story.requirement("R-1", "q", not_tested_reason="external document named: EMC 7")
    told = story(named, expected=[("R-1", "one", "q")]).start("one")
    if verdict:
        told.measure("one", "R-1", "q").end("one")
    else:
        told.end("one", "skipped", "no such role")
    assert judged(told).requirements[0].reason == said


def test_not_applicable_is_said_by_the_profile_alone_and_lets_a_run_pass(story, judged):
    without = story.requirement("R-1", "q", not_applicable="no radio payload")
    result = judged(story(without, expected=[]))
    assert (result.requirements[0].verdict, result.requirements[0].reason) == (NOT_APPLICABLE, "no radio payload")
    assert result.exit_code == 0


@pytest.mark.parametrize("reason", ["", "needs a spectrum analyser"])
def test_a_requirement_that_no_test_shows_is_not_tested_with_the_reason(story, judged, reason):
    result = judged(story(story.requirement("R-1", "q", not_tested_reason=reason), expected=[]))
    assert result.requirements[0].verdict is NOT_TESTED
    assert result.requirements[0].reason == (reason or "no test of this rig covers it")
    assert result.exit_code == 2


def test_what_is_out_of_scope_is_reported_and_does_not_count(story, judged):
    told = story(
        story.requirement("R-1", "q"),
        story.requirement("R-2", "q"),
        expected=[("R-1", "c", "q"), ("R-2", "d", "q")],
        scope=["R-1"],
    )
    told.start("c").measure("c", "R-1", "q").end("c").start("d").measure("d", "R-2", "q", "FAIL").end("d")
    result = judged(told)
    assert [(item.verdict, item.in_scope) for item in result.requirements] == [(PASS, True), (FAIL, False)]
    assert (result.verdict, result.exit_code) == (PASS, 0)
    assert (result.count(PASS), result.count(FAIL)) == (1, 0)


def test_a_run_that_was_cut_short_never_exits_0(simple, tmp_path):
    simple.start("steady").measure("steady", "WIND-01", "r95").control("steady").end("steady")
    result = read_results(simple.write(tmp_path / "run"))
    assert (result.verdict, result.ended, result.exit_code) == (PASS, "", 2)


def test_an_empty_scope_passes_nothing(story, judged):
    result = judged(story(story.requirement("R-1", "q"), expected=[], scope=[]))
    assert (result.verdict, result.exit_code) == (NOT_TESTED, 2)


def test_what_a_case_left_behind_is_with_the_case(simple, judged):
    stored = {"name": "track", "media_type": "text/csv", "file": "attachments/x.csv", "sha256": "0" * 64, "size": 3}
    told = simple.start("steady").tell("attach", "steady", **stored, kind="series").tell("note", "steady", text="calm")
    result = judged(told.end("steady").tell("attach", **{**stored, "name": "rig"}, kind="document"))
    (case,) = result.cases
    assert [attachment.name for attachment in case.attachments] == ["track"]
    assert case.notes == ("calm",)
    assert [attachment.name for attachment in result.run_attachments] == ["rig"]


def test_rig_events_are_merged_and_times_are_of_the_first_and_the_end_event(simple):
    simple.tell("rig", target={"kind": "embedded"}, roles={}).tell("rig", roles={"wind": 1})
    result = summarise(simple.tell("end", exitstatus=0).events, Path())
    assert (result.rig["target"], result.rig["roles"]) == ({"kind": "embedded"}, {"wind": 1})
    assert result.started == simple.events[0]["t_wall"]
    assert result.ended == simple.events[-1]["t_wall"]


def test_a_record_with_two_plans_has_no_results(simple, judged):
    second = {key: value for key, value in simple.events[0].items() if key not in ("case", "type")}
    with pytest.raises(EvidenceError, match="2 plans"):
        judged(simple.tell("plan", **second))


def test_a_record_without_a_plan_has_no_results(story, judged):
    told = story(expected=[])
    told.events.clear()
    with pytest.raises(EvidenceError, match="no plan"):
        judged(told.tell("note", text="x"))


@pytest.mark.parametrize(
    "break_it",
    [
        lambda told: told.events[0].pop("expected"),
        lambda told: told.events[0].update(expected=[["WIND-01", "steady"]]),
        lambda told: told.events[0].update(expected=[["WIND-99", "steady", "r95"]]),
        lambda told: told.events[0].update(requirements=7),
        lambda told: told.events[0]["requirements"][0]["quantities"][0].update(limit={"lower": None, "upper": None}),
        lambda told: told.events[0]["requirements"][0]["quantities"][0].update(limit={"lower": 9, "upper": 1}),
        lambda told: told.events[1].pop("case"),
        lambda told: told.events[1].update(case=["steady"]),
        lambda told: told.events[2].update(verdict="GOOD"),
        lambda told: told.events[2].update(verdict="NOT_APPLICABLE"),
        lambda told: told.events[2].update(value=10**400),
        lambda told: told.events[2].pop("U"),
        lambda told: told.events[2].update(terms=3),
        lambda told: told.events[3].update(blame="rgi"),
        lambda told: told.events[3].pop("blame"),
    ],
)
def test_an_event_that_lacks_what_its_type_promises_is_an_evidence_error(simple, judged, break_it):
    told = simple.start("steady").measure("steady", "WIND-01", "r95").end("steady")
    assert judged(told).verdict is PASS
    break_it(told)
    with pytest.raises(EvidenceError):
        judged(told)


# -- whatever events come

CASES, NAMES = ("a", "b"), ("q", "p")
TYPES = ("case_start", "case_end", "control", "measure")
TRIPLES = [(requirement, case, name) for requirement in ("R-1", "R-2") for case in CASES for name in NAMES]
junk = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3) | st.lists(st.integers(), max_size=2)
)
verdict_texts = st.sampled_from([*(verdict.value for verdict in Verdict), "GOOD"])
values = st.one_of(st.floats(), st.sampled_from(["nan", "inf", "-inf"]), st.integers(), st.just(1.0))


@st.composite
def tellings(draw):
    """Calls on a Story, in any order and number; most are well formed, so that PASS does occur."""
    case = draw(st.sampled_from([*CASES, "", "c"]))
    return draw(
        st.one_of(
            st.just(("start", {"case": case})),
            st.fixed_dictionaries({"case": st.just(case), "ok": st.booleans() | junk}).map(lambda f: ("control", f)),
            st.fixed_dictionaries(
                {"case": st.just(case), "blame": st.sampled_from(["", "", "article", "rig", "skipped", "?"])}
            ).map(lambda f: ("end", f)),
            st.fixed_dictionaries(
                {
                    "case": st.just(case),
                    "requirement": st.sampled_from(["R-1", "R-2", "R-9"]),
                    "quantity": st.sampled_from([*NAMES, "x"]),
                    "verdict": verdict_texts,
                    "value": values,
                    "U": values,
                }
            ).map(lambda f: ("measure", f)),
        )
    )


def good_case(case, measured):
    told = [("start", {"case": case}), ("control", {"case": case, "ok": True})]
    told += [
        ("measure", {"case": case, "requirement": requirement, "quantity": name, "verdict": "PASS"})
        for requirement, name in measured
    ]
    return [*told, ("end", {"case": case})]


good_runs = st.lists(st.sampled_from([(r, n) for r in ("R-1", "R-2") for n in NAMES]), unique=True).map(
    lambda measured: good_case("a", measured) + good_case("b", measured)
)


@st.composite
def stories(draw):
    """A good run with foreign events put into it and some of its own taken out."""
    calls = list(draw(good_runs))
    for call in draw(st.lists(tellings(), max_size=4)):
        calls.insert(draw(st.integers(0, len(calls))), call)
    for _ in range(draw(st.integers(0, 3))):
        if calls:
            calls.pop(draw(st.integers(0, len(calls) - 1)))
    return calls


def sound(events, triple):
    """Whether the case ran once, to its end, with good controls, and measured the triple, finite, as PASS."""
    requirement, case, quantity = triple
    mine = [event for event in events if event["case"] == case]
    by_type = {kind: [event for event in mine if event["type"] == kind] for kind in TYPES}
    measured = {(event["requirement"], event["quantity"]): event for event in by_type["measure"]}
    event = measured.get((requirement, quantity))
    return (
        len(by_type["case_start"]) == 1
        and [event["blame"] for event in by_type["case_end"]] in ([""], ["article"])
        and all(event["ok"] is True for event in by_type["control"])
        and len(measured) == len(by_type["measure"])
        and event is not None
        and event["verdict"] == "PASS"
        and all(isinstance(event[key], float | int) and math.isfinite(event[key]) for key in ("value", "U"))
        and 0 <= event["U"] <= 2.0 - event["value"]
    )


@settings(max_examples=100, deadline=None)
@given(stories())
def test_a_triple_passes_exactly_on_a_passed_finite_measurement_in_a_sound_case(story, calls):
    told = story(*(story.requirement(name, *NAMES) for name in ("R-1", "R-2")), expected=TRIPLES)
    for name, fields in calls:
        getattr(told, name)(**fields)
    try:
        result = summarise(told.tell("end", exitstatus=0).events, Path())
    except (KeyError, TypeError, ValueError, ArithmeticError):
        return
    for requirement in result.requirements:
        for item in requirement.measurements:
            passed = item.verdict is PASS
            assert passed == sound(told.events, (item.requirement, item.case, item.quantity.name)), calls
            blamed = [
                event["blame"] for event in told.events if event["type"] == "case_end" and event["case"] == item.case
            ]
            assert not (requirement.verdict is PASS and "article" in blamed), calls
    assert (result.exit_code == 0) == all(item.verdict in (PASS, NOT_APPLICABLE) for item in result.scope)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_record_with_any_field_spoiled_is_judged_or_refused_and_never_better(tmp_path_factory, story, data):
    told = story(*(story.requirement(name, *NAMES) for name in ("R-1", "R-2")), expected=TRIPLES)
    for name, fields in good_case("a", [("R-1", "q"), ("R-2", "p")]):
        getattr(told, name)(**fields)
    event = data.draw(st.sampled_from(told.events))
    event[data.draw(st.sampled_from(sorted(event)))] = data.draw(junk)
    folder = told.write(tmp_path_factory.getbasetemp() / "spoiled")
    try:
        result = read_results(folder)
    except EvidenceError:
        return
    assert [item.verdict for case in result.cases for item in case.measurements].count(PASS) <= 2
