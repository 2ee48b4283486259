"""``results.json``: what was found, and nothing that depends on when or where the run was made, nor on secrets."""

import json
import math
from typing import Any

from harness.evidence.exposures import ExposureResult
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
        "exposures": [_exposure(exposure) for exposure in sorted(item.exposures, key=_exposure_order)],
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


def _exposure_order(item: ExposureResult) -> tuple[str, str, float]:
    return item.case, item.exposure.name, item.exposure.level


def _exposure(item: ExposureResult) -> dict[str, Any]:
    exposure = item.exposure
    figures = {
        "level": exposure.level,
        "value": exposure.realised.value,
        "U": exposure.realised.U,
        "credited": exposure.credited,
    }
    rounded = {name: _rounded(value if math.isfinite(value) else None) for name, value in figures.items()}
    return {"case": item.case, "name": exposure.name, "unit": exposure.unit, "basis": exposure.basis, **rounded}


def _rounded(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.{SIGNIFICANT_DIGITS}g}")
