"""Content of the PDF test report: the items of ISO/IEC 17025:2017, 7.8.2.1, and what was found, as plain tables.

Everything here is text that ``certificate.typ`` lays out; the template holds no words of the run and no logic.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from harness.evidence.record import Attachment
from harness.evidence.results import CaseResult, ControlResult, MeasurementResult, RequirementResult, RunResult
from harness.judgement import DecisionRule, Verdict
from harness.reports.equipment import equipment
from harness.reports.front import front_facts, more, not_demonstrated, remedies
from harness.reports.gather import counted_rows, gathered_notes, gathered_rows
from harness.reports.text import described, first_text, flattened, ink
from harness.reports.wording import (
    DEMO,
    SIMULATION,
    acceptance_text,
    conclusion,
    domain_title,
    exposure_texts,
    headline,
    limit_text,
    marks,
    moment_text,
    notices,
    rule_text,
    uncertainty_text,
    value_text,
    worst_measurement,
)

NOT_STATED = "not stated"
DRAFT = "not stated (draft: no job file)"
ONLY_TESTED = "The results relate only to the items tested."
IN_FULL = "This report shall not be reproduced except in full without approval of the laboratory."
PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
RISKS = {
    DecisionRule.GUARDED: "With w = U the probability of false acceptance is below 2.5 %.",
    DecisionRule.SIMPLE: "With w = 0 the probability of false acceptance reaches 50 % for a value at the limit.",
}
Rows = list[list[str]]
NO_WORST = ("-", "-", "-", "-")


@dataclass(frozen=True, kw_only=True)
class Issue:
    """How a report is issued.

    Attributes:
        number: its unique number, on every page.
        demo: True when a demo key signs.
        signer: who authorises it, or "".
        issued: date of issue, or "".
        amends: number of the report that this one replaces, or "".
    """

    number: str
    demo: bool = False
    signer: str = ""
    issued: str = ""
    amends: str = ""


def certificate_data(result: RunResult, issue: Issue) -> dict[str, Any]:
    """All text of the report by section."""
    plots = _plots_by_requirement(result)
    return {
        "number": ink(issue.number),
        "marks": marks(result, issue.demo),
        "headline": ink(headline(result)),
        "conclusion": ink(conclusion(result)),
        "demonstrated": result.exit_code == 0 and bool(result.ended),
        "notices": [ink(notice) for notice in notices(result, issue.demo)],
        "counts": [[verdict.value, str(result.count(verdict))] for verdict in Verdict],
        "facts": front_facts(result, demo=issue.demo),
        "open": not_demonstrated(result),
        "more": more(result),
        "remedies": remedies(result),
        "items": [[letter, title, ink(text)] for letter, title, text in _items(result, issue)],
        "statement": [ink(text) for text in _statement(result)],
        "requirements": [_requirement_row(item) for item in result.requirements],
        "details": [_detail(item, result, plots) for item in result.requirements if item.in_scope],
        "equipment": [[ink(cell) for cell in item.row()] for item in equipment(result)],
        "identity": [[ink(path), ink(text)] for path, text in _identity(result)],
        "deviations": [ink(text) for text in _deviations(result)],
        "clauses": _clause_rows(result),
        "attachments": _attachment_rows(result),
    }


def plot_files(result: RunResult) -> list[str]:
    """Files of all plots, relative to the run folder."""
    return sorted({attachment.file for case in result.cases for attachment in case.attachments if _is_plot(attachment)})


def _items(result: RunResult, issue: Issue) -> list[tuple[str, str, str]]:
    plan, job = result.plan, result.plan["job"]
    missing = NOT_STATED if job else DRAFT
    profile, program = plan["profile"], plan["harness"]
    title = f"Test report, {SIMULATION}" if plan["rig"]["simulated"] else "Test report"
    method = (
        f"profile {profile['id']} ({profile['title']}), depth {profile['depth']}, SHA-256 {profile['sha256']}; "
        f"dronecert {program.get('version')}, source {program.get('source_sha256', NOT_STATED)}; "
        "the method of each requirement is printed with its results"
    )
    return [
        ("a", "Title", title),
        ("b", "Laboratory", first_text(job, "laboratory", "lab") or missing),
        ("c", "Place of the tests", first_text(job, "place") or f"{missing}; computer: {program.get('platform')}"),
        ("d", "Identification", _identification(issue, first_text(job, "number"))),
        ("e", "Customer", first_text(job, "customer") or missing),
        ("f", "Method", method),
        ("g", "Item tested", f"{first_text(plan, 'article')}; units: {_units(job) or missing}"),
        ("h", "Receipt and sampling dates", _receipt(job) or missing),
        ("i", "Dates of the tests", _dates(result)),
        ("j", "Date of issue", issue.issued or "not issued (draft)"),
        ("k", "Sampling", first_text(job, "sampling") or missing),
        ("l", "Scope of the results", f"{ONLY_TESTED} {IN_FULL}"),
        ("m", "Results with units", "sections 3 and 4"),
        ("n", "Additions, deviations, exclusions", "section 6"),
        ("o", "Authorised by", _authorised(job, issue)),
        ("p", "Results from external providers", first_text(job, "external_documents") or "none"),
    ]


def _identification(issue: Issue, order: str) -> str:
    ordered = f"order {order}; " if order else ""
    amends = f"; amends and replaces report {issue.amends}" if issue.amends else ""
    return f"{ordered}report {issue.number}, number and page n of m on every page, end mark on the last{amends}"


def _dates(result: RunResult) -> str:
    operator = first_text(result.plan["job"], "operator")
    ended = moment_text(result.ended) if result.ended else "cut short, no end recorded"
    return f"{moment_text(result.started)} to {ended}{f'; operator: {operator}' if operator else ''}"


def _units(job: Mapping[str, Any]) -> str:
    return "; ".join(
        f"{unit.get('kind')} {unit.get('serial')}, condition: {unit.get('condition')}" for unit in job.get("units", [])
    )


def _receipt(job: Mapping[str, Any]) -> str:
    dates = (f"{unit.get('serial')}: {unit.get('received')}" for unit in job.get("units", []))
    return "; ".join(dates)


def _authorised(job: Mapping[str, Any], issue: Issue) -> str:
    if issue.signer:
        return f"{issue.signer}{f' ({DEMO})' if issue.demo else ''}"
    approver = first_text(job, "approver")
    return f"not yet authorised (draft){f'; approver: {approver}' if approver else ''}"


def _statement(result: RunResult) -> list[str]:
    profile = result.plan["profile"]
    return [
        f"Specification: profile {profile['id']}, {profile['title']}. In scope: {len(result.scope)} of the "
        f"{len(result.requirements)} requirements of the catalogue; {result.count(Verdict.PASS)} PASS. "
        f"Conclusion: {conclusion(result)}.",
        f"Decision rule: {rule_text(str(profile['rule']))}, recorded before the tests. Upper limit L: PASS if the "
        "value is at most L - w, FAIL if it is above L + w, else INCONCLUSIVE; lower limits mirror it. "
        f"{RISKS.get(profile['rule'], '')} Counts are judged without a guard band.",
        "U is the expanded uncertainty, k = 2 (about 95 %). Values are printed rounded and were judged unrounded.",
        "INVALID means that rig, instrument or a control failed and says nothing of the item. NOT_TESTED is no PASS.",
    ]


def _requirement_row(item: RequirementResult) -> dict[str, Any]:
    worst = worst_measurement(item)
    cells = NO_WORST if worst is None else _worst_cells(worst)
    verdict = item.verdict.value
    return {
        "id": ink(item.id),
        "title": ink(item.title),
        "domain": ink(domain_title(item.info["domain"])),
        "scope": item.in_scope,
        "verdict": verdict,
        "cells": [ink(cell) for cell in cells],
        "reason": "" if item.verdict is Verdict.PASS else ink(item.reason),
    }


def _worst_cells(item: MeasurementResult) -> tuple[str, str, str, str]:
    return item.quantity.title, value_text(item), limit_text(item), uncertainty_text(item)


def _detail(item: RequirementResult, result: RunResult, plots: Mapping[str, Rows]) -> dict[str, Any]:
    cases = {case.id: case for case in result.cases}
    mine = [cases[name] for name in dict.fromkeys(m.case for m in item.measurements) if name in cases]
    return {
        "id": ink(item.id),
        "title": ink(item.title),
        "verdict": item.verdict.value,
        "reason": ink(item.reason),
        "claim": ink(item.info["claim"]),
        "method": ink(item.info["method"]),
        "breaches": [ink(breach) for breach in item.info["breaches"]],
        "measured": [_measured_row(measurement) for measurement in item.measurements],
        "measurands": _measurands(item.measurements),
        "exposures": _exposure_rows(item),
        "controls": _control_rows(item.controls),
        "conditions": [[ink(case.id), ink(described(case.conditions))] for case in mine if case.conditions],
        "notes": [ink(note) for case in mine for note in gathered_notes(case.notes)],
        "plots": plots.get(item.id, []),
    }


def _measured_row(item: MeasurementResult) -> list[str]:
    texts = (
        item.case,
        item.quantity.title,
        value_text(item),
        uncertainty_text(item),
        limit_text(item),
        acceptance_text(item),
        item.rule or "-",
        item.verdict.value,
    )
    return [ink(text) for text in texts]


def _measurands(measurements: Iterable[MeasurementResult]) -> Rows:
    rows = {m.quantity.name: [m.quantity.title, m.quantity.measurand, m.quantity.origin] for m in measurements}
    return [[ink(cell) for cell in row] for row in rows.values()]


def _exposure_rows(item: RequirementResult) -> Rows:
    rows = counted_rows([(exposed.case, *exposure_texts(exposed)) for exposed in item.exposures])
    return [[ink(text) for text in row] for row in rows]


def _control_rows(controls: Sequence[ControlResult]) -> Rows:
    failed = [_control_row(control) for control in controls if not control.ok]
    return failed + gathered_rows([_control_row(control) for control in controls if control.ok])


def _control_row(control: ControlResult) -> list[str]:
    seen = "yes" if control.ok else "NO"
    return [ink(control.case), ink(control.name), ink(control.kind), seen, ink(control.detail)]


def _identity(result: RunResult) -> list[tuple[str, str]]:
    known = {key: result.rig[key] for key in ("article", "target") if key in result.rig}
    return [(path.replace("_", " "), text) for path, text in flattened(known)]


def _deviations(result: RunResult) -> list[str]:
    plan = result.plan
    depth = plan["profile"]["depth"]
    lines = [f"Shortened method: the profile's depth is {depth!r}, not 'lab'."] if depth != "lab" else []
    if plan["partial"]:
        lines.append(f"Partial run: {plan['partial']}. What lies outside does not count here.")
    if not result.ended:
        lines.append("The run was cut short: no end is recorded.")
    lines += [f"{notice}." for notice in notices(result) if notice != SIMULATION]
    lines += [described(deviation) for deviation in plan["job"].get("deviations", [])]
    untested = [item for item in result.scope if item.verdict is Verdict.NOT_TESTED]
    lines += [f"Excluded: {item.id} {item.title} was not tested: {item.reason}." for item in untested]
    return lines


def _clause_rows(result: RunResult) -> Rows:
    rows = [
        [clause.get("document", ""), clause.get("clause", ""), clause.get("standing", ""), item.id, item.verdict.value]
        for item in result.scope
        for clause in item.info["clauses"]
    ]
    return [[ink(cell) for cell in row] for row in sorted(rows, key=lambda row: (str(row[0]), str(row[1]), row[3]))]


def _attachment_rows(result: RunResult) -> Rows:
    named = [("run", attachment) for attachment in result.run_attachments]
    named += [(case.id, attachment) for case in result.cases for attachment in case.attachments]
    return [[ink(case), ink(item.name), f"{item.size} B", ink(item.sha256)] for case, item in named]


def _plots_by_requirement(result: RunResult) -> dict[str, Rows]:
    plots: dict[str, Rows] = {}
    for case in result.cases:
        rows = [
            [attachment.file, _caption(case, attachment.name)]
            for attachment in case.attachments
            if _is_plot(attachment)
        ]
        if rows and case.requirements:
            plots.setdefault(case.requirements[0], []).extend(rows)
    return plots


def _caption(case: CaseResult, name: str) -> str:
    return ink(f"{name} ({case.id})")


def _is_plot(attachment: Attachment) -> bool:
    return attachment.kind == "plot" and attachment.media_type == "image/png"
