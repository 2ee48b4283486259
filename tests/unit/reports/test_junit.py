from xml.etree import ElementTree

from harness.evidence.record import read_events
from harness.evidence.results import read_results
from harness.reports.junit import junit_xml


def suite(result, events):
    return ElementTree.fromstring(junit_xml(result, events)).find("testsuite")


def test_counts_equal_the_cases_and_the_untested_requirements(result, events):
    root = suite(result, events)
    cases = root.findall("testcase")
    assert root.attrib["tests"] == "60" == str(len(cases))
    for tag, name, number in (("failure", "failures", 2), ("error", "errors", 2), ("skipped", "skipped", 54)):
        assert root.attrib[name] == str(number) == str(len(root.findall(f"testcase/{tag}")))


def test_a_case_carries_time_and_measured_values(result, events):
    case = suite(result, events).find("testcase")
    assert case.attrib == {"classname": "WIND-01", "name": "strong_wind/holds_point[mean-15]", "time": "1.500"}
    assert case.find("properties/property").attrib["value"] == "0.62 m <= 2 m U 0.11 PASS"


def test_a_breach_fails_without_any_test(result, events):
    case = next(case for case in suite(result, events).findall("testcase") if case.attrib["classname"] == "SUP-01")
    assert case.find("failure").attrib["message"].startswith("FAIL: declaration below profile")


def test_hostile_text_is_valid_xml(hostile_folder):
    root = suite(read_results(hostile_folder), read_events(hostile_folder))
    messages = [element.attrib["message"] for element in root.iter("error")]
    assert any("\\x00" in message and "<script>" in message for message in messages)
    assert root.find(".//script") is None
