"""The main job as a user sees it: verdicts, exit codes, views."""

import csv
import json
import re
import shutil
import subprocess
import tomllib
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

from harness.evidence.results import read_results
from harness.evidence.resultsfile import results_json
from harness.judgement import Verdict
from harness.reports.wording import report_number

ROOT = Path(__file__).parents[2]
VIEWS = ("results.json", "report.html", "report.pdf", "matrix.csv", "junit.xml", "allure-results", "bag", "attachments")
GIBIBYTE_IN_KIB = 1 << 20
BASELINE = tomllib.loads((ROOT / "rigs" / "profiles" / "baseline.toml").read_text(encoding="utf-8"))["requirements"]
FLYING = tuple(name for name in BASELINE if name.startswith(("WIND-", "RADIO-")))


def test_it_certifies_the_embedded_drone(main_job):
    assert main_job.done.returncode == 0, main_job.done.stderr[-2000:]
    assert main_job.verdicts == dict.fromkeys(BASELINE, Verdict.PASS)
    assert all((main_job.folder / name).exists() for name in VIEWS)


def test_it_prints_a_line_a_requirement_and_where_the_evidence_is(main_job):
    lines = main_job.done.stdout.splitlines()
    assert [line.split()[:2] for line in lines[: len(BASELINE)]] == [[name, "PASS"] for name in main_job.verdicts]
    assert lines[-3:] == [
        f"report  {main_job.folder / 'report.html'}",
        f"pdf     {main_job.folder / 'report.pdf'}",
        f"bag     {main_job.folder / 'bag'}",
    ]
    assert "pre-compliance (simulation)" in lines
    assert "DEMO - NOT FOR CERTIFICATION" in lines
    assert "PARTIAL RUN" not in main_job.done.stdout


def test_a_progress_line_a_case_goes_to_standard_error(main_job):
    cases = read_results(main_job.folder).cases
    told = re.findall(r"^\[gw\d\] \[ *\d+%\] PASS suites/\S+::test_\S+ $", main_job.done.stderr, re.MULTILINE)
    assert len(told) == len(cases) >= len(BASELINE)


def test_it_needs_less_than_a_gibibyte(main_job):
    assert 10_000 < main_job.done.peak < GIBIBYTE_IN_KIB


def test_each_requirement_was_shown_with_its_controls(main_job):
    result = read_results(main_job.folder)
    assert [item.id for item in result.scope if not item.controls] == []
    assert all(control.ok for item in result.scope for control in item.controls)


def test_the_report_calls_nobody_and_shows_all_requirements(main_job):
    page = (main_job.folder / "report.html").read_text(encoding="utf-8")
    assert not re.findall(r'(?:src|href)="https?://', page)
    assert "googletagmanager" not in page
    shown = [json.loads(path.read_bytes()) for path in main_job.folder.glob("allure-results/*-result.json")]
    labels = [label["value"] for item in shown for label in item["labels"] if label["name"] == "requirement"]
    assert len(set(labels)) == 60
    # a result in the page is a file of its name
    assert len(set(re.findall(r"data/test-results/[0-9a-f]{32}\.json", page))) == len(shown)


def test_tables_have_all_requirements(main_job):
    with (main_job.folder / "matrix.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    named = {cell for row in rows for cell in row if re.fullmatch(r"[A-Z]+-\d\d", cell)}
    assert len(named) == 60
    document = json.loads((main_job.folder / "results.json").read_text(encoding="utf-8"))
    assert {item["id"] for item in document["requirements"]} == named
    outside = {item["id"] for item in document["requirements"] if item["verdict"] == "NOT_TESTED"}
    assert outside == named - set(main_job.verdicts)
    suites = ElementTree.parse(main_job.folder / "junit.xml").getroot()
    assert len(list(suites.iter("testcase"))) >= len(BASELINE)
    assert not list(suites.iter("failure"))


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext (poppler-utils) is not installed")
def test_the_pdf_carries_its_number_on_each_page(main_job):
    command = ["pdftotext", str(main_job.folder / "report.pdf"), "-"]
    pages = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split("\f")[:-1]
    assert all(report_number(main_job.folder) in page and "pre-compliance" in page for page in pages)
    assert all(f"page {number} of {len(pages)}" in page for number, page in enumerate(pages, 1))


def test_the_same_seed_gives_the_same_results(main_job, suites):
    again = suites("--seed", 7)
    assert results_json(read_results(again.folder)) == (main_job.folder / "results.json").read_text(encoding="utf-8")


@pytest.mark.parametrize("seed", [8, 20261122])
def test_another_seed_gives_other_values_and_the_same_verdicts(main_job, suites, seed):
    other = suites("--seed", seed, "--suite", "strong_wind", "--suite", "radio_link")
    assert other.verdicts == dict.fromkeys(FLYING, Verdict.PASS)
    for name in ("WIND-01", "WIND-02", "WIND-03", "WIND-04", "RADIO-01"):
        assert _values(other.folder)[name] != _values(main_job.folder)[name]


def _cases(job):
    return len(read_results(job.folder).cases)


def _values(folder):
    document = json.loads(results_json(read_results(folder)))
    return {item["id"]: [row["value"] for row in item["measurements"]] for item in document["requirements"]}


def test_a_part_of_the_government_profile_is_not_demonstrated_and_is_called_a_part(dronecert, tmp_path):
    # one suite only: the whole profile flies for minutes at its depth, tox -e sweep does
    done = dronecert("certify", "--profile", "jp-government", "--suite", "supply_chain", "--out", tmp_path / "run")
    assert done.returncode == 2, done.stderr
    assert "PARTIAL RUN" in done.stdout
    assert "NOT DEMONSTRATED" in done.stdout
    untested = re.findall(r"^(SUP-\d\d) +NOT_TESTED +- +(\S.+)$", done.stdout, re.MULTILINE)
    assert [name for name, _ in untested] == ["SUP-10"]
    assert re.findall(r"^SUP-01 +PASS", done.stdout, re.MULTILINE)


def test_a_declaration_written_to_win_fails(dronecert, tmp_path):
    chosen = [word for name in ("WIND-01", "RADIO-01", "SUP-01") for word in ("--requirement", name)]
    article = "rigs/articles/written-to-win.toml"
    done = dronecert("certify", "--article", article, *chosen, "--out", tmp_path / "run")
    assert done.returncode == 1, done.stderr
    for name, key in (("WIND-01", r"envelope\.max_wind"), ("RADIO-01", r"link\.loss_action")):
        assert re.search(rf"^{name} +FAIL .*declaration below profile: {key}", done.stdout, re.MULTILINE)
    assert re.search(r"^SUP-01 +PASS", done.stdout, re.MULTILINE)
