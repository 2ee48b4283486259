import re

from harness.evidence.results import read_results
from harness.reports.summary import summary


def test_one_line_a_requirement_in_scope_then_headline_and_notices(result):
    lines = summary(result, demo=True).splitlines()
    assert [line.split()[0] for line in lines[:59]] == [item.id for item in result.scope]
    assert lines[59].startswith("jp-government, article EMB-001, firmware 9f31...: NOT DEMONSTRATED. 2 PASS")
    assert lines[60:] == ["pre-compliance (simulation)", "DEMO - NOT FOR CERTIFICATION"]


def test_columns_are_aligned_and_show_the_worst_measurement(result):
    lines = summary(result).splitlines()
    assert re.fullmatch(
        r"WIND-01 +PASS +R95 horizontal error +0\.62 m +<= 2 m +U 0\.11 +holds a point in wind", lines[0]
    )
    tested = [line for line in lines[:59] if "<=" in line]
    assert len(tested) == 5 and len({line.index("<=") for line in tested}) == 1


def test_what_was_not_tested_says_why(result):
    line = next(line for line in summary(result).splitlines() if line.startswith("RADIO-10"))
    assert re.fullmatch(r"RADIO-10  NOT_TESTED +- +title of RADIO-10: no test of the suites shows it yet", line)


def test_hostile_text_keeps_one_line_each(hostile_folder):
    text = summary(read_results(hostile_folder))
    assert len(text.splitlines()) == 59 + 1 + 3
    assert "\x1b" not in text and "\x07" not in text and "\u202e" not in text
