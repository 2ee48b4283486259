"""The description of a case or requirement in the HTML report: verdict, reason, measured against limit, controls.

Allure shows this HTML opened, with styles and data-URI images, and drops scripts and SVG. All text is escaped.
"""

import base64
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

from harness.evidence.exposures import ExposureResult
from harness.evidence.results import CaseResult, ControlResult, MeasurementResult, RequirementResult
from harness.judgement import Verdict
from harness.reports.gather import counted_rows, gathered_notes, gathered_rows
from harness.reports.matrix import clauses_text
from harness.reports.text import described, grouped, visible
from harness.reports.wording import (
    REMEDIES,
    acceptance_text,
    exposure_texts,
    limit_text,
    uncertainty_text,
    value_text,
)

COLOURS = {
    Verdict.PASS: "#1a7f37",
    Verdict.FAIL: "#cf222e",
    Verdict.INCONCLUSIVE: "#9a6700",
    Verdict.INVALID: "#8250df",
    Verdict.NOT_TESTED: "#bc4c00",
    Verdict.NOT_APPLICABLE: "#57606a",
}
MEASURED = ("quantity", "measured", "U (k=2)", "limit", "accepted at", "rule", "verdict")
EXPOSURES = ("exposed to", "to be reached", "realised", "U (k=2)", "PASS credited at")
CONTROLS = ("control", "kind", "seen as expected", "detail")


def case_description_html(case: CaseResult, infos: Mapping[str, Mapping[str, Any]], plots: Sequence[bytes] = ()) -> str:
    """HTML for one case; its first word is the verdict.

    Args:
        case: the judged case.
        infos: the plan's requirements by id.
        plots: PNG images, shown in their order.
    """
    known = [infos[name] for name in case.requirements if name in infos]
    parts = [
        _verdict_line(case.verdict, case.reason),
        *(_claim(info) for info in known),
        _measured_table(case.measurements),
        _exposures_table(case.exposures),
        _controls_table(case.controls),
        *(_image(plot) for plot in plots),
        f"<p>Conditions: {_text(described(case.conditions))}</p>" if case.conditions else "",
        *(f"<p>Note: {_text(note)}</p>" for note in gathered_notes(case.notes)),
        _measurands(case.measurements),
    ]
    return "\n".join(part for part in parts if part)


def requirement_description_html(item: RequirementResult) -> str:
    """HTML for a requirement whose verdict no case tells; its first word is the verdict."""
    breaches = "".join(f"<li>{_text(breach)}</li>" for breach in item.info["breaches"])
    parts = [
        _verdict_line(item.verdict, item.reason),
        _claim(item.info),
        f"<ul>{breaches}</ul>" if breaches else "",
        _measured_table(item.measurements),
        _exposures_table(item.exposures),
        _controls_table(item.controls),
        f"<p>Method: {_text(item.info['method'])}</p>",
    ]
    return "\n".join(part for part in parts if part)


def plain_description(verdict: Verdict, reason: str) -> str:
    """The verdict and its reason as one line."""
    return f"{verdict}: {visible(reason)}" if reason else str(verdict)


def _verdict_line(verdict: Verdict, reason: str) -> str:
    style = f"font-weight:bold;color:{COLOURS[verdict]};font-size:1.25em"
    remedy = f"<br><small>{_text(REMEDIES[verdict])}</small>" if verdict in REMEDIES else ""
    return f'<p><span style="{style}">{verdict}</span> {_text(reason)}{remedy}</p>'


def _claim(info: Mapping[str, Any]) -> str:
    clauses = _text(clauses_text(info["clauses"]))
    return f"<p><b>{_text(info['id'])}</b> {_text(info['claim'])}<br><small>{clauses}</small></p>"


def _measured_table(measurements: Sequence[MeasurementResult]) -> str:
    return _table(MEASURED, [_measured_row(item) for item in measurements])


def _measured_row(item: MeasurementResult) -> list[str]:
    texts = (value_text(item), uncertainty_text(item), limit_text(item), acceptance_text(item), item.rule or "-")
    name = f"{_text(item.quantity.title)}<br><small>{_text(item.requirement)}.{_text(item.quantity.name)}</small>"
    verdict = f'<b style="color:{COLOURS[item.verdict]}">{item.verdict}</b>'
    reason = f"<br><small>{_text(item.reason)}</small>" if item.reason else ""
    # a number and its unit stay in one line
    return [name, *(_text(text).replace(" ", "&nbsp;") for text in texts), verdict + reason]


def _exposures_table(exposures: Sequence[ExposureResult]) -> str:
    rows = counted_rows([exposure_texts(item) for item in exposures])
    return _table(EXPOSURES, [[_text(text) for text in row] for row in rows])


def _controls_table(controls: Sequence[ControlResult]) -> str:
    failed = [_control_row(item) for item in controls if not item.ok]
    return _table(CONTROLS, failed + gathered_rows([_control_row(item) for item in controls if item.ok]))


def _control_row(item: ControlResult) -> list[str]:
    colour = COLOURS[Verdict.PASS if item.ok else Verdict.FAIL]
    seen = f'<b style="color:{colour}">{"yes" if item.ok else "NO"}</b>'
    return [_text(item.name), _text(item.kind), seen, _text(item.detail)]


def _table(header: Iterable[str], rows: Sequence[Sequence[str]]) -> str:
    if not rows:
        return ""
    head = "".join(f"<th>{_text(cell)}</th>" for cell in header)
    body = "".join(
        "<tr>" + "".join(f'<td style="white-space:normal">{cell}</td>' for cell in row) + "</tr>" for row in rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _image(png: bytes) -> str:
    data = base64.b64encode(png).decode("ascii")
    return f'<p><img style="max-width:100%" src="data:image/png;base64,{data}"></p>'


def _measurands(measurements: Sequence[MeasurementResult]) -> str:
    if not measurements:
        return ""
    lines = "".join(
        f"<li><b>{_text(item.quantity.title)}</b>: {_text(item.quantity.measurand)} "
        f"<small>limit: {_text(item.quantity.origin)}</small>{_terms(item)}</li>"
        for item in measurements
    )
    return f"<details><summary>How each quantity is measured</summary><ul>{lines}</ul></details>"


def _terms(item: MeasurementResult) -> str:
    terms = ", ".join(f"{_text(name)} {value:.2g}" for name, value in item.terms.items())
    return f"<br><small>standard uncertainties: {terms}</small>" if terms else ""


def _text(text: object) -> str:
    return escape(grouped(visible(text)))
