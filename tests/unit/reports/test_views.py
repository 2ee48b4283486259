import hashlib
import json
import re
import shutil

import pytest

from harness.errors import EvidenceError
from harness.reports.views import ViewOptions, make_views

MADE = ("results.json", "matrix.csv", "junit.xml", "report.pdf", "allure-results", "report.html")


def test_all_views_are_made_and_again_also_where_the_html_cannot_be(make_run, tmp_path, tools):
    folder = make_run(tmp_path / "run-7")
    options = ViewOptions(tools=tools, demo=True)
    views = make_views(folder, options)
    before = {name: (folder / name).read_bytes() for name in MADE[:4]}
    (folder / "allure-results" / "stray.json").write_text("{}")
    _assert_quiet_html(views.report_html.read_text())
    with pytest.raises(EvidenceError, match=r"harness\.reports\.node"):
        make_views(folder, ViewOptions(tools=tmp_path, demo=True))
    assert {name: (folder / name).read_bytes() for name in MADE[:4]} == before
    assert sorted(path.name for path in folder.iterdir()) == sorted([*MADE, "run.jsonl", "attachments", "allure-live"])
    assert not (folder / "allure-results" / "stray.json").exists()
    assert views.report_html == folder / "report.html" and views.result.exit_code == 1


def _assert_quiet_html(text):
    assert re.match(r"<!DOCTYPE html>\s*<html[^>]*>\s*<head><script>window\.allureReportDataReady=false;", text)
    assert not re.search(r"""(?:src|href)\s*=\s*["']?(?:https?:)?//""", text)
    assert "googletagmanager" not in text and "Content-Security-Policy" in text
    assert "NOT DEMONSTRATED. 2 PASS" in text and "DEMO - NOT FOR CERTIFICATION" in text


def test_a_record_that_was_cut_short_has_all_views(make_run, tmp_path, tools):
    folder = make_run(tmp_path / "run-7", ended=False)
    with (folder / "run.jsonl").open("a") as file:
        file.write('{"seq": 99, "type": "meas')
    views = make_views(folder, ViewOptions(tools=tools))
    assert "RUN CUT SHORT" in views.report_html.read_text()
    assert all((folder / name).exists() for name in MADE)


@pytest.mark.parametrize(
    ("event_type", "spoil"),
    [
        ("rig", lambda event: event["roles"].update(wind=None)),
        ("measure", lambda event: event.update(bound="wide")),
        ("control", lambda event: event.update(name=["wind"])),
        ("case_end", lambda event: event.update(duration_wall="long")),
        ("plan", lambda event: event["requirements"][30].pop("domain")),
        ("plan", lambda event: event["requirements"][30].update(clauses=["none"])),
        ("allure", lambda event: event.pop("name")),
    ],
)
def test_a_field_of_another_kind_is_one_clear_error(make_run, tmp_path, tools, event_type, spoil):
    folder = make_run(tmp_path / "run-7")
    events = [json.loads(line) for line in (folder / "run.jsonl").read_text().splitlines()]
    spoil(next(event for event in events if event["type"] == event_type))
    (folder / "run.jsonl").write_text("".join(json.dumps(event) + "\n" for event in events))
    with pytest.raises(EvidenceError, match="not of this version"):
        make_views(folder, ViewOptions(tools=tools))


def test_a_missing_attachment_stops_before_anything_is_replaced(make_run, tmp_path, tools):
    folder = make_run(tmp_path / "run-7")
    shutil.rmtree(folder / "attachments")
    with pytest.raises(EvidenceError, match="cannot be read"):
        make_views(folder, ViewOptions(tools=tools))
    assert not any((folder / name).exists() for name in MADE)


def test_an_altered_capture_that_no_page_shows_is_not_signed(make_run, tmp_path, tools):
    folder = make_run(tmp_path / "run-7")
    events = [json.loads(line) for line in (folder / "run.jsonl").read_text().splitlines()]
    case = next(event["case"] for event in events if event["type"] == "case_start")
    digest = hashlib.sha256(b"capture").hexdigest()
    told = {"name": "c", "media_type": "m", "file": f"attachments/{digest}.pcap", "sha256": digest, "size": 7}
    event = {**events[-1], **told, "seq": len(events), "case": case, "type": "attach", "kind": "capture"}
    with (folder / "run.jsonl").open("a") as file:
        file.write(json.dumps(event) + "\n")
    (folder / told["file"]).write_bytes(b"another")
    with pytest.raises(EvidenceError, match="not the bytes that the record names: altered"):
        make_views(folder, ViewOptions(tools=tools))
    assert not any((folder / name).exists() for name in MADE)
