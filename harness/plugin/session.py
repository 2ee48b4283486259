"""A certifying pytest session: plans, records, judges. Registered only when ``--rig`` is given."""

import hashlib
import os
import platform
import signal
import sys
import time
from collections.abc import Callable, Collection, Generator
from contextlib import ExitStack
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

import harness
from harness.errors import NotOffered, NotShown, UsageError
from harness.evidence.record import Recorder
from harness.evidence.results import ARTICLE, RIG, SKIPPED, RunResult, summarise
from harness.judgement import DecisionRule, Verdict, worst
from harness.plugin import outcome
from harness.plugin.case import Case
from harness.plugin.conditions import FILE as CONDITIONS
from harness.plugin.options import RunConfig
from harness.plugin.plan import Plan, make_plan, plan_event
from harness.plugin.wording import shown_status, where_to
from harness.rig import Bench, Claims, RigSession
from harness.rig.guard import missing_interlocks

EXIT_BY_SIGINT = 130
WATCHDOG_LOG = "watchdog.log"
STAGES = (
    "none",
    "powered",
    "props-off actuation",
    "RF emission",
    "contained flight",
    "free flight",
    "power interruption",
    "irreversible",
)


class Journal(Recorder):
    """A recorder that also remembers its events, for the views that are drawn while the run goes on."""

    def __init__(self, run: RunConfig, part: str, read_clock: Callable[[], float | None]) -> None:
        """Write into the run's folder; `read_clock` gives the test clock of the case, where it has a world."""
        super().__init__(run.folder, part)
        self.events: list[dict[str, Any]] = []
        self._read_clock = read_clock

    def emit(self, event_type: str, *, case: str = "", t_test: float | None = None, **fields: Any) -> None:  # noqa: ANN401
        """Record as `Recorder.emit` does, with the test clock of the case."""
        t_test = self._read_clock() if t_test is None and case else t_test
        super().emit(event_type, case=case, t_test=t_test, **fields)
        if event_type != "allure":
            self.events.append({"type": event_type, "case": case, "t_wall": "", "t_test": t_test, **fields})


class CertificationSession:
    """The hooks of a certifying run and the state they share."""

    def __init__(self, run: RunConfig, part: str = "") -> None:
        """Certify and write a record, or the part of that name of one."""
        self.run = run
        self.journal = Journal(run, part, self._read_clock)
        self.plan: Plan | None = None
        self.case: Case | None = None
        self.bench: Bench | None = None
        self._case_started = 0.0
        self._uncollected: list[str] = []
        self.error: BaseException | None = None

    def _read_clock(self) -> float | None:
        return None if self.bench is None else round(self.bench.world.now(), 6)

    # -- services for the fixtures

    def open_rig(self) -> RigSession:
        """Bring the target up and record what it is.

        Raises:
            RigError: the target or an instrument does not come up.
            UsageError: the rig cannot do what was asked, such as a defect on a real target.
        """
        claims = Claims(declaration=self.run.basis.declaration, folder=self.run.article_file.parent)
        watchlog = self.run.folder / WATCHDOG_LOG
        rig = RigSession(self.run.rig, claims, self.run.defects, self.run.seed, watchlog)
        with ExitStack() as on_error:
            # a bench that is not used is given back
            on_error.callback(rig.close)
            self.journal.emit("rig", **rig.identity())
            on_error.pop_all()
        return rig

    def results(self) -> RunResult:
        """The run so far, judged."""
        return summarise(self.journal.events, self.run.folder)

    def make_plan(self, items: list[pytest.Item]) -> Plan:
        """Plan what was collected, and record it.

        Raises:
            pytest.UsageError: something was not collected, or a test does not fit the catalogue.
        """
        if self._uncollected:
            raise pytest.UsageError("a plan needs every test, not collected: " + "; ".join(self._uncollected))
        try:
            plan = make_plan(self.run, items)
        except UsageError as error:
            raise pytest.UsageError(str(error)) from error
        self.journal.emit("plan", harness=_fingerprint(), options=sys.argv[1:], **plan_event(self.run, plan))
        self._attach_basis(plan)
        return plan

    # -- hooks

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Remember what could not be collected."""
        if report.failed:
            self._uncollected.append(f"{report.nodeid}: {report.longreprtext.strip().splitlines()[-1]}")

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> Generator[None, None, None]:
        """Record the plan before anything is deselected, then drop what is out of scope and order the rest."""
        self.plan = self.make_plan(items)
        yield
        items[:] = sorted((item for item in items if item.nodeid in self.plan.cases), key=self._stage)

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, Any, Any]:
        """Open the case in the record."""
        assert self.plan is not None
        case_plan = self.plan.cases[item.nodeid]
        rule = DecisionRule(self.run.basis.profile.rule)
        self.case = Case(plan=case_plan, journal=self.journal, rule=rule)
        self._case_started = time.monotonic()
        self.journal.emit(
            "case_start",
            case=case_plan.id,
            requirements=list(case_plan.requirements),
            title=case_plan.title,
            nodeid=case_plan.nodeid,
            conditions=dict(case_plan.conditions),
        )
        return (yield)

    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Skip what the rig is not allowed to do."""
        assert self.case is not None
        for requirement_id in self.case.plan.named:
            hazard = self.run.basis.catalogue[requirement_id].hazard
            if hazard not in self.run.rig.allows:
                pytest.skip(f"the rig {self.run.rig.id} does not allow the hazard class '{hazard}' of {requirement_id}")
            if hazard != "none" and not self.run.rig.virtual and not self.run.allow_arming:
                pytest.skip(f"{requirement_id} needs --allow-arming on a rig that is not simulated")
            if hazard == "irreversible" and not self.run.rig.virtual and requirement_id not in self._consented:
                pytest.skip(f"{requirement_id} is irreversible, and no job file has it under consent_irreversible")
            missing = missing_interlocks(self.run.rig, hazard)
            if missing:
                pytest.skip(f"{requirement_id} moves the article, and this rig has no {missing} that could be proven")

    @pytest.hookimpl(wrapper=True)
    def pytest_pyfunc_call(self) -> Generator[None, Any, Any]:
        """Raise once for the measurements of a body that ended well; what it cannot show is skipped."""
        try:
            result = yield
        except (NotShown, NotOffered) as reason:
            pytest.skip(str(reason))
        assert self.case is not None
        outcome.raise_for(self.case)
        return result

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, Any, Any]:
        """Find who is to blame for an exception of a phase."""
        report = yield
        assert self.case is not None
        if call.excinfo is not None:
            self.error = call.excinfo.value
            self.case.end(*self._blame(call.excinfo.value, call.when))
        if item.get_closest_marker("xfail") is not None:
            self.case.end(SKIPPED, "marked xfail: a suite states what is required, it does not expect a failure")
        # a plain text, for it may go to another process
        report.verdict = self._verdict().value
        return report

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Stop at a mistake of the user; in the hook before, Allure's wrapper would make a warning of it."""
        outcome.stop_on_usage_error(self.error)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logfinish(self) -> None:
        """Close the case in the record; Allure closes its own right after."""
        assert self.case is not None
        self.journal.emit(
            "case_end",
            case=self.case.plan.id,
            blame=self.case.blame,
            reason=self.case.reason,
            duration_wall=round(time.monotonic() - self._case_started, 3),
        )

    def pytest_report_teststatus(self, report: pytest.TestReport) -> tuple[str, str, str] | None:
        """Show the verdict instead of pytest's word."""
        return shown_status(report)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Say where the evidence went and how to make a report of it."""
        if self.plan is not None:
            terminalreporter.write_line(where_to(self.run.folder))

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, exitstatus: int) -> None:
        """Seal the record."""
        self.journal.emit("end", exitstatus=int(exitstatus))

    def pytest_unconfigure(self) -> None:
        """Close the record last, after Allure has told it everything."""
        self.journal.close()

    # -- helpers

    def _attach_basis(self, plan: Plan) -> None:
        files = {"rig file": self.run.rig.path, "declaration": self.run.article_file, "profile": self.run.profile_file}
        if self.run.request.job:
            files["job"] = Path(self.run.request.job)
        suites = self.run.request.root / "suites"
        for domain in dict.fromkeys(case.id.partition("/")[0] for case in plan.cases.values() if case.conditions):
            files[f"conditions of {domain}"] = suites / domain / CONDITIONS
        for name, path in files.items():
            self.journal.attach(self.journal.store(name, "application/toml", path.read_bytes()))

    def _stage(self, item: pytest.Item) -> tuple[int, int]:
        assert self.plan is not None
        case, order = self.plan.cases[item.nodeid], self.run.basis.catalogue.ids
        hazard = max(STAGES.index(self.run.basis.catalogue[name].hazard) for name in case.named)
        return hazard, min(order.index(name) for name in case.requirements)

    @property
    def _consented(self) -> Collection[str]:
        job = self.run.basis.job
        return job.consent_irreversible if job is not None else ()

    def _blame(self, error: BaseException, phase: str) -> tuple[str, str]:
        party, reason = outcome.blame(error, phase)
        if party == ARTICLE and not (self.bench is not None and self.bench.witnessed()):
            return RIG, f"no independent observer saw it: {reason}"
        return party, reason

    def _verdict(self) -> Verdict:
        assert self.case is not None
        if self.case.blame == RIG or self.case.failed_controls:
            return Verdict.INVALID
        if self.case.blame == ARTICLE:
            return worst((self.case.credited(Verdict.FAIL), self._measured()))
        if self._measured() is Verdict.FAIL:
            return Verdict.FAIL
        return Verdict.NOT_TESTED if self.case.blame == SKIPPED else self._measured()

    def _measured(self) -> Verdict:
        assert self.case is not None
        return worst(self.case.credited(item.verdict) for item in self.case.measured.values())


SESSION = pytest.StashKey[CertificationSession]()


def stop_on_signals(*, real: bool) -> None:
    """Make SIGTERM end a run as SIGINT does, so that every finalizer runs and the aircraft is left safe.

    On a real bench a second SIGINT ends the process at once, and the watchdog takes over.
    """

    def interrupt(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt(f"signal {number}")

    def interrupt_once(number: int, frame: FrameType | None) -> None:
        signal.signal(signal.SIGINT, lambda number, frame: os._exit(EXIT_BY_SIGINT))
        raise KeyboardInterrupt(f"signal {number}: leaving the article safe; once more leaves that to the watchdog")

    signal.signal(signal.SIGTERM, interrupt)
    if real:
        signal.signal(signal.SIGINT, interrupt_once)


def _fingerprint() -> dict[str, str]:
    return {
        "version": harness.__version__,
        "source_sha256": _source_digest(),
        "python": platform.python_version(),
        "platform": platform.platform(),
        "pytest": pytest.__version__,
    }


def _source_digest() -> str:
    """SHA-256 over the harness's source files, each with its path, in their order."""
    root = Path(harness.__file__).parent
    digest = hashlib.sha256()
    for path in sorted(root.rglob("*.py")):
        digest.update(f"{path.relative_to(root)}\0".encode() + path.read_bytes())
    return digest.hexdigest()
