"""What is refused before anything starts: exit 4, one clear message, no record and no traceback."""

from pathlib import Path

import pytest

from harness.errors import FileError, UsageError
from harness.instruments.operator import Attendance
from harness.plugin.options import HIDING, Request, load_request, profile_file, rig_file

pytest_plugins = "pytester"

ROOT = Path(__file__).parents[3]

USAGE = pytest.ExitCode.USAGE_ERROR


def refused(done, house):
    """The message of a run that must not have started."""
    text = done.stderr.str() + done.stdout.str()
    assert done.ret == USAGE, text
    assert "INTERNALERROR" not in text
    assert "Traceback" not in text
    assert not (house.run / "run.jsonl").exists()
    return text


def test_repetition_is_refused(house, certify):
    house.write(
        "conftest.py",
        "def pytest_addoption(parser):\n    parser.getgroup('x')._addoption('--reruns', dest='reruns', type=int)\n",
    )
    house.test("one", "WIND-01")
    assert "--reruns is refused" in refused(certify("--reruns=2"), house)


@pytest.mark.parametrize(
    "option", ["--ignore=suites/strong_wind", "--ignore-glob=*wind*", "--continue-on-collection-errors"]
)
def test_what_hides_a_test_from_the_plan_is_refused(house, certify, option):
    house.test("one", "WIND-01")
    assert "hides tests from the plan" in refused(certify(option), house)


def test_last_failed_is_refused(house, certify):
    house.write("pytest.ini", "[pytest]\n")
    house.test("one", "WIND-01")
    assert "--lf is refused" in refused(certify("--lf"), house)


def test_every_hiding_option_is_one_of_pytest(pytestconfig):
    assert [name for name in HIDING if name != "lf" and not hasattr(pytestconfig.option, name)] == []


@pytest.mark.parametrize("place", ["strong_wind/test_it.py", "strong_wind/test_it.py::test_one"])
def test_a_part_of_a_suite_is_no_run(house, certify, place):
    house.test("one", "WIND-01")
    house.test("two", "WIND-01")
    assert "name the folder of a suite" in refused(certify(f"suites/{place}"), house)


def test_a_folder_of_a_suite_is_one(house, certify):
    house.test("one", "WIND-01")
    house.test("other", "SUP-01", place="supply_chain/test_other.py")
    assert certify("suites/strong_wind").ret == 0
    assert house.verdicts() == {"one": "PASS"}


def test_a_report_needs_allure(house, certify):
    house.test("one", "WIND-01")
    assert "allure-pytest is switched off" in refused(certify("-p", "no:allure_pytest"), house)


FILES = {
    "--rig": "rigs/rig.toml",
    "--article": "rigs/article.toml",
    "--profile": "rigs/profiles/baseline.toml",
    "--job": "job.toml",
}
# every option and every kind of mistake once; the catalogue's own tests have all of them for each file
WRONG = [
    ("--rig", None),
    ("--article", b""),
    ("--profile", bytes(range(256))),
    ("--job", b'id = "x"\nfantasy = 1\n'),
    ("--rig", b'id = ["x"]\n'),
    ("--profile", None),
]


@pytest.mark.parametrize(("option", "content"), WRONG)
def test_a_wrong_file_is_named(house, certify, option, content):
    path = house.root / FILES[option]
    path.unlink(missing_ok=True)
    if content is not None:
        path.write_bytes(content)
    house.test("one", "WIND-01")
    text = refused(certify(option, str(path)), house)
    assert f"ERROR: {path}" in text


def test_a_folder_is_no_file(house, certify):
    house.test("one", "WIND-01")
    assert "is a folder" in refused(certify("--article", str(house.root)), house)


@pytest.mark.parametrize(
    ("option", "known"), [("--suite", "strong_wind, radio_link"), ("--requirement", "WIND-01, WIND-02")]
)
def test_an_unknown_part_of_the_scope_is_refused(house, certify, option, known):
    house.test("one", "WIND-01")
    assert f"{option} fantasy: there is none of that name; there are {known}" in refused(
        certify(option, "fantasy"), house
    )


def test_a_scope_of_nothing_in_the_profile_is_refused(house, certify):
    profile = house.root / "rigs/profiles/baseline.toml"
    profile.write_text(profile.read_text().replace('"WIND-02", ', ""))
    house.test("one", "WIND-01")
    said = refused(certify("--requirement", "WIND-02"), house)
    assert "--requirement WIND-02: nothing of it is in the profile baseline: name another one" in said
    assert certify("--requirement", "WIND-01", "--requirement", "WIND-02").ret == 0


def test_a_profile_is_found_by_its_name_and_by_its_path(house, certify):
    text = (house.root / "rigs/profiles/baseline.toml").read_text()
    house.write("rigs/profiles/other.toml", text.replace('id = "baseline"', 'id = "named"'))
    house.write("elsewhere.toml", text.replace('id = "baseline"', 'id = "by-path"'))
    house.test("one", "WIND-01")
    seen = []
    for name in ("", "other", "elsewhere.toml"):
        assert certify("--profile", name, "--evidence", f"run{name}").ret == 0
        house.root.joinpath(f"run{name}").rename(house.run)
        seen.append(house.results().plan["profile"]["id"])
        house.run.rename(house.root / f"done{name}")
    assert seen == ["baseline", "named", "by-path"]


def test_options_reach_the_plan(house, certify):
    house.test("one", "WIND-01")
    certify("--seed", "12", "--suite", "strong_wind", "--requirement", "WIND-01")
    plan = house.results().plan
    assert (plan["seed"], plan["partial"]) == (12, "strong_wind, WIND-01 only")
    assert plan["scope"] == ["WIND-01"]


def test_a_defect_is_for_the_embedded_drone_only(house, certify):
    house.test("one", "WIND-01", body="pass")
    house.suite('@requirement("WIND-02")\ndef test_rig(vehicle):\n    """Title."""\n', "strong_wind/test_rig.py")
    done = certify("--defect", "weak-gains")
    assert done.ret == USAGE
    assert "--defect seeds the embedded drone only" in done.stdout.str()
    assert "INTERNALERROR" not in done.stdout.str()
    assert "PASS" not in house.verdicts().values()


JOB = """number = "J-1"
place = "Hall 2"
sampling = "none"
customer = { name = "C", contact = "c" }
laboratory = { name = "L", address = "l" }
operator = { name = "O", role = "o", answers = "said.toml" }
approver = { name = "A", role = "a" }
units = [{ kind = "aircraft", serial = "1", received = 2026-11-20, condition = "new" }]
"""


def test_the_operator_of_the_job_is_the_default_of_every_make_that_asks_one(tmp_path):
    (tmp_path / "job.toml").write_text(JOB)
    (tmp_path / "said.toml").write_text('[answers]\n"wind.set" = "done"\n')
    files = {"rig": str(ROOT / "rigs" / "embedded.toml"), "job": str(tmp_path / "job.toml")}
    rig, _ = load_request(Request(root=ROOT, **files))
    assert rig.attendance == Attendance(name="O", answers=tmp_path / "said.toml")
    alone, _ = load_request(Request(root=ROOT, rig=files["rig"]))
    assert alone.attendance == Attendance()
    (tmp_path / "said.toml").unlink()
    with pytest.raises(FileError, match=r"job\.toml:6: operator\.answers: there is no answer file"):
        load_request(Request(root=ROOT, **files))


@pytest.mark.parametrize("find", [lambda root, name: profile_file(Request(root=root, rig="", profile=name)), rig_file])
def test_a_name_is_found_in_its_folder_and_a_mistyped_one_told(tmp_path, monkeypatch, find):
    monkeypatch.chdir(tmp_path)
    for name in ("rigs/embedded.toml", "rigs/profiles/baseline.toml", "own.toml"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    default = find(tmp_path, "")
    assert find(tmp_path, default.stem) == default
    assert find(tmp_path, "own.toml") == Path("own.toml")
    assert find(tmp_path, "no/where.toml") == Path("no/where.toml")
    with pytest.raises(UsageError, match=f"no such file, and none of that name, did you mean '{default.stem}'"):
        find(tmp_path, default.stem[:-1])
