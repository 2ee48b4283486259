"""Condition tables become cases, at the depth of the profile; a mistake in one stops the run."""

import pytest

from harness.errors import FileError
from harness.plugin.conditions import read_conditions

pytest_plugins = "pytester"

GOOD = """
[short.wind]
height = 8.0
cases = [{ speed = 1.0 }, { speed = 1.5, height = 9.0 }]
[short.single]
height = 3.0
[lab.wind]
height = 20.0
cases = [{ speed = 0.5 }, { speed = 1.0 }, { speed = 1.5 }]
[lab.single]
height = 4.0
"""
SUITE = """
@requirement("WIND-01")
def test_blows(wind, measure):
    '''Title.'''
    measure("error", wind.speed + wind.height / 1000)

@requirement("WIND-02")
def test_once(single, measure):
    '''Title.'''
    measure("error", single.height / 1000)
"""
MISTAKES = {
    "x": "cannot be read",
    "\x00": "cannot be read",
    "[short.wind]\nheight = 1.0\n[deep.wind]\nheight = 1.0\n": "short: wants the tables short and lab only",
    "[lab.wind]\nheight = 1.0\n": "short: wants the tables short and lab only",
    "short = 3\n": "short: wants the tables short and lab only",
    "[short]\nwind = 3\n": "short.wind: wants a table, got 3",
    "[short.wind]\ncases = []\n": "short.wind.cases: wants a list of tables that is not empty",
    "[short.wind]\ncases = 3\n": "short.wind.cases: wants a list of tables that is not empty",
    "[short.wind]\ncases = [1, 2]\n": "short.wind.cases: wants a list of tables that is not empty",
}


@pytest.fixture
def path(tmp_path):
    file = tmp_path / "conditions.toml"
    file.write_text(GOOD)
    return file


def test_rows_take_what_they_do_not_say_from_their_table(path):
    rows = read_conditions(path, "short", "wind")
    assert [(row.id, row.speed, row.height) for row in rows] == [
        ("speed=1.0", 1.0, 8.0),
        ("speed=1.5-height=9.0", 1.5, 9.0),
    ]


def test_a_table_without_cases_is_one_row_named_after_the_depth(path):
    (row,) = read_conditions(path, "lab", "single")
    assert (row.id, repr(row), row.height) == ("lab", "lab", 4.0)


def test_a_value_that_the_table_lacks_is_named_with_its_place(path):
    (row,) = read_conditions(path, "short", "single")
    with pytest.raises(AttributeError, match=r"conditions.toml: short.single has no value 'speed'; it has height"):
        _ = row.speed


@pytest.mark.parametrize("depth", ["short", "lab"])
def test_the_profile_names_the_depth(house, certify, depth):
    profile = house.root / "rigs/profiles/baseline.toml"
    profile.write_text(profile.read_text().replace('"short"', f'"{depth}"'))
    house.write("suites/strong_wind/conditions.toml", GOOD)
    house.suite(SUITE)
    assert certify().ret == 0
    rows = {"short": ["speed=1.0", "speed=1.5-height=9.0"], "lab": ["speed=0.5", "speed=1.0", "speed=1.5"]}[depth]
    assert sorted(house.verdicts()) == sorted([*(f"blows[{row}]" for row in rows), f"once[{depth}]"])


@pytest.mark.parametrize("text", MISTAKES)
def test_a_mistake_stops_the_run_and_is_named(house, certify, text):
    house.write("suites/strong_wind/conditions.toml", text)
    house.suite(SUITE)
    done = certify("--no-summary")
    assert done.ret == pytest.ExitCode.USAGE_ERROR
    assert f"conditions.toml: {MISTAKES[text]}" in done.stderr.str()
    assert "Traceback" not in done.stderr.str() + done.stdout.str()
    assert house.events("plan") == []


def test_commissioning_takes_from_short_what_it_leaves_out(path):
    path.write_text(
        "[short.wind]\nheight = 1.0\n[short.gale]\nheight = 2.0\n[lab.wind]\nheight = 3.0\n"
        "[commissioning.wind]\nheight = 4.0\n"
    )
    heights = [read_conditions(path, "commissioning", table)[0].height for table in ("wind", "gale")]
    assert heights == [4.0, 2.0]
    assert read_conditions(path, "short", "wind")[0].height == 1.0


def test_a_table_that_is_not_there_is_named(path):
    with pytest.raises(FileError, match=r"short.gale: there is no such table, there are wind, single"):
        read_conditions(path, "short", "gale")


def test_tables_nested_too_deep_are_refused(path):
    path.write_text(f"x = {'[' * 50_000}")
    with pytest.raises(FileError, match="cannot be read"):
        read_conditions(path, "short", "wind")


def test_bytes_that_are_no_text_are_refused(path):
    path.write_bytes(b"\xff\xfe[short]")
    with pytest.raises(FileError, match="cannot be read"):
        read_conditions(path, "short", "wind")


def test_a_table_that_nobody_wrote_is_invalid_not_passed(house, certify):
    house.write("suites/strong_wind/conditions.toml", "[short.other]\nheight = 1.0\n")
    house.suite(SUITE.replace("wind, measure", "gale, measure"))
    certify()
    assert house.verdicts()["blows"] == "INVALID"


def test_other_suites_have_no_part_in_it(house, certify):
    house.write("suites/strong_wind/conditions.toml", GOOD)
    house.test("one", "SUP-01", place="supply_chain/test_it.py")
    assert certify().ret == 0
