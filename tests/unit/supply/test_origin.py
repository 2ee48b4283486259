from dataclasses import replace
from datetime import date

import pytest

from harness.drone.firmware.hardware import PARTS, write_hbom
from harness.supply.hbom import Evidence, read_hbom
from harness.supply.origin import Claim, CountryList, OriginRules, check_origin
from harness.supply.policy import CRITICAL

PAPERS = {part.paper: part.statement() for part in PARTS}
BILL = read_hbom(write_hbom())
RULES = OriginRules(critical=CRITICAL)


def problems(**changes):
    """What is said of the flight controller with these changes, and the share that is left."""
    parts = tuple(replace(p, **changes) if "flight controller" in p.functions else p for p in BILL.parts)
    report = check_origin(replace(BILL, parts=parts), RULES, PAPERS.get)
    return next(row.problems for row in report.rows if row.function == "flight controller"), report.percent


def test_the_drones_origins_are_shown():
    report = check_origin(BILL, RULES, PAPERS.get)
    assert (report.percent, report.findings, len(report.rows)) == (100.0, (), 9)
    assert report.as_json()["percent"] == 100.0


@pytest.mark.parametrize("fact", ["maker", "part", "site", "country"])
def test_each_of_the_four_facts_is_wanted(fact):
    said, percent = problems(**{fact: ""})
    assert said == (f"{fact} is not told",) and percent == pytest.approx(100 * 8 / 9)


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({"country": "Japan"}, "no ISO 3166 code"),
        ({"country": "jp"}, "no ISO 3166 code"),
        ({"operation": ""}, "wanted 'made'"),
        ({"operation": "assembled"}, "not where it was made"),
        ({"operation": "re-assembled"}, "not where it was made"),
        ({"operation": "reassembly"}, "not where it was made"),
        ({"operation": "repackaged"}, "not where it was made"),
        ({"site": "re-assembled in Fukushima"}, "not where it was made"),
        ({"confidence": "declared"}, "wanted documented at least"),
        ({"confidence": ""}, "wanted one of declared, documented, inspected"),
        ({"confidence": "certain"}, "wanted one of declared, documented, inspected"),
        ({"evidence": ()}, "no evidence is named"),
        ({"evidence": (Evidence(name="origin/emb-fc1.txt", sha256=""),)}, "without name or SHA-256"),
        ({"evidence": (Evidence(name="origin/emb-fc1.txt", sha256="0" * 64),)}, "has another SHA-256"),
        ({"evidence": (Evidence(name="gone.txt", sha256="0" * 64),)}, "is not there"),
    ],
)
def test_what_does_not_show_an_origin_is_told(changes, wanted):
    said, percent = problems(**changes)
    assert len(said) == 1 and wanted in said[0] and percent < 100


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({}, None),
        ({"maker": "Somebody Else"}, "maker is 'Dronecert Demo KK', the declaration says 'Somebody Else'"),
        ({"country": "FI"}, "country is 'JP', the declaration says 'FI'"),
        ({"part": "EMB-FC9"}, "is declared, and the hardware bill has no such part"),
    ],
)
def test_the_declaration_must_not_say_otherwise(changes, problem):
    claim = {"function": "flight controller", "part": "EMB-FC1", "maker": "Dronecert Demo KK", "country": "JP"}
    report = check_origin(BILL, replace(RULES, claims=(Claim(**claim | changes),)), PAPERS.get)
    assert [item.problem for item in report.findings] == ([] if problem is None else [problem])


def test_an_assembly_hall_is_a_site_like_any_other():
    assert problems(site="Assembly hall 2, Fukushima")[0] == ()


def test_a_class_without_a_part_counts_unless_it_is_said_not_to_be_fitted():
    without = replace(BILL, parts=tuple(part for part in BILL.parts if "gimbal" not in part.functions))
    assert check_origin(without, RULES, PAPERS.get).percent == pytest.approx(100 * 8 / 9)
    said = replace(without, not_fitted=("gimbal", "storage service"))
    assert check_origin(said, RULES, PAPERS.get).percent == 100.0
    both = check_origin(replace(BILL, not_fitted=("gimbal", "storage service")), RULES, PAPERS.get)
    assert [item.problem for item in both.findings] == ["yet the bill has one"]


def test_of_no_critical_component_nothing_is_shown():
    assert check_origin(BILL, OriginRules(critical=("rocket",)), PAPERS.get).percent == 0.0


@pytest.mark.parametrize(
    ("admits", "codes", "refused"),
    [(True, {"JP"}, ["FI"]), (False, {"FI"}, ["FI"]), (True, {"JP", "FI"}, []), (False, {"XX"}, [])],
)
def test_countries_are_those_of_a_dated_list(admits, codes, refused):
    listed = CountryList(date=date(2026, 11, 1), source="example", admits=admits, countries=frozenset(codes))
    report = check_origin(BILL, replace(RULES, countries=listed), PAPERS.get)
    assert report.percent == 100.0
    assert [item.problem[:12] for item in report.findings] == [f"country '{code}'" for code in refused]
    assert all("2026-11-01 (example)" in item.problem for item in report.findings)
