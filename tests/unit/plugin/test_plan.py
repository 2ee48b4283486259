"""The plan: who shows what, recorded whole before anything is deselected."""

from types import SimpleNamespace

import pytest

from harness.plugin.plan import _named_document

pytest_plugins = "pytester"

USAGE = pytest.ExitCode.USAGE_ERROR
TWO_CASES = """
@pytest.mark.parametrize("value", [1.0, 1.5])
@requirement("WIND-02")
def test_two(measure, value):
    '''Title of two.'''
    measure("error", value)
"""


def no_plan(done, house):
    text = done.stderr.str()
    assert done.ret == USAGE, text + done.stdout.str()
    assert "INTERNALERROR" not in text + done.stdout.str()
    assert house.events("plan", "case_start") == []
    return text


def test_an_unknown_requirement_is_named_with_file_and_line(house, certify):
    house.test("one", "WIND-01")
    house.test("lost", "WIND-99")
    path = house.root / "suites/strong_wind/test_it.py"
    line = path.read_text().splitlines().index("@requirement('WIND-99')") + 1
    text = no_plan(certify(), house)
    assert f"ERROR: {path}:{line}: test_lost: names a requirement which no catalogue holds: 'WIND-99'" in text


def test_an_unknown_quantity_is_refused(house, certify):
    house.test("lost", "WIND-01.speed")
    assert "test_lost names WIND-01.speed, which is not a quantity of it" in no_plan(certify(), house)


@pytest.mark.parametrize("mark", ["", "@requirement()\n"])
def test_a_test_without_a_requirement_is_refused(house, certify, mark):
    house.suite(f'{mark}def test_bare(measure):\n    """Title."""\n')
    assert "test_bare names no requirement" in no_plan(certify(), house)


@pytest.mark.parametrize("doc", ["", '    """   """\n'])
def test_a_test_without_a_title_is_refused(house, certify, doc):
    house.suite(f'@requirement("WIND-01")\ndef test_mute(measure):\n{doc}    measure("error", 1.0)\n')
    assert "test_mute has no docstring" in no_plan(certify(), house)


def test_two_cases_with_one_id_are_refused(house, certify):
    house.test("same", "WIND-01")
    house.test("same", "WIND-02", place="strong_wind/test_other.py")
    assert "have the same case id 'strong_wind/same': rename one" in no_plan(certify(), house)


def test_the_same_name_in_another_suite_is_another_case(house, certify):
    house.test("same", "WIND-01")
    house.test("same", "SUP-01", place="supply_chain/test_it.py")
    assert certify().ret == 0
    assert [case.id for case in house.results().cases] == ["strong_wind/same", "supply_chain/same"]


def test_a_selection_leaves_the_plan_whole(house, certify):
    house.test("one", "WIND-01")
    house.suite(TWO_CASES, "strong_wind/test_two.py")
    assert certify("-k", "test_two and 1.0").ret == 0
    assert [triple[:2] for triple in house.results().plan["expected"]] == [
        ["WIND-01", "strong_wind/one"],
        ["WIND-02", "strong_wind/two[1.0]"],
        ["WIND-02", "strong_wind/two[1.5]"],
    ]
    assert house.verdicts() == {"one": "NOT_TESTED", "two[1.0]": "PASS", "two[1.5]": "NOT_TESTED"}
    verdicts = {item.id: item.verdict for item in house.results().requirements}
    assert verdicts["WIND-02"] == "NOT_TESTED"


@pytest.mark.parametrize("option", ["--deselect=suites/strong_wind/test_it.py::test_one", "-m=timeout", "-x"])
def test_no_other_selection_takes_from_the_plan(house, certify, option):
    house.test("fails", "WIND-02", body="measure('error', 9.0)")
    house.test("one", "WIND-03")
    certify(option)
    assert [triple[0] for triple in house.results().plan["expected"]] == ["WIND-02", "WIND-03"]
    assert house.verdicts()["one"] == "NOT_TESTED"


BAD = """
@requirement("WIND-01")
def test_bad(measure):
    '''Title of bad.'''
    measure("error", 9.0)
"""


@pytest.mark.parametrize(
    ("head", "options"),
    [
        ("pytest.skip('not today', allow_module_level=True)\n", ()),
        ("pytest.importorskip('a_library_that_nobody_has')\n", ()),
        ("__test__ = False\n", ()),
        ("", ("-o", "python_functions=test_good")),
        ("", ("-o", "python_files=test_it.py")),
    ],
)
def test_what_hides_a_test_from_the_collection_does_not_pass_its_requirement_on_the_rest(house, certify, head, options):
    house.test("good", "WIND-01")
    house.suite(head + BAD, "strong_wind/test_other.py")
    certify(*options)
    assert house.verdicts() == {"good": "PASS", "bad": "NOT_TESTED"}
    first = house.results().requirements[0]
    assert (first.id, first.verdict, first.reason) == ("WIND-01", "NOT_TESTED", "the case did not run")


def test_a_hidden_test_counts_for_the_quantity_that_it_names(house, certify):
    house.test(
        "good",
        "RADIO-01.error",
        "RADIO-01.delay",
        place="radio_link/test_it.py",
        body="measure('error', 1.0), measure('delay', 1.0)",
    )
    house.suite(BAD.replace("WIND-01", "RADIO-01.delay"), "radio_link/test_other.py")
    certify("-o", "python_functions=test_good")
    hidden = [triple for triple in house.events("plan")[0]["expected"] if triple[1] == "radio_link/bad"]
    assert hidden == [["RADIO-01", "radio_link/bad", "delay"]]


def test_of_a_folder_that_is_left_out_nothing_is_expected_that_no_other_test_shows(house, certify):
    house.test("good", "WIND-01")
    house.test("far", "RADIO-01.error", place="radio_link/test_it.py")
    certify("suites/strong_wind")
    assert house.verdicts() == {"good": "PASS"}


def test_a_quantity_that_no_test_shows_is_expected_all_the_same(house, certify):
    house.test("half", "RADIO-01.error")
    assert certify().ret == 0
    plan = house.results().plan
    assert plan["expected"] == [["RADIO-01", "strong_wind/half", "error"], ["RADIO-01", "no test", "delay"]]
    verdicts = {item.id: item.verdict for item in house.results().requirements}
    assert verdicts["RADIO-01"] == "NOT_TESTED"


def test_two_tests_may_share_the_quantities(house, certify):
    house.test("half", "RADIO-01.error")
    house.test("rest", "RADIO-01.delay", body="measure('delay', 1.0)")
    certify()
    assert {item.id: item.verdict for item in house.results().requirements}["RADIO-01"] == "PASS"


def test_what_is_out_of_scope_does_not_run_and_does_not_count(house, certify):
    house.test("one", "WIND-01")
    house.test("other", "SUP-01", place="supply_chain/test_it.py")
    certify("--suite", "supply_chain")
    assert house.verdicts() == {"other": "PASS"}
    result = house.results()
    assert [item.id for item in result.scope] == ["SUP-01", "SUP-02"]
    reasons = {item.id: item.reason for item in result.requirements}
    assert reasons["WIND-01"] == "outside the chosen part of the profile"
    assert reasons["SUP-02"] == "no test of the suites shows it yet"


def test_a_test_of_two_requirements_may_be_half_in_scope(house, certify):
    house.test("both", "WIND-01", "SUP-01", body="measure('SUP-01.error', 9.0); measure('WIND-01.error', 1.0)")
    assert certify("--requirement", "WIND-01").ret == 0
    assert [event["requirement"] for event in house.events("measure")] == ["WIND-01"]
    assert house.results().verdict == "PASS"


def test_a_name_that_two_requirements_share_must_be_written_out(house, certify):
    house.test("both", "WIND-01", "SUP-01", body="measure('error', 1.0)")
    assert certify().ret == USAGE
    assert "PASS" not in house.verdicts().values()


@pytest.mark.parametrize("wrong", ["import fantasy_module", "def test_broken(:", "raise RuntimeError('no')"])
def test_a_file_that_cannot_be_collected_stops_the_run(house, certify, wrong):
    house.test("one", "WIND-01")
    house.write("suites/strong_wind/test_wrong.py", wrong)
    text = no_plan(certify("--no-summary"), house)
    assert "a plan needs every test, not collected: suites/strong_wind/test_wrong.py: " in text


def test_the_plan_says_what_the_run_stands_on(house, certify):
    house.test("one", "WIND-01")
    certify()
    plan = house.results().plan
    assert plan["article"]["id"] == "STUB-1"
    assert plan["rig"]["simulated"] is False
    for name in ("profile", "declaration", "rig"):
        assert len(plan[name]["sha256"]) == 64
    assert len(plan["requirements"]) == 16
    assert len(plan["harness"]["source_sha256"]) == 64
    tests = {item["id"]: item["tests"] for item in plan["requirements"] if item["tests"]}
    assert tests == {"WIND-01": ["suites/strong_wind/test_it.py::test_one"]}


def test_a_declaration_below_a_floor_fails_whatever_is_measured(house, certify):
    path = house.root / "rigs/profiles/baseline.toml"
    floor = (
        '\n[[floors]]\nkey = "envelope.max_wind"\nrequirements = ["WIND-01"]\nat_least = "8 m/s"\nwhy = "judgement"\n'
    )
    path.write_text(path.read_text() + floor)
    house.test("one", "WIND-01")
    certify()
    item = next(item for item in house.results().requirements if item.id == "WIND-01")
    assert item.verdict == "FAIL"
    assert item.reason.startswith("declaration below profile: envelope.max_wind is 3 m/s, must be at least 8 m/s")


def test_only_the_profile_makes_a_requirement_not_applicable(house, certify):
    path = house.root / "rigs/profiles/baseline.toml"
    text = path.read_text().replace(', "SUP-02"', "")
    path.write_text(text + '[not_applicable]\nSUP-02 = "has no modem"\n')
    house.test("one", "WIND-01")
    certify()
    item = next(item for item in house.results().requirements if item.id == "SUP-02")
    assert (item.verdict, item.reason) == ("NOT_APPLICABLE", "has no modem")


def test_a_document_that_the_job_names_is_told_of_a_requirement_with_tests_too():
    job = SimpleNamespace(external_documents={"RADIO-10": SimpleNamespace(document="EMC 7")})
    run, bare = (SimpleNamespace(basis=SimpleNamespace(job=each)) for each in (job, None))
    item, other = SimpleNamespace(id="RADIO-10"), SimpleNamespace(id="RADIO-08")
    assert _named_document(run, item) == "external document named, not judged here: EMC 7"
    assert (_named_document(run, other), _named_document(bare, item)) == ("", "")
