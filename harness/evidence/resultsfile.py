"""``results.json``: what was found, and nothing that depends on when or where the run was made, nor on secrets."""

import json
from typing import Any

from harness.evidence.results import MeasurementResult, RequirementResult, RunResult

SCHEMA = "dronecert-results/1"
SIGNIFICANT_DIGITS = 9


def results_json(result: RunResult) -> str:
    """The run as sorted JSON text; equal runs give equal bytes."""
    document = {
        "schema": SCHEMA,
        "profile": result.plan["profile"]["id"],
        "article": result.plan["article"]["id"],
        "rig": result.plan["rig"]["id"],
        "seed": result.plan["seed"],
        "requirements": [_requirement(item) for item in sorted(result.requirements, key=lambda item: item.id)],
    }
    text = json.dumps(document, sort_keys=True, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    # a lone surrogate becomes the JSON escape of itself, as in the record
    return text.encode("utf-8", "backslashreplace").decode()


def _requirement(item: RequirementResult) -> dict[str, Any]:
    measurements = sorted(item.measurements, key=lambda m: (m.case, m.quantity.name))
    controls = sorted({(control.case, control.name, control.kind, control.ok) for control in item.controls})
    return {
        "id": item.id,
        "verdict": item.verdict,
        "reason": item.reason,
        "measurements": [_measurement(measurement) for measurement in measurements],
        "controls": [dict(zip(("case", "name", "kind", "ok"), control, strict=True)) for control in controls],
    }


def _measurement(item: MeasurementResult) -> dict[str, Any]:
    return {
        "case": item.case,
        "quantity": item.quantity.name,
        "value": _rounded(item.value),
        "unit": item.quantity.limit.unit,
        "limit": {"lower": item.quantity.limit.lower, "upper": item.quantity.limit.upper},
        "U": _rounded(item.U),
        "rule": item.rule,
        "verdict": item.verdict,
        "trials": item.trials,
        "bound": _rounded(item.bound),
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.{SIGNIFICANT_DIGITS}g}")
