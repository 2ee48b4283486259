"""What Allure was told live is what the record replays, byte for byte."""

import json
from collections import Counter

import pytest

from harness.evidence.record import read_events
from harness.reports.allure import write_allure_results

pytest_plugins = "pytester"

STATUS = {"PASS": "passed", "FAIL": "failed", "INVALID": "broken", "INCONCLUSIVE": "broken", "NOT_TESTED": "skipped"}


@pytest.fixture(scope="module")
def live(endings):
    """Files that allure-pytest wrote while the suites ran."""
    folder = endings[0].run / "allure-results"
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.fixture(scope="module")
def replayed(endings, tmp_path_factory):
    """The same folder made again from the record."""
    house, _ = endings
    folder = tmp_path_factory.mktemp("replay")
    write_allure_results(house.results(), read_events(house.run), folder)
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.fixture(scope="module")
def results(live):
    shown = [json.loads(data) for name, data in live.items() if name.endswith("-result.json")]
    return {item["fullName"].partition("#test_")[2] + params(item): item for item in shown}


def params(item):
    values = [parameter["value"] for parameter in item.get("parameters", [])]
    return f"[{', '.join(values)}]" if values else ""


def label(item, name):
    return [entry["value"] for entry in item["labels"] if entry["name"] == name]


def test_every_live_file_is_replayed_byte_for_byte(live, replayed):
    assert len(live) > 100
    assert [name for name in live if replayed.get(name) != live[name]] == []


def test_all_kinds_of_files_are_among_them(live):
    kinds = Counter(name.rpartition("-")[2] for name in live)
    assert kinds["result.json"] == 64
    assert kinds["container.json"] > 0
    assert kinds["attachment.png"] == kinds["attachment.csv"] == 1


def test_the_replay_adds_what_no_test_told(live, replayed):
    added = set(replayed) - set(live)
    told = [json.loads(replayed[name]) for name in added if name.endswith("-result.json")]
    names = {item["name"] for item in told}
    assert "SUP-02 title of SUP-02" in names
    assert not [item for item in told if item["status"] == "passed"]


def test_a_result_carries_the_verdict_not_pytests_word(endings, results):
    verdicts = endings[0].verdicts()
    for case in ("good", "over_the_limit", "in_the_guard_band", "exception", "skip", "teardown_error", "quiet_control"):
        item, verdict = results[case], verdicts[case]
        assert item["status"] == STATUS[verdict], case
        assert label(item, "verdict") == [verdict]
        assert f">{verdict}" in item["descriptionHtml"] or item["descriptionHtml"].startswith(verdict)


def test_no_result_that_is_not_pass_is_passed(endings, results):
    passed = sorted(name for name, item in results.items() if item["status"] == "passed")
    assert passed == ["exposed[13.0, 1.0]", "good", "two_requirements", "worst_case[1.0]"]


def test_a_result_is_titled_and_filed_by_requirement(results):
    item = results["two_requirements"]
    assert item["name"] == "Shows two requirements."
    assert label(item, "requirement") == ["WIND-39", "RADIO-04"]
    assert {entry["name"] for entry in item["labels"]} == {"domain", "requirement", "claim", "verdict"}


def test_a_reason_is_the_message(results):
    assert results["over_the_limit"]["statusDetails"]["message"] == "WIND-02.error = 3 m, limit <= 2 m"


def test_a_chart_is_drawn_and_shown(endings, live, results):
    (png,) = [entry for entry in results["good"]["attachments"] if entry["type"] == "image/png"]
    assert live[png["source"]].startswith(b"\x89PNG")
    assert png["name"] == "Error"
    assert "data:image/png;base64," in results["good"]["descriptionHtml"]
    kinds = [item.kind for item in endings[0].results().cases[0].attachments]
    assert sorted(kinds) == ["plot", "series"]


def test_a_series_that_was_shown_is_attached(live, results):
    (csv,) = [entry for entry in results["good"]["attachments"] if entry["type"] == "text/csv"]
    assert live[csv["source"]] == b"t,x\n0,1\n"


def test_a_run_that_stops_early_replays_what_it_told(house, certify, tmp_path):
    house.test("first", "WIND-01")
    house.test("second", "WIND-02", body="measure('error', 1.0); measure('error', 1.0)")
    certify()
    write_allure_results(house.results(), read_events(house.run), tmp_path / "replay")
    for path in (house.run / "allure-results").iterdir():
        assert (tmp_path / "replay" / path.name).read_bytes() == path.read_bytes()


def test_runs_in_one_process_do_not_hear_each_other(house, certify):
    house.test("one", "WIND-01")
    certify()
    before = len(house.events("allure"))
    certify("--evidence", "second")
    assert len(house.events("allure")) == before > 0


def test_a_run_without_pictures_measures_the_same_and_draws_nothing(house, certify):
    house.suite(
        "@requirement('WIND-01')\ndef test_one(vehicle, measure):\n    '''T.'''\n"
        "    vehicle.show()\n    measure('error', 1.0)\n"
    )
    certify("--allow-arming", "--no-pictures")
    assert house.verdicts() == {"one": "PASS"}
    assert {event["kind"] for event in house.events("attach")} == {"document", "series"}
