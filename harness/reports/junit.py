"""``junit.xml`` for continuous integration: one test case for each case, and one for each verdict no case tells.

FAIL is a failure; INVALID and INCONCLUSIVE are errors; NOT_TESTED and NOT_APPLICABLE are skipped.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from harness.evidence.results import CaseResult, Event, RequirementResult, RunResult
from harness.judgement import Verdict, worst
from harness.reports.text import visible
from harness.reports.wording import headline, limit_text, uncertainty_text, untold, value_text

TAGS = {
    Verdict.FAIL: "failure",
    Verdict.INVALID: "error",
    Verdict.INCONCLUSIVE: "error",
    Verdict.NOT_TESTED: "skipped",
    Verdict.NOT_APPLICABLE: "skipped",
}
COUNTS = {"failure": "failures", "error": "errors", "skipped": "skipped"}


def junit_xml(result: RunResult, events: Sequence[Event]) -> str:
    """The run as JUnit XML; `time` is wall time in seconds."""
    durations = {event["case"]: float(event["duration_wall"] or 0.0) for event in events if event["type"] == "case_end"}
    told = {item.id: worst(m.verdict for m in item.measurements) for item in result.requirements if item.measurements}
    extra = untold(result, told)
    suite = Element("testsuite", _suite_attributes(result, extra, durations))
    properties = SubElement(suite, "properties")
    SubElement(properties, "property", {"name": "verdict", "value": headline(result)})
    for case in result.cases:
        _add_case(suite, case, durations)
    for item in extra:
        _add(suite, (item.id, visible(item.title)), item.verdict, item.reason)
    root = Element("testsuites", {"name": "dronecert"})
    root.append(suite)
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=False) + "\n"


def _suite_attributes(
    result: RunResult, extra: Sequence[RequirementResult], durations: Mapping[str, float]
) -> dict[str, str]:
    verdicts = [case.verdict for case in result.cases] + [item.verdict for item in extra]
    counted = Counter(COUNTS[TAGS[verdict]] for verdict in verdicts if verdict in TAGS)
    return {
        "name": visible(result.plan["profile"]["id"]),
        "tests": str(len(verdicts)),
        **{name: str(counted[name]) for name in COUNTS.values()},
        "time": f"{sum(durations.values()):.3f}",
        "timestamp": visible(result.started)[:19],
    }


def _add_case(suite: Element, case: CaseResult, durations: Mapping[str, float]) -> None:
    name = (".".join(case.requirements), case.id)
    element = _add(suite, name, case.verdict, case.reason, durations.get(case.id, 0.0))
    properties = Element("properties")
    for item in case.measurements:
        text = f"{value_text(item)} {limit_text(item)} U {uncertainty_text(item)} {item.verdict}"
        key = visible(f"{item.requirement}.{item.quantity.name}")
        SubElement(properties, "property", {"name": key, "value": text})
    element.insert(0, properties)


def _add(suite: Element, name: tuple[str, str], verdict: Verdict, reason: str, seconds: float = 0.0) -> Element:
    classname, case = (visible(part) for part in name)
    element = SubElement(suite, "testcase", {"classname": classname, "name": case, "time": f"{seconds:.3f}"})
    if verdict in TAGS:
        SubElement(element, TAGS[verdict], {"message": f"{verdict}: {visible(reason)}"})
    return element
