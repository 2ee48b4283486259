import csv
from dataclasses import replace

from harness.evidence.results import read_results
from harness.judgement import Verdict
from harness.reports.matrix import HEADER, clauses_text, guarded, matrix_csv


def rows(result):
    return list(csv.DictReader(matrix_csv(result).splitlines()))


def test_every_requirement_has_a_row_also_those_not_covered(result):
    table = rows(result)
    assert [row["requirement"] for row in table] == [item.id for item in result.requirements]
    assert len(table) == 60 and tuple(table[0]) == HEADER
    uncovered = [row for row in table if not row["case"]]
    assert len(uncovered) == 55 and all(row["reason"] and row["verdict"] != "PASS" for row in uncovered)


def test_a_measured_row_carries_value_limit_and_uncertainty(result):
    row = rows(result)[0]
    assert row["case"] == "strong_wind/holds_point[mean-15]"
    assert (row["value"], row["unit"], row["limit"], row["U (k=2)"]) == ("0.6204", "m", "<= 2 m", "0.11")
    assert (row["rule"], row["verdict"], row["clauses"]) == ("guarded", "PASS", "Doc strong_wind 4.2 [verified]")


def test_a_verdict_that_no_measurement_tells_has_a_row_with_its_reason(result):
    good = result.requirements[0]
    bad = replace(good, verdict=Verdict.FAIL, reason="declaration below profile")
    table = rows(replace(result, requirements=(bad,)))
    assert [(row["case"], row["verdict"], row["reason"]) for row in table] == [
        ("", "FAIL", "declaration below profile"),
        (good.measurements[0].case, "PASS", ""),
    ]


def test_out_of_scope_is_told(result):
    assert [row["requirement"] for row in rows(result) if row["in scope"] == "no"] == ["SUP-12"]


def test_no_cell_is_a_formula(hostile_folder):
    table = rows(read_results(hostile_folder))
    cells = [cell for row in table for cell in row.values()]
    assert not any(cell[:1] in ("=", "+", "@", "\t", "\r") for cell in cells)
    assert table[1]["title"] == '\'=HYPERLINK("http://evil.example")'


def test_guarding():
    assert guarded("-1+2") == "'-1+2" and guarded("=x") == "'=x" and guarded("text") == "text" and guarded("-") == "-"


def test_clauses_lacking_fields_are_printed():
    assert clauses_text([{"document": "D"}]) == "D []"
