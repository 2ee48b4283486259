"""``requirements`` and ``defects``: the catalogue with its coverage, and what can be seeded."""

import json
import shutil

import pytest

from harness.commands import listing
from harness.commands.listing import read_marks
from harness.commands.output import CHECKOUT
from harness.drone.defects import DEFECTS

WITHOUT_AUTOMATION = {"WIND-12", "RADIO-08", "RADIO-10", "ENDP-10", "SUP-10"}


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """A copy of the catalogue that a test may spoil."""
    for path in CHECKOUT.glob("suites/*/requirements.toml"):
        (tmp_path / "suites" / path.parent.name).mkdir(parents=True)
        shutil.copy(path, tmp_path / "suites" / path.parent.name)
    monkeypatch.setattr(listing, "CHECKOUT", tmp_path)
    return tmp_path


def test_one_object_and_nothing_else(command):
    done = command("requirements", "--json")
    assert (done.code, done.err) == (0, [])
    rows = json.loads(done.out)["requirements"]
    assert len({row["id"] for row in rows}) == 60
    assert {row["id"] for row in rows if row["shown"] != "automatic"} == WITHOUT_AUTOMATION
    tests = {row["id"]: row["tests"] for row in rows}
    assert tests["WIND-01"] == ["strong_wind/test_sustained_wind.py::test_holds_a_point"]
    assert tests["WIND-12"] == []


def test_one_line_a_requirement_and_their_count(command):
    done = command("requirements")
    lines = done.out.splitlines()
    assert (done.code, done.err, len(lines)) == (0, [], 61)
    assert lines[0].split()[:2] == ["WIND-01", "automatic"]
    assert "test_sustained_wind.py::test_holds_a_point" in lines[0]
    covered = sum("no test yet" not in line for line in lines[:-1])
    assert lines[-1] == f"60 requirements, {covered} covered by tests"
    assert covered >= 11


def test_marks_are_read_without_running_the_tests(tmp_path):
    (tmp_path / "wind").mkdir()
    (tmp_path / "wind" / "test_a.py").write_text(
        "raise SystemExit('never run')\n"
        "@requirement('WIND-01', 'WIND-07.tilt')\n@other('WIND-02')\ndef test_one(): ...\n"
        "class TestIt:\n    @requirement('WIND-01')\n    def test_two(self): ...\n"
        "@requirement\ndef test_bare(): ...\n@requirement(NAME)\ndef test_name(): ...\n"
    )
    (tmp_path / "wind" / "helper.py").write_text("@requirement('WIND-09')\ndef test_no(): ...\n")
    assert read_marks(tmp_path) == {
        "WIND-01": ["wind/test_a.py::test_one", "wind/test_a.py::test_two"],
        "WIND-07": ["wind/test_a.py::test_one"],
    }


def test_a_requirement_that_nobody_has_is_named_with_file_and_line(command, checkout):
    path = checkout / "suites" / "strong_wind" / "test_lost.py"
    path.write_text('"""Lost."""\n\n@requirement("WIND-99.tilt")\ndef test_lost(): ...\n')
    done = command("requirements")
    assert (done.code, done.out) == (3, "")
    said = "test_lost: names a requirement which no catalogue holds: 'WIND-99'"
    assert done.err == [f"dronecert: {path}:3: {said}"]


@pytest.mark.parametrize("content", [b"def (:\n", b"\x00", b"\xff\xfe"])
def test_a_file_that_is_no_python_is_one_line(command, checkout, content):
    path = checkout / "suites" / "strong_wind" / "test_wrong.py"
    path.write_bytes(content)
    done = command("requirements", "--json")
    assert (done.code, done.out, len(done.err)) == (3, "", 1)
    assert done.err[0].startswith(f"dronecert: {path}")


def test_a_duplicate_id_is_named_with_file_and_line(command, checkout):
    path = checkout / "suites" / "supply_chain" / "requirements.toml"
    path.write_text(path.read_text().replace('"SUP-02"', '"SUP-01"', 1))
    done = command("requirements")
    assert (done.code, done.out, len(done.err)) == (3, "", 1)
    assert f"{path}:" in done.err[0]
    assert "duplicate id SUP-01" in done.err[0]


def test_a_missing_limit_is_named_with_file_and_line(command, checkout):
    path = checkout / "suites" / "strong_wind" / "requirements.toml"
    path.write_text(path.read_text().replace('limit = { upper = "envelope.hold_r95" }', "limit = {}", 1))
    done = command("requirements")
    assert (done.code, len(done.err)) == (3, 1)
    assert "missing limit" in done.err[0]
    assert f"{path}:" in done.err[0]


def test_defects_as_one_object(command):
    done = command("defects", "--json")
    assert (done.code, done.err) == (0, [])
    rows = {row["name"]: row for row in json.loads(done.out)["defects"]}
    assert rows.keys() == DEFECTS.keys()
    assert rows["weak-gains"]["caught_by"] == ["WIND-01"]
    assert set(rows["weak-gains"]["also_touches"]) == set(DEFECTS["weak-gains"].also_touches)


def test_defects_as_lines(command):
    done = command("defects")
    assert [line.split()[0] for line in done.out.splitlines()] == list(DEFECTS)
    assert "caught by WIND-01" in done.out.splitlines()[0]
    assert "may touch WIND-02: every other flight in wind" in done.out.splitlines()[0]
