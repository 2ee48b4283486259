"""From events to verdicts: the read model that every view is drawn from.

The rules are those of the verdict algebra: what the plan expected and nobody measured is NOT_TESTED, a failed
control or a rig error makes its whole case INVALID, an article that fails makes FAIL of what is unset, and of the case
where nothing is.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from harness.errors import EvidenceError
from harness.evidence.consistency import contradiction, recorded_verdict
from harness.evidence.exposures import ExposureResult, finite, read_exposure
from harness.evidence.quantities import QuantityInfo, read_quantity
from harness.evidence.record import Attachment, of_this_version, read_events
from harness.judgement import DecisionRule, Verdict, credit, worst

Event = Mapping[str, Any]
Triple = tuple[str, str, str]
# verdict and reason by case
Failures = Mapping[str, tuple[Verdict, str]]

ARTICLE, RIG, SKIPPED, NONE = "article", "rig", "skipped", ""
BLAMES = (ARTICLE, RIG, SKIPPED, NONE)


@dataclass(frozen=True, kw_only=True)
class MeasurementResult:
    """What became of one expected triple; `value` is None where nothing finite was measured."""

    requirement: str
    case: str
    quantity: QuantityInfo
    verdict: Verdict
    reason: str = ""
    value: float | None = None
    U: float = 0.0
    terms: Mapping[str, float]
    rule: str = ""
    trials: int | None = None
    bound: float | None = None


@dataclass(frozen=True, kw_only=True)
class ControlResult:
    """A deliberate known case and whether it was seen."""

    case: str
    name: str
    kind: str
    ok: bool
    detail: str


@dataclass(frozen=True, kw_only=True)
class CaseResult:
    """One case: its verdict, what it left behind, and why it ended as it did."""

    id: str
    title: str
    requirements: tuple[str, ...]
    verdict: Verdict
    reason: str
    measurements: tuple[MeasurementResult, ...]
    controls: tuple[ControlResult, ...]
    exposures: tuple[ExposureResult, ...] = ()
    attachments: tuple[Attachment, ...]
    notes: tuple[str, ...]
    conditions: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class RequirementResult:
    """One requirement of the catalogue with its verdict; `info` is its text as the plan recorded it."""

    id: str
    info: Mapping[str, Any]
    in_scope: bool
    verdict: Verdict
    reason: str
    measurements: tuple[MeasurementResult, ...]
    controls: tuple[ControlResult, ...]
    exposures: tuple[ExposureResult, ...] = ()

    @property
    def title(self) -> str:
        """Short title of the requirement."""
        return str(self.info["title"])


@dataclass(frozen=True, kw_only=True)
class RunResult:
    """A whole run, ready to be drawn.

    Attributes:
        plan: the plan event: profile, article, rig, seed, defects, partial, job ...
        rig: the merged rig events: identity, roles, calibration.
        requirements: all requirements of the catalogue, in its order.
        cases: all planned cases, in the order of the plan.
        run_attachments: attachments that belong to no case.
        started: wall time of the first event, ISO 8601 UTC.
        ended: wall time of the end event, or "" when the run was cut short.
        folder: the run folder the attachments are relative to.
    """

    plan: Event
    rig: Mapping[str, Any]
    requirements: tuple[RequirementResult, ...]
    cases: tuple[CaseResult, ...]
    run_attachments: tuple[Attachment, ...]
    started: str
    ended: str
    folder: Path

    @property
    def scope(self) -> tuple[RequirementResult, ...]:
        """The requirements that count."""
        return tuple(item for item in self.requirements if item.in_scope)

    @property
    def verdict(self) -> Verdict:
        """The worst verdict in scope."""
        return worst(item.verdict for item in self.scope)

    @property
    def exit_code(self) -> int:
        """0 every requirement in scope PASS or NOT_APPLICABLE, 1 at least one FAIL, 2 anything else, or cut short."""
        if self.verdict is Verdict.FAIL:
            return 1
        return 0 if self.ended and self.verdict in (Verdict.PASS, Verdict.NOT_APPLICABLE) else 2

    def count(self, verdict: Verdict) -> int:
        """How many requirements in scope have `verdict`."""
        return sum(item.verdict is verdict for item in self.scope)


@dataclass
class _Case:
    """Events of one case, gathered."""

    start: Event | None = None
    end: Event | None = None
    measured: dict[tuple[str, str], Event] = field(default_factory=dict)
    controls: tuple[ControlResult, ...] = ()
    exposures: tuple[ExposureResult, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    notes: tuple[str, ...] = ()
    repeated: str = ""

    @property
    def broken_because(self) -> str:
        """Why nothing of this case can be believed, or ""."""
        if self.repeated:
            return f"{self.repeated} is in the record more than once: a planned case runs once"
        failed = [control for control in self.controls if not control.ok]
        if failed:
            return f"control {failed[0].name} failed: {failed[0].detail}"
        if self.end is not None and self.end["blame"] == RIG:
            return str(self.end["reason"]) or "the rig failed without saying why"
        return ""


def read_results(folder: Path) -> RunResult:
    """Read a run folder and judge it.

    Raises:
        EvidenceError: no record, no plan in it, or an event that lacks what its type promises.
    """
    events = read_events(folder)
    with of_this_version(folder):
        return summarise(events, folder)


def summarise(events: Sequence[Event], folder: Path) -> RunResult:
    """Judge the events of a run, whole or so far.

    Raises:
        EvidenceError: no plan among them, or several.
    """
    plans = [event for event in events if event["type"] == "plan"]
    if not plans:
        raise EvidenceError(f"{folder}: the record holds no plan: the run ended before it collected its tests")
    if len(plans) > 1:
        raise EvidenceError(f"{folder}: the record holds {len(plans)} plans: a run is planned once")
    plan = plans[0]
    cases = _gather(events)
    infos = {info["id"]: info for info in plan["requirements"]}
    triples = _judge_all(plan, cases, infos)
    failures = _late_failures(triples.keys(), cases)
    by_requirement, by_case = _grouped(triples, 0), _grouped(triples, 1)
    return RunResult(
        plan=plan,
        rig=_merged(event for event in events if event["type"] == "rig"),
        requirements=tuple(
            _requirement(info, info["id"] in plan["scope"], by_requirement.get(info["id"], ()), cases, failures)
            for info in plan["requirements"]
        ),
        cases=tuple(_case_result(name, cases.get(name, _Case()), mine, failures) for name, mine in by_case.items()),
        run_attachments=cases[""].attachments,
        started=str(events[0]["t_wall"]),
        ended=next((str(event["t_wall"]) for event in events if event["type"] == "end"), ""),
        folder=folder,
    )


def _grouped(triples: Mapping[Triple, MeasurementResult], place: int) -> dict[str, tuple[MeasurementResult, ...]]:
    """The results by one part of their triples, in the order of the plan."""
    groups: defaultdict[str, list[MeasurementResult]] = defaultdict(list)
    for triple, result in triples.items():
        groups[triple[place]].append(result)
    return {name: tuple(group) for name, group in groups.items()}


def _merged(events: Iterable[Event]) -> dict[str, Any]:
    merged: dict[str, Any] = {}
    for event in events:
        merged.update({key: value for key, value in event.items() if key not in ("seq", "t_wall", "t_test", "type")})
    return merged


def _gather(events: Sequence[Event]) -> defaultdict[str, _Case]:
    cases: defaultdict[str, _Case] = defaultdict(_Case)
    for event in events:
        case = cases[event["case"]]
        match event["type"]:
            case "case_start":
                case.repeated = case.repeated or ("its start" if case.start else "")
                case.start = event
            case "case_end":
                case.repeated = case.repeated or ("its end" if case.end else "")
                case.end = _ending(event)
            case "measure":
                key = event["requirement"], event["quantity"]
                case.repeated = case.repeated or ("{} {}".format(*key) if key in case.measured else "")
                case.measured[key] = event
            case "control":
                case.controls += (_control(event),)
            case "exposure":
                case.exposures += (read_exposure(event),)
            case "attach":
                case.attachments += (_attachment(event),)
            case "note":
                case.notes += (str(event["text"]),)
    return cases


def _ending(event: Event) -> Event:
    if event["blame"] not in BLAMES:
        raise ValueError(f"case {event['case']!r} blames {event['blame']!r}, known are {BLAMES}")
    return event


def _control(event: Event) -> ControlResult:
    return ControlResult(
        case=event["case"], name=event["name"], kind=event["kind"], ok=event["ok"] is True, detail=event["detail"]
    )


def _attachment(event: Event) -> Attachment:
    return Attachment(**{key: event[key] for key in ("name", "media_type", "file", "sha256", "size", "kind")})


def _judge_all(plan: Event, cases: Mapping[str, _Case], infos: Mapping[str, Any]) -> dict[Triple, MeasurementResult]:
    described = {(info["id"], raw["name"]): raw for info in infos.values() for raw in info["quantities"]}
    rule = DecisionRule(plan["profile"]["rule"])
    return {
        (req, case, name): _judge_triple(
            (req, case, name), read_quantity(described[req, name]), cases.get(case, _Case()), rule
        )
        for req, case, name in plan["expected"]
    }


def _judge_triple(triple: Triple, quantity: QuantityInfo, case: _Case, rule: DecisionRule) -> MeasurementResult:
    requirement, case_id, name = triple
    measured = case.measured.get((requirement, name))
    doubt = contradiction(triple, measured, quantity, rule) if measured is not None else ""
    verdict, reason = _verdict(measured, case, doubt)
    base: dict[str, Any] = {"requirement": requirement, "case": case_id, "quantity": quantity}
    if measured is None:
        return MeasurementResult(**base, verdict=verdict, reason=reason, terms={})
    value, U = finite(measured["value"]), finite(measured["U"])
    return MeasurementResult(
        **base,
        verdict=verdict,
        reason=reason,
        value=value,
        U=U or 0.0,
        terms={source: float(term) for source, term in measured["terms"].items()},
        rule=measured["rule"],
        trials=measured["trials"],
        bound=measured["bound"],
    )


def _verdict(measured: Event | None, case: _Case, doubt: str) -> tuple[Verdict, str]:
    if case.start is None:
        return Verdict.NOT_TESTED, "the case did not run"
    if case.broken_because:
        return Verdict.INVALID, case.broken_because
    if doubt:
        return Verdict.INVALID, doubt
    if case.end is None:
        return Verdict.NOT_TESTED, "the run was cut short before the controls of this case were seen"
    if case.end["blame"] == SKIPPED and (measured is None or measured["verdict"] != Verdict.FAIL):
        return Verdict.NOT_TESTED, str(case.end["reason"])
    if measured is not None:
        return _credited(recorded_verdict(measured), str(measured.get("reason", "")), case)
    if case.end["blame"] == ARTICLE:
        return _credited(Verdict.FAIL, str(case.end["reason"]), case)
    return Verdict.NOT_TESTED, str(case.end["reason"]) or "the case ended without measuring it"


def _credited(verdict: Verdict, reason: str, case: _Case) -> tuple[Verdict, str]:
    credited, why = credit(verdict, [item.exposure for item in case.exposures])
    return credited, "; ".join(part for part in (why, reason) if part)


def _late_failures(triples: Collection[Triple], cases: Mapping[str, _Case]) -> Failures:
    """How the article failed in each case where all had been measured by then, so that no triple can say it."""
    unset = {case for req, case, name in triples if case in cases and (req, name) not in cases[case].measured}
    return {
        name: _credited(Verdict.FAIL, f"the article failed after everything was measured: {case.end['reason']}", case)
        for name, case in cases.items()
        if name not in unset and case.start and case.end and case.end["blame"] == ARTICLE and not case.broken_because
    }


def _overall(mine: Sequence[MeasurementResult], failures: Failures) -> tuple[Verdict, str]:
    """The worst of some measurements and of how their cases ended, with its reason."""
    told = [(result.verdict, result.reason) for result in mine]
    told += [failures[case] for case in _names(mine) if case in failures]
    verdict = worst(verdict for verdict, _ in told)
    return verdict, next((reason for found, reason in told if found is verdict), "")


def _names(mine: Sequence[MeasurementResult]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(result.case for result in mine))


def _requirement(
    info: Event,
    in_scope: bool,
    mine: tuple[MeasurementResult, ...],
    cases: Mapping[str, _Case],
    failures: Failures,
) -> RequirementResult:
    verdict, reason = _requirement_verdict(info, mine, failures)
    seen = [cases[name] for name in _names(mine) if name in cases]
    return RequirementResult(
        id=info["id"],
        info=info,
        in_scope=in_scope,
        verdict=verdict,
        reason=reason,
        measurements=mine,
        controls=tuple(control for case in seen for control in case.controls),
        exposures=tuple(exposure for case in seen for exposure in case.exposures),
    )


def _requirement_verdict(info: Event, mine: Sequence[MeasurementResult], failures: Failures) -> tuple[Verdict, str]:
    if info["not_applicable"]:
        return Verdict.NOT_APPLICABLE, str(info["not_applicable"])
    if info["breaches"]:
        return Verdict.FAIL, str(info["breaches"][0])
    if not mine:
        return Verdict.NOT_TESTED, str(info["not_tested_reason"]) or "no test of this rig covers it"
    verdict, reason = _overall(mine, failures)
    # what else the plan knew, such as a document from elsewhere that the job names
    also = str(info["not_tested_reason"]) if verdict is Verdict.NOT_TESTED else ""
    return verdict, "; ".join(part for part in (reason, also) if part)


def _case_result(name: str, case: _Case, mine: tuple[MeasurementResult, ...], failures: Failures) -> CaseResult:
    verdict, reason = _overall(mine, failures)
    return CaseResult(
        id=name,
        title=str(case.start["title"]) if case.start else name,
        requirements=tuple(dict.fromkeys(result.requirement for result in mine)),
        verdict=verdict,
        reason=reason,
        measurements=mine,
        controls=case.controls,
        exposures=case.exposures,
        attachments=case.attachments,
        notes=case.notes,
        conditions=case.start.get("conditions", {}) if case.start else {},
    )
