"""One case while it runs: what it shows, what it measures, and who is to blame when it ends badly."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import allure

from harness.errors import UsageError
from harness.evidence.record import SUFFIXES, Recorder
from harness.evidence.results import ARTICLE, NONE, RIG, SKIPPED
from harness.instruments.chart import Chart
from harness.judgement import DecisionRule, Exposure, Limit, Measurement, Verdict, credit
from harness.judgement.measurement import Value
from harness.reports.page import slip_for

Key = tuple[str, str]
# bytes of a case's files that the report page holds; `harness.reports.page` has the budget of the whole page
MOST_IN_PAGE = 256 * 1024


@dataclass(frozen=True, kw_only=True)
class CasePlan:
    """What the plan says of one case.

    Attributes:
        id: id of the case.
        title: first line of the test's docstring.
        nodeid: pytest's name of the test.
        requirements: ids of the requirements it shows.
        limits: limit of each (requirement, quantity) it is expected to measure.
        outside: what it shows besides, and the scope of the run leaves out.
        conditions: values of its rows in ``conditions.toml``, as text.
    """

    id: str
    title: str
    nodeid: str
    requirements: tuple[str, ...]
    limits: Mapping[Key, Limit]
    outside: tuple[Key, ...] = ()
    conditions: Mapping[str, str] = field(default_factory=dict)

    @property
    def named(self) -> tuple[str, ...]:
        """Ids of all requirements that the test names: it does what they take, also for those out of scope."""
        return tuple(dict.fromkeys([*self.requirements, *(requirement for requirement, _ in self.outside)]))


@dataclass
class Case:
    """A running case; ``measure`` and ``control`` write to the record at once."""

    plan: CasePlan
    journal: Recorder
    rule: DecisionRule
    measured: dict[Key, Measurement] = field(default_factory=dict)
    charts: list[Chart] = field(default_factory=list)
    failed_controls: list[str] = field(default_factory=list)
    exposures: list[Exposure] = field(default_factory=list)
    blame: str = NONE
    reason: str = ""
    bytes_in_page: int = 0

    def measure(self, quantity: str, value: Value) -> None:
        """Judge and record one quantity, named ``"r95_horizontal"`` or ``"WIND-01.r95_horizontal"``.

        A bad value is recorded, it never raises; what lies outside the scope of the run is let go.

        Raises:
            UsageError: the test does not show that quantity, or measured it already.
        """
        key = self._key(quantity)
        if key in self.plan.outside:
            return
        if key in self.measured:
            raise UsageError(f"{self.plan.nodeid} measures {quantity} twice: a repetition is a case or a statistic")
        result = Measurement.judged((key[0], self.plan.id, key[1]), value, self.plan.limits[key], self.rule)
        self.measured[key] = result
        self.journal.emit("measure", case=self.plan.id, **_fields(result))

    def control(self, name: str, kind: str, ok: bool, detail: str) -> None:
        """Record a control; a failed one makes the case INVALID whatever else happens."""
        self.journal.emit("control", case=self.plan.id, name=name, kind=kind, ok=bool(ok), detail=detail)
        if not ok:
            self.failed_controls.append(f"control {name} failed: {detail}")

    def exposed(self, exposure: Exposure) -> None:
        """Record how hard the article was tried; every verdict of the case is credited by it."""
        self.exposures.append(exposure)
        self.journal.emit(
            "exposure",
            case=self.plan.id,
            name=exposure.name,
            unit=exposure.unit,
            level=_finite_or_text(exposure.level),
            value=_finite_or_text(exposure.realised.value),
            U=_finite_or_text(exposure.realised.U),
            terms=dict(exposure.realised.terms),
            basis=exposure.basis,
        )

    def credited(self, verdict: Verdict) -> Verdict:
        """The verdict at the levels that the case stands for."""
        return credit(verdict, self.exposures)[0]

    def note(self, text: str) -> None:
        """Record a remark for the report, such as the detection power behind a zero."""
        self.journal.emit("note", case=self.plan.id, text=text)

    def exhibit(self, name: str, media_type: str, data: bytes, kind: str) -> None:
        """Record a file of evidence, and show it in the report unless its case would be too large for a page."""
        stored = self.journal.store(name, media_type, data, kind)
        self.journal.attach(stored, case=self.plan.id)
        if self.bytes_in_page + len(data) > MOST_IN_PAGE:
            slip = slip_for(name, stored.file, data)
            allure.attach(slip.text, name=slip.title, attachment_type="text/plain", extension="txt")
            return
        self.bytes_in_page += len(data)
        allure.attach(data, name=name, attachment_type=media_type, extension=SUFFIXES.get(media_type, "bin"))

    def chart(self, chart: Chart) -> None:
        """Remember a chart; it is drawn with its limits when the case has ended."""
        self.charts.append(chart)

    def end(self, blame: str, reason: str) -> None:
        """Remember why the case ended badly; the worst party stands: rig over article over skipped."""
        # what is skipped in the teardown, or marked xfail, takes back no failure of the article that was seen
        ranks = (NONE, SKIPPED, ARTICLE, RIG)
        if ranks.index(blame) > ranks.index(self.blame):
            self.blame, self.reason = blame, reason

    def _key(self, quantity: str) -> Key:
        head, dot, tail = quantity.partition(".")
        shown = (*self.plan.limits, *self.plan.outside)
        candidates = [key for key in shown if (key == (head, tail) if dot else key[1] == quantity)]
        if len(candidates) != 1:
            known = ", ".join(".".join(key) for key in shown)
            raise UsageError(f"{self.plan.nodeid} measures {quantity!r}, which is not one of {known}")
        return candidates[0]


def _fields(result: Measurement) -> dict[str, Any]:
    return {
        "requirement": result.requirement,
        "quantity": result.quantity,
        "value": _finite_or_text(result.measured.value),
        "U": _finite_or_text(result.measured.U),
        "terms": dict(result.measured.terms),
        "unit": result.limit.unit,
        "limit": {"lower": result.limit.lower, "upper": result.limit.upper},
        "rule": result.rule,
        "verdict": result.verdict,
        "trials": result.trials,
        "bound": result.bound,
        "reason": "" if result.verdict is Verdict.PASS else sentence(result),
    }


def sentence(result: Measurement) -> str:
    """One measurement in words."""
    measured = result.measured
    U = f" (U {measured.U:.3g})" if measured.U else ""
    trials = f" of {result.trials}" if result.trials else ""
    unit = f" {result.limit.unit}" if result.limit.unit != "1" else ""
    return f"{result.requirement}.{result.quantity} = {measured.value:.4g}{trials}{unit}{U}, limit {result.limit}"


def _finite_or_text(value: float) -> float | str:
    return value if math.isfinite(value) else str(value)
