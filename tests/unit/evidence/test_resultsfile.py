"""results.json: equal runs give equal bytes, and nothing in it tells when or where."""

import json

import pytest

from harness.evidence.results import read_results
from harness.evidence.resultsfile import results_json


@pytest.fixture
def text(tmp_path):
    return lambda story: results_json(read_results(story.write(tmp_path / "run")))


def tell(story, order=(0, 1), value=1.23456789012345, **fields):
    requirements = [story.requirement("WIND-01", "r95", "alt"), story.requirement("DAR-01", "found")]
    triples = [("WIND-01", "b", "r95"), ("WIND-01", "a", "r95"), ("WIND-01", "a", "alt"), ("DAR-01", "c", "found")]
    told = story(*(requirements[n] for n in order), expected=triples if order == (0, 1) else triples[::-1])
    cases = ("a", "b") if order == (0, 1) else ("b", "a")
    for case in cases:
        told.start(case).measure(case, "WIND-01", "r95", value=value, **fields)
        told.control(case, name="wind").control(case, name="cut").end(case)
    return told


def expose(story, case, value=12.0, U=0.0):
    figures = {"level": 12.0, "value": value, "U": U}
    return story.tell("exposure", case, name="wind", unit="m/s", terms={}, basis="at 1.225 kg/m3", **figures)


def test_it_says_what_the_article_was_exposed_to(story, text):
    told = tell(story)
    expose(expose(told, "b", 11.5, 0.25), "a", "nan")
    first, second = json.loads(text(told))["requirements"][1]["exposures"]
    fixed = {"name": "wind", "unit": "m/s", "basis": "at 1.225 kg/m3", "level": 12.0}
    assert first == {"case": "a", "value": None, "U": 0.0, "credited": None, **fixed}
    assert second == {"case": "b", "value": 11.5, "U": 0.25, "credited": 11.25, **fixed}


def test_it_says_what_was_found(story, text):
    document = json.loads(text(tell(story, value=1, U=0, trials=59, rule="simple", bound=0.0495120123456)))
    assert {key: document[key] for key in ("schema", "profile", "article", "rig", "seed")} == {
        "schema": "dronecert-results/1",
        "profile": "baseline",
        "article": "EMB-001",
        "rig": "embedded",
        "seed": 7,
    }
    dar, wind = document["requirements"]
    assert (dar["id"], dar["verdict"], dar["reason"]) == ("DAR-01", "NOT_TESTED", "the case did not run")
    assert wind["verdict"] == "NOT_TESTED"
    assert wind["measurements"][1] == {
        "case": "a",
        "quantity": "r95",
        "value": 1.0,
        "unit": "m",
        "limit": {"lower": None, "upper": 2.0},
        "U": 0.0,
        "rule": "simple",
        "verdict": "PASS",
        "trials": 59,
        "bound": 0.0495120123,
    }
    assert wind["controls"][0] == {"case": "a", "name": "cut", "kind": "positive", "ok": True}


def test_equal_runs_give_equal_bytes_whatever_their_order(story, text):
    assert text(tell(story)) == text(tell(story, order=(1, 0)))


def test_figures_have_nine_digits(story, text):
    document = json.loads(text(tell(story)))
    assert document["requirements"][1]["measurements"][1]["value"] == 1.23456789


def test_another_value_gives_other_bytes(story, text):
    assert text(tell(story)) != text(tell(story, value=1.23456799))


def test_everything_is_sorted(story, text):
    document = json.loads(text(tell(story, order=(1, 0))))
    assert [item["id"] for item in document["requirements"]] == ["DAR-01", "WIND-01"]
    wind = document["requirements"][1]
    assert [(item["case"], item["quantity"]) for item in wind["measurements"]] == [
        ("a", "alt"),
        ("a", "r95"),
        ("b", "r95"),
    ]
    assert [(item["case"], item["name"]) for item in wind["controls"]] == [
        ("a", "cut"),
        ("a", "wind"),
        ("b", "cut"),
        ("b", "wind"),
    ]
    assert list(document) == sorted(document)


def test_no_wall_time_machine_or_duration_leaves_a_trace(story, text):
    told = tell(story)
    told.tell("rig", host="bench-7").tell("note", "a", text="at noon").tell("end", exitstatus=0)
    told.events[0].update(harness={"platform": "Linux-6"}, options=["--out", "/home/x"])
    before = text(told)
    for event in told.events:
        event["t_wall"] = "1999-01-01T00:00:00.000+00:00"
        event["t_test"] = 12.5
        if event["type"] == "case_end":
            event["duration_wall"] = 99.0
    told.events[0].update(harness={"platform": "Windows"}, options=[])
    assert text(told) == before
    assert not any(trace in before for trace in ("2026", "bench-7", "noon", "Linux", "/home", "seq"))


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (1.0000000004, 1.0),
        (0.1 + 0.2, 0.3),
        (123456789.4, 123456789.0),
        (1.23456789e-20, 1.23456789e-20),
        (0.0, 0.0),
    ],
)
def test_nine_significant_digits(story, text, value, written):
    (measurement,) = [
        item
        for item in json.loads(text(tell(story, value=value)))["requirements"][1]["measurements"]
        if item["case"] == "b"
    ]
    assert measurement["value"] == written


def test_a_difference_below_nine_digits_does_not_show(story, text):
    assert text(tell(story, value=0.1 + 0.2)) == text(tell(story, value=0.3))


def test_what_was_not_finite_is_null_and_the_text_is_json(story, text):
    def refuse(constant):
        raise AssertionError(f"{constant} is not JSON")

    written = text(tell(story, value="nan", U="inf"))
    document = json.loads(written, parse_constant=refuse)
    assert {item["value"] for item in document["requirements"][1]["measurements"]} == {None}
    assert written.endswith("}\n")


def test_a_lone_surrogate_in_a_reason_is_escaped_and_comes_back(story, text):
    told = story(story.requirement("WIND-01", "r95"), expected=[("WIND-01", "a", "r95")])
    made = text(told.start("a").end("a", "article", "file \udcff lost"))
    assert json.loads(made.encode())["requirements"][0]["reason"] == "file \udcff lost"
