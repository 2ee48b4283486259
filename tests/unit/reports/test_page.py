"""The page has a budget: what is over it is told by a slip, the worst verdicts keep theirs, and the bag has all."""

import hashlib
import json

import pytest

from harness.errors import EvidenceError
from harness.reports import page
from harness.reports.allure import Document, write_allure_results
from harness.reports.page import left_out, slip_for, slip_name, with_slips


def allure(what, name, **fields):
    return {"type": "allure", "what": what, "name": name, **fields}


class Told:
    """A record of two cases, the second a FAIL, with a capture each and one of the first's fixture."""

    def __init__(self, folder):
        self.folder, self.cases = folder, ()
        (folder / "attachments").mkdir(parents=True)
        self.events = [
            self.attached("a.pcapng", b"a" * 60),
            self.ended("one", "PASS", "a.pcapng"),
            self.attached("b.pcapng", b"b" * 60),
            self.ended("two", "FAIL", "b.pcapng"),
            self.attached("c.pcapng", b"c" * 60),
            allure("container", "c.json", content=self.fixture("one", "c.pcapng")),
        ]

    def attached(self, name, data):
        file = f"attachments/{hashlib.sha256(data).hexdigest()}.bin"
        (self.folder / file).write_bytes(data)
        return allure("attachment", name, file=file)

    @staticmethod
    def entry(source):
        return {"name": f"capture {source[0]}", "source": source, "type": "application/x-pcapng"}

    def ended(self, uuid, verdict, source):
        labels = [{"name": "verdict", "value": verdict}]
        return allure(
            "result", f"{uuid}.json", content={"uuid": uuid, "labels": labels, "attachments": [self.entry(source)]}
        )

    def fixture(self, child, source):
        return {"uuid": "f", "children": [child], "befores": [{"name": "rig", "attachments": [self.entry(source)]}]}


@pytest.fixture
def told(tmp_path):
    return Told(tmp_path / "run")


def test_within_the_budget_nothing_is_left_out(told, monkeypatch):
    monkeypatch.setattr(page, "MOST_IN_PAGE", 180)
    assert left_out(told.events, told) == {}


def test_beyond_it_the_worst_verdict_keeps_its_file_and_others_have_slips(told, monkeypatch):
    monkeypatch.setattr(page, "MOST_IN_PAGE", 119)
    out = left_out(told.events, told)
    assert sorted(out) == ["a.pcapng", "c.pcapng"]
    slip = out["a.pcapng"]
    assert (slip.name, slip.size, slip.sha256) == ("capture a", 60, hashlib.sha256(b"a" * 60).hexdigest())
    assert f"data/attachments/{slip.sha256}.bin" in slip.text.decode()


def test_slips_stand_where_the_files_stood(told, monkeypatch):
    monkeypatch.setattr(page, "MOST_IN_PAGE", 119)
    out = left_out(told.events, told)
    (shown,) = with_slips(told.events[5]["content"], out)["befores"][0]["attachments"]
    assert shown == {"name": "capture c (0 kB, in the bag)", "source": "c.txt", "type": "text/plain"}
    assert with_slips(told.events[3]["content"], out) == told.events[3]["content"]
    assert slip_name("no-extension") == "no-extension.txt"


def test_a_page_over_its_budget_has_no_plot_twice_and_the_bag_keeps_all(result, events, tmp_path, monkeypatch):
    monkeypatch.setattr(page, "MOST_IN_PAGE", 1)
    before = {path.name: path.read_bytes() for path in (result.folder / "attachments").iterdir()}
    write_allure_results(result, events, tmp_path / "out")
    sources = {path.name for path in (tmp_path / "out").iterdir()}
    named = [
        entry["source"]
        for path in (tmp_path / "out").glob("*-result.json")
        for entry in json.loads(path.read_text()).get("attachments", [])
    ]
    assert set(named) <= sources and not [name for name in sources if name.endswith(".png")]
    assert {path.name: path.read_bytes() for path in (result.folder / "attachments").iterdir()} == before


def test_what_the_page_leaves_out_is_still_looked_at(told, monkeypatch):
    monkeypatch.setattr(page, "MOST_IN_PAGE", 119)
    (told.folder / told.events[0]["file"]).write_bytes(b"altered")
    told.requirements, told.scope, told.started = (), (), ""
    with pytest.raises(EvidenceError, match="altered"):
        write_allure_results(told, told.events, told.folder / "out")


def test_a_document_too_large_for_the_page_is_told_by_its_file(result, events, tmp_path, monkeypatch):
    monkeypatch.setattr("harness.reports.allure.MOST_OF_A_DOCUMENT", 3)
    pdf = Document(name="Test report", media_type="application/pdf", extension="pdf", data=b"%PDF", file="report.pdf")
    write_allure_results(result, events, tmp_path / "out", [pdf])
    slip = slip_for("Test report", "report.pdf", b"%PDF")
    assert slip.text in [path.read_bytes() for path in (tmp_path / "out").glob("*.txt")]
    assert b"data/report.pdf" in slip.text
