import dataclasses
import re

from harness.evidence.results import read_results
from harness.reports.certificate import DRAFT, Issue, certificate_data

JOB = {
    "number": "J-9",
    "customer": {"name": "Customer Ltd", "contact": "c@customer.example"},
    "laboratory": {"name": "Lab GmbH", "address": "Street 1"},
    "place": "Hall 3",
    "operator": {"name": "Op", "role": "operator"},
    "approver": {"name": "Ann Approver", "role": "head"},
    "units": [{"kind": "aircraft", "serial": "A-1", "received": "2026-11-01", "condition": "new"}],
    "sampling": "1 of 10, drawn by the customer",
    "deviations": [{"text": "no rain", "reason": "no nozzle", "approved_by": "Ann", "requirements": []}],
    "external_documents": {"RADIO-10": {"document": "EMC 7", "issuer": "EMC lab"}},
}


def items(run, **issue):
    data = certificate_data(run, Issue(**{"number": "R-1", **issue}))
    return {letter: text for letter, _, text in data["items"]}


def test_all_sixteen_items_are_there_and_missing_ones_say_so(result):
    stated = items(result)
    assert "".join(stated) == "abcdefghijklmnop"
    assert [letter for letter, text in stated.items() if DRAFT in text] == list("bceghk")
    assert stated["j"] == "not issued (draft)" and stated["o"] == "not yet authorised (draft)"


def test_a_job_fills_the_items(make_run, tmp_path):
    run = read_results(make_run(tmp_path / "r", job=JOB))
    stated = items(run, signer="Ann Approver", issued="2026-11-22", amends="R-0")
    assert not any("not stated" in text for text in stated.values())
    for letter, text in {
        "b": "Lab GmbH",
        "c": "Hall 3",
        "e": "Customer Ltd",
        "g": "units: aircraft A-1, condition: new",
        "h": "A-1: 2026-11-01",
        "p": "EMC 7",
    }.items():
        assert text in stated[letter]
    assert stated["o"] == "Ann Approver" and stated["j"] == "2026-11-22" and "R-0" in stated["d"]


def test_dates_are_in_utc_to_the_second_with_the_operator(make_run, result, tmp_path):
    moment = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC"
    assert re.fullmatch(f"{moment} to {moment}", items(result)["i"])
    run = read_results(make_run(tmp_path / "r", job=JOB, ended=False))
    cut = f"{moment} to cut short, no end recorded; operator: name: Op; role: operator"
    assert re.fullmatch(cut, items(run)["i"])
    assert items(run)["d"].startswith("order J-9; report R-1, ")


def test_each_case_states_the_conditions_that_it_was_flown_in(result):
    detail = certificate_data(result, Issue(number="R-1"))["details"][0]
    (row,) = detail["conditions"]
    assert row[0].replace("\u200b", "") == "strong_wind/holds_point[mean-15]"
    assert row[1] == "height: 12.5; place: hall"


def test_a_demo_signer_is_called_demo(result):
    assert items(result, signer="Ann", demo=True)["o"] == "Ann (DEMO - NOT FOR CERTIFICATION)"


def test_deviations_name_depth_defects_and_what_was_not_tested(make_run, tmp_path):
    run = read_results(make_run(tmp_path / "r", defects=["weak_gains"], job=JOB, ended=False, partial="suite x only"))
    text = "\n".join(certificate_data(run, Issue(number="R-1"))["deviations"])
    for part in (
        "'short', not 'lab'",
        "weak_gains",
        "no rain",
        "cut short",
        "suite x only",
        "RADIO-10 title of RADIO-10",
    ):
        assert part in text
    assert "WIND-01 " not in text


def test_requirements_measured_or_not_are_all_listed(result):
    data = certificate_data(result, Issue(number="R-1"))
    assert len(data["requirements"]) == 60 and len(data["details"]) == 59
    assert [row["id"] for row in data["requirements"] if row["cells"][0] != "-"] == [
        "WIND-01",
        "WIND-02",
        "RADIO-01",
        "DAR-01",
        "ENDP-01",
    ]
    assert all(row["reason"] for row in data["requirements"] if row["verdict"] == "NOT_TESTED")


def test_marks_of_every_page(result):
    real = dataclasses.replace(result, plan={**result.plan, "rig": {**result.plan["rig"], "simulated": False}})
    assert certificate_data(result, Issue(number="R-1"))["marks"] == ["pre-compliance (simulation)"]
    assert certificate_data(real, Issue(number="R-1", demo=True))["marks"] == ["DEMO - NOT FOR CERTIFICATION"]
    assert certificate_data(real, Issue(number="R-1"))["marks"] == []


def test_clauses_are_listed_with_how_well_they_are_known(result):
    rows = certificate_data(result, Issue(number="R-1"))["clauses"]
    assert rows[0] == ["Doc data_at_rest", "4.2", "verified", "DAR-01", "PASS"] and len(rows) == 59
