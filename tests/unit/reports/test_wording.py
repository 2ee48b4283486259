import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.evidence.quantities import QuantityInfo
from harness.evidence.results import MeasurementResult, read_results
from harness.judgement import Limit, Verdict
from harness.reports.wording import (
    acceptance_text,
    conclusion,
    domain_title,
    headline,
    limit_text,
    marks,
    moment_text,
    notices,
    report_number,
    rule_text,
    uncertainty_text,
    untold,
    value_text,
    worst_measurement,
)


def measured(value, U=0.0, **fields):
    limit = fields.pop("limit", Limit(unit="m", upper=2.0))
    info = QuantityInfo(name="q", title="Q", measurand="", origin="", limit=limit)
    base = {"requirement": "R", "case": "c", "quantity": info, "verdict": Verdict.PASS, "terms": {}, "rule": "guarded"}
    return MeasurementResult(**{**base, "value": value, "U": U, **fields})


@pytest.mark.parametrize(
    ("value", "U", "shown"),
    [
        (0.6204, 0.11, "0.62 m"),
        (1234.5678, 12.0, "1235 m"),
        (3.0, 0.0, "3 m"),
        (0.00123456, 0.0, "0.001235 m"),
        (2.0004, 0.11, "2.0004 m"),
        (1.8904, 0.11, "1.8904 m"),
        (None, 0.0, "-"),
    ],
)
def test_values_are_rounded_to_their_uncertainty_but_never_across_a_limit(value, U, shown):
    assert value_text(measured(value, U)) == shown


def test_counts_print_their_trials_and_bound():
    item = measured(0.0, trials=59, bound=0.0495, limit=Limit(unit="1", upper=0.0))
    assert value_text(item) == "0 of 59"
    assert uncertainty_text(item) == "rate < 5 %"
    assert limit_text(item) == "<= 0"


def test_acceptance_limit_is_moved_inwards_by_the_guard_band():
    assert acceptance_text(measured(1.0, 0.25)) == "<= 1.75 m"
    assert acceptance_text(measured(1.0, 0.25, rule="simple")) == "<= 2 m"
    assert acceptance_text(measured(1.0, 0.5, limit=Limit(unit="s", lower=1, upper=5))) == ">= 1.5 and <= 4.5 s"
    # inwards, and no more digits than the value has
    assert acceptance_text(measured(0.435, 0.08944)) == "<= 1.91 m"
    assert acceptance_text(measured(4.0, 0.0356, limit=Limit(unit="s", lower=1, upper=5))) == ">= 1.036 and <= 4.964 s"
    assert acceptance_text(measured(1.0, 0.1, limit=Limit(unit="Hz", upper=1e12))) == "<= 1e+12 Hz"


@given(st.floats(0.0, 4.0), st.floats(0.0, 1.0), st.floats(0.5, 3.0))
def test_a_printed_value_keeps_the_printed_acceptance_where_it_passes_and_only_there(value, U, upper):
    item = measured(value, U, limit=Limit(unit="m", upper=upper))
    printed, accepted = (float(text(item).removeprefix("<= ").split()[0]) for text in (value_text, acceptance_text))
    if abs(value - (upper - U)) > 1e-4:
        assert (printed <= accepted) is (value <= upper - U)


def test_rules_in_words():
    assert "guard band w = U" in rule_text("guarded")
    assert rule_text("other") == "other"


def test_headline_counts_every_verdict(result):
    assert headline(result) == (
        "jp-government, article EMB-001, firmware 9f31...: NOT DEMONSTRATED. "
        "2 PASS, 2 FAIL, 1 INCONCLUSIVE, 1 INVALID, 52 NOT_TESTED, 1 NOT_APPLICABLE"
    )


def test_a_partial_or_cut_run_says_so(make_run, tmp_path):
    run = read_results(make_run(tmp_path / "r", ended=False, partial="suites strong_wind only"))
    assert conclusion(run) == "NOT DEMONSTRATED, PARTIAL RUN (suites strong_wind only), RUN CUT SHORT"


def test_all_pass_is_demonstrated_only_when_the_run_ended(make_run, tmp_path):
    run = read_results(make_run(tmp_path / "r", scope=["WIND-01", "DAR-01"]))
    assert conclusion(run) == "DEMONSTRATED"
    assert conclusion(dataclasses.replace(run, ended="")) == "NOT DEMONSTRATED, RUN CUT SHORT"


def test_notices_name_simulation_demo_defects_and_faults(make_run, tmp_path):
    run = read_results(make_run(tmp_path / "r", defects=["weak_gains"], rig_faults=["wind muted"]))
    assert notices(run, demo=True) == [
        "pre-compliance (simulation)",
        "DEMO - NOT FOR CERTIFICATION",
        "SEEDED DEFECTS in the article: weak_gains",
        "SEEDED FAULTS in the rig: wind muted",
    ]
    assert marks(run)[1:] == ["SEEDED DEFECTS", "SEEDED RIG FAULTS"]


def test_worst_measurement_is_worst_verdict_then_least_margin(result):
    near, far = measured(1.8), measured(0.1)
    failed = measured(0.0, verdict=Verdict.FAIL)
    item = dataclasses.replace(result.requirements[0], measurements=(far, near))
    assert worst_measurement(item) is near
    assert worst_measurement(dataclasses.replace(item, measurements=(far, near, failed))) is failed
    assert worst_measurement(dataclasses.replace(item, measurements=())) is None


def test_untold_are_requirements_that_no_case_tells(result):
    told = {item.id: item.verdict for item in result.requirements}
    assert untold(result, told) == []
    assert [item.id for item in untold(result, {**told, "RADIO-01": Verdict.PASS})] == ["RADIO-01"]
    del told["SUP-12"]
    assert [item.id for item in untold(result, told)] == ["SUP-12"]


@pytest.mark.parametrize(
    ("wall", "text"),
    [
        ("2026-11-22T20:38:54.868+00:00", "2026-11-22 20:38:54 UTC"),
        ("2026-11-23T00:30:00+09:00", "2026-11-22 15:30:00 UTC"),
        ("yesterday", "yesterday"),
        ("0001-01-01T00:00:00+09:00", "0001-01-01T00:00:00+09:00"),
        ("", ""),
    ],
)
def test_a_moment_is_in_utc_to_the_second(wall, text):
    assert moment_text(wall) == text


def test_names(tmp_path):
    assert domain_title("strong_wind") == "Strong wind"
    assert domain_title("my_suite") == "my_suite"
    assert report_number(tmp_path / "run-7") == "DRAFT-run-7"
