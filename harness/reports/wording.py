"""What every view says alike: headline, notices, numbers, limits, and which measurement is the worst."""

import math
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from pathlib import Path

from harness.evidence.exposures import ExposureResult
from harness.evidence.results import MeasurementResult, RequirementResult, RunResult
from harness.judgement import DecisionRule, Verdict
from harness.judgement.verdict import WORST_FIRST
from harness.reports.text import flattened, visible

SIMULATION = "pre-compliance (simulation)"
DEMO = "DEMO - NOT FOR CERTIFICATION"
DOMAINS = {
    "strong_wind": "Strong wind",
    "radio_link": "Radio link",
    "data_at_rest": "Data at rest",
    "endpoints": "Endpoints",
    "supply_chain": "Supply chain",
}
CATEGORIES = {
    Verdict.FAIL: "Requirement not met (FAIL)",
    Verdict.INVALID: "Rig, instrument or control failed (INVALID)",
    Verdict.INCONCLUSIVE: "Too close to the limit to decide (INCONCLUSIVE)",
    Verdict.NOT_TESTED: "Not tested (NOT_TESTED)",
    Verdict.NOT_APPLICABLE: "Not applicable by the profile (NOT_APPLICABLE)",
}
# what a reader has to do
REMEDIES = {
    Verdict.FAIL: "the article has to be changed, or its maker's claim",
    Verdict.INVALID: "nothing is said of the article: mend rig, instrument or control, and test again",
    Verdict.INCONCLUSIVE: "closer to the limit than U: test again with more repetitions or a smaller U",
    Verdict.NOT_TESTED: "nothing was measured: see the reason, and test it in another way",
}
VERDICT_LABEL = "verdict"
MOST_DECIMALS = 9
MOST_ROUNDED = 1e9
RULES = {
    DecisionRule.GUARDED: "guarded acceptance, guard band w = U (ILAC-G8:09/2019)",
    DecisionRule.SIMPLE: "simple acceptance, no guard band (ILAC-G8:09/2019)",
}


def headline(result: RunResult) -> str:
    """One line: profile, article, firmware, conclusion and how many requirements have which verdict."""
    counts = ", ".join(f"{result.count(verdict)} {verdict}" for verdict in Verdict if result.count(verdict))
    profile, article = visible(result.plan["profile"]["id"], 80), visible(result.plan["article"]["id"], 80)
    firmware = f", firmware {digest[:4]}..." if (digest := firmware_digest(result)) else ""
    return f"{profile}, article {article}{firmware}: {conclusion(result)}. {counts or 'nothing in scope'}"


def conclusion(result: RunResult) -> str:
    """DEMONSTRATED or NOT DEMONSTRATED, and whether the run was partial or cut short."""
    words = ["DEMONSTRATED" if result.exit_code == 0 else "NOT DEMONSTRATED"]
    if result.plan["partial"]:
        words.append(f"PARTIAL RUN ({visible(result.plan['partial'], 200)})")
    if not result.ended:
        words.append("RUN CUT SHORT")
    return ", ".join(words)


def firmware_digest(result: RunResult) -> str:
    """The first digest that the rig stated for the article's firmware, or ""."""
    stated = flattened(result.rig.get("article"))
    return next((text for path, text in stated if path.endswith("sha256")), "")


def notices(result: RunResult, demo: bool = False) -> list[str]:
    """What a reader must not overlook: simulation, demo signer, seeded defects and rig faults."""
    lines = [SIMULATION] if result.plan["rig"]["simulated"] else []
    if demo:
        lines.append(DEMO)
    if result.plan["defects"]:
        lines.append(
            "SEEDED DEFECTS in the article: " + ", ".join(visible(name, 80) for name in result.plan["defects"])
        )
    if result.plan["rig_faults"]:
        faults = ", ".join(visible(fault, 200) for fault in result.plan["rig_faults"])
        lines.append(f"SEEDED FAULTS in the rig: {faults}")
    return lines


def marks(result: RunResult, demo: bool = False) -> list[str]:
    """The notices as short marks, for every page and for the name of a report."""
    shown = {
        SIMULATION: bool(result.plan["rig"]["simulated"]),
        DEMO: demo,
        "SEEDED DEFECTS": bool(result.plan["defects"]),
        "SEEDED RIG FAULTS": bool(result.plan["rig_faults"]),
    }
    return [mark for mark, is_shown in shown.items() if is_shown]


def moment_text(wall: str) -> str:
    """A wall time of the record as ``2026-11-22 20:38:54 UTC``; what is no time is printed as recorded."""
    try:
        return f"{datetime.fromisoformat(wall).astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
    except (ValueError, OverflowError):
        return visible(wall, 80)


def domain_title(domain: object) -> str:
    """A domain as a reader names it."""
    return DOMAINS.get(str(domain), visible(domain, 80))


def report_number(folder: Path) -> str:
    """The number a report carries until a lab gives one: the run id."""
    return f"DRAFT-{visible(folder.resolve().name, 80)}"


def unit_suffix(unit: str) -> str:
    """The unit after a number; counts and ratios ("1") have none."""
    return "" if unit == "1" else f" {visible(unit, 30)}"


def value_text(item: MeasurementResult) -> str:
    """The measured value with its unit, "k of n" for a count, "-" where nothing finite was measured."""
    if item.value is None:
        return "-"
    if item.trials is not None:
        return f"{item.value:g} of {item.trials}"
    return f"{item.value:.{_decimals(item)}f}{unit_suffix(item.quantity.limit.unit)}"


def uncertainty_text(item: MeasurementResult) -> str:
    """U (k = 2) to two significant digits, the event rate not excluded for a count, "-" where there is none."""
    if item.trials is not None and item.bound is not None:
        return f"rate < {100 * item.bound:.2g} %"
    return f"{item.U:.2g}" if item.U and item.value is not None else "-"


def limit_text(item: MeasurementResult) -> str:
    """The limit as ``<= 2 m``."""
    return visible(item.quantity.limit, 80)


def acceptance_text(item: MeasurementResult) -> str:
    """The limit moved inwards by the guard band: what a value must keep to PASS, in the digits of the value."""
    ways = zip((">=", "<="), (ROUND_CEILING, ROUND_FLOOR), _acceptance(item), strict=True)
    signs = [f"{sign} {_rounded(bound, item, way)}" for sign, way, bound in ways if bound is not None]
    return " and ".join(signs) + unit_suffix(item.quantity.limit.unit)


def exposure_texts(item: ExposureResult) -> tuple[str, str, str, str, str]:
    """What the article was exposed to: name with its basis, level, realised, U, and where a PASS is credited."""
    exposure = item.exposure
    unit = unit_suffix(exposure.unit)
    basis = f" ({visible(exposure.basis, 120)})" if exposure.basis else ""
    numbers = (exposure.level, exposure.realised.value, exposure.realised.U, exposure.credited)
    level, value, U, credited = (f"{number:.4g}{unit}" for number in numbers)
    return visible(exposure.name, 80) + basis, level, value, U, credited


def rule_text(rule: str) -> str:
    """The decision rule in words; a rule that this version does not know is printed as recorded."""
    return RULES[DecisionRule(rule)] if rule in list(DecisionRule) else visible(rule, 80) or "-"


def worst_measurement(item: RequirementResult) -> MeasurementResult | None:
    """The measurement a reader wants first: worst verdict, then least margin to its limit."""
    return min(item.measurements, key=lambda m: (WORST_FIRST.index(m.verdict), _margin(m)), default=None)


def untold(result: RunResult, told: Mapping[str, Verdict]) -> list[RequirementResult]:
    """Requirements whose verdict is worse than the cases of a view tell, or of which the view has no case.

    Args:
        told: worst verdict by requirement, as the cases that the view shows have it.
    """
    return [item for item in result.requirements if item.id not in told or _is_worse(item.verdict, told[item.id])]


def _is_worse(one: Verdict, other: Verdict) -> bool:
    return WORST_FIRST.index(one) < WORST_FIRST.index(other)


def _acceptance(item: MeasurementResult) -> tuple[float | None, float | None]:
    w = DecisionRule(item.rule).guard_band(item.U) if item.rule in list(DecisionRule) else 0.0
    limit = item.quantity.limit
    return (
        None if limit.lower is None else limit.lower + w,
        None if limit.upper is None else limit.upper - w,
    )


def _decimals(item: MeasurementResult) -> int:
    """Decimals that show U to two digits (GUM 7.2.6), more where rounding would cross a limit."""
    value = item.value or 0.0
    if item.U > 0:
        least = max(0, min(MOST_DECIMALS, 1 - math.floor(math.log10(item.U))))
    else:
        least = 0 if value == int(value) else max(0, min(MOST_DECIMALS, 3 - math.floor(math.log10(abs(value)))))
    limit = item.quantity.limit
    bounds = [bound for bound in (limit.lower, limit.upper, *_acceptance(item)) if bound is not None]
    for decimals in range(least, MOST_DECIMALS):
        if all(_side(round(value, decimals), bound) == _side(value, bound) for bound in bounds):
            return decimals
    return MOST_DECIMALS


def _rounded(bound: float, item: MeasurementResult, way: str) -> str:
    if item.value is None or not abs(bound) < MOST_ROUNDED:
        return f"{bound:.6g}"
    step = Decimal(1).scaleb(-_decimals(item))
    # through its shortest form, or 4.35 would be rounded down to 4.34
    return f"{float(Decimal(repr(bound)).quantize(step, rounding=way)):.12g}"


def _side(value: float, bound: float) -> int:
    return (value > bound) - (value < bound)


def _margin(item: MeasurementResult) -> float:
    limit, value = item.quantity.limit, item.value
    if value is None:
        return -math.inf
    upper = math.inf if limit.upper is None else limit.upper - value
    lower = math.inf if limit.lower is None else value - limit.lower
    return min(upper, lower) / max(abs(limit.upper or 0.0), abs(limit.lower or 0.0), item.U, 1e-12)
