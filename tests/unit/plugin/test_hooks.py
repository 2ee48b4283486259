"""The plugin does nothing without ``--rig``; with it, it starts one record and never writes over another."""

import re

import pytest

pytest_plugins = "pytester"

USAGE = pytest.ExitCode.USAGE_ERROR


@pytest.fixture
def plain(house, pytester):
    """pytest with the plugin and without a rig."""
    return lambda *more: pytester.runpytest_inprocess("-p", "harness.plugin.hooks", "-p", "fixtures.roles", *more)


def test_other_tests_do_not_notice_the_plugin(house, plain):
    house.write("tests/test_plain.py", "def test_plain(tmp_path): assert tmp_path.is_dir()\n")
    done = plain("tests")
    done.assert_outcomes(passed=1)
    assert done.ret == 0
    assert not (house.root / "evidence").exists()


def test_a_suite_without_a_rig_says_what_to_do(house, plain):
    house.test("one", "WIND-01")
    done = plain("suites")
    assert done.ret == pytest.ExitCode.TESTS_FAILED
    done.assert_outcomes(errors=1)
    assert "a suite needs a rig: pytest suites --rig rigs/embedded.toml" in done.stdout.str()


def test_conditions_are_short_without_a_rig(house, plain):
    house.write("suites/strong_wind/conditions.toml", "[short.wind]\nspeed = 1.0\n[lab.wind]\nspeed = 2.0\n")
    house.suite("def test_it(wind):\n    assert wind.speed == 1.0\n")
    plain("suites").assert_outcomes(passed=1)


def test_collecting_only_makes_no_record(house, certify):
    house.test("one", "WIND-01")
    done = certify("--collect-only", "-q")
    assert done.ret == 0
    assert "test_it.py::test_one" in done.stdout.str()
    assert not house.run.exists()
    assert not (house.root / "evidence").exists()


def test_a_record_is_never_written_over(house, certify):
    house.test("one", "WIND-01")
    assert certify().ret == 0
    before = (house.run / "run.jsonl").read_bytes()
    done = certify()
    assert done.ret == USAGE
    assert "run.jsonl exists: a record is never overwritten" in done.stderr.str()
    assert (house.run / "run.jsonl").read_bytes() == before


def test_an_empty_folder_is_taken(house, certify):
    house.run.mkdir()
    house.test("one", "WIND-01")
    assert certify().ret == 0


@pytest.mark.parametrize("folder", ["pytest.ini", "pytest.ini/run", "/proc/none/run"])
def test_a_place_where_no_folder_can_be_is_named(house, certify, folder):
    house.test("one", "WIND-01")
    done = certify("--evidence", folder)
    assert done.ret == USAGE
    assert f"--evidence {folder}: no run folder can be made there" in done.stderr.str()
    assert "INTERNALERROR" not in done.stderr.str() + done.stdout.str()


def test_without_a_folder_the_run_has_its_own(house, certify):
    house.test("one", "WIND-01")
    assert certify("--seed", "5", "--evidence", "").ret == 0
    (folder,) = (house.root / "evidence").iterdir()
    assert re.fullmatch(r"\d{8}T\d{6}Z-5", folder.name)
    assert (folder / "run.jsonl").is_file()


def test_allure_gets_a_folder_unless_the_user_gives_one(house, certify):
    house.test("one", "WIND-01")
    certify()
    assert list((house.run / "allure-results").glob("*-result.json"))
    certify("--evidence", "other", "--alluredir", "mine")
    assert list((house.root / "mine").glob("*-result.json"))
    assert not (house.root / "other" / "allure-results").exists()


def test_the_marker_is_known(house, plain):
    assert "@pytest.mark.requirement(id, ...)" in plain("--markers").stdout.str()
