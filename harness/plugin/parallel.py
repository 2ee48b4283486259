"""Runs on several processes: pytest-xdist spreads the cases, each worker writes a part of the record.

Cases that show the same requirement stay together in one worker, since the last of them draws the pictures over all.
The conductor is the process that the user started; it flies nothing and writes no record.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from xdist.remote import Producer
from xdist.scheduler.loadscope import LoadScopeScheduling

from harness.errors import UsageError
from harness.plugin.options import RunConfig
from harness.plugin.sources import read_sources
from harness.plugin.wording import shown_status, where_to
from harness.plugin.workers import FOLDER, USAGE_ERROR


class Scheduling(LoadScopeScheduling):  # type: ignore[misc]  # xdist has no types
    """Hands out whole groups of cases; `groups` names the group of each test function by its node id."""

    def __init__(self, config: pytest.Config, log: Producer, groups: Mapping[str, str]) -> None:
        super().__init__(config, log)
        self._groups = groups

    def _split_scope(self, nodeid: str) -> str:
        function = nodeid.partition("[")[0]
        return self._groups.get(function, function)


class Conductor:
    """The hooks of the process that starts the workers and prints what they report."""

    def __init__(self, run: RunConfig) -> None:
        """Refuse what must not be flown by several at once.

        Raises:
            UsageError: the rig is in real time: there is one of it, or one at a time.
        """
        if not run.rig.spreads:
            raise UsageError(
                f"-n: the rig {run.rig.id} is in real time, so its cases run one after another; leave -n out"
            )
        self._run = run
        self._usage_errors: list[str] = []

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:  # noqa: ANN401 - xdist's WorkerController
        """Tell a worker where the run folder is."""
        node.workerinput[FOLDER] = str(self._run.folder)

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_make_scheduler(self, config: pytest.Config, log: Producer) -> Scheduling:
        """Keep together what shows the same requirement."""
        return Scheduling(config, log, group_cases(self._run.request.root / "suites"))

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:  # noqa: ANN401 - xdist's WorkerController
        """Remember a mistake of the user that a worker found while it planned."""
        text = getattr(node, "workeroutput", {}).get(USAGE_ERROR)
        if text and text not in self._usage_errors:
            self._usage_errors.append(text)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Stop at a mistake of the user that a case found."""
        text = getattr(report, "usage_error", "")
        if text:
            pytest.exit(f"usage error: {text}", returncode=pytest.ExitCode.USAGE_ERROR)

    def pytest_report_teststatus(self, report: pytest.TestReport) -> tuple[str, str, str] | None:
        """Show the verdict instead of pytest's word."""
        return shown_status(report)

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """A run without a plan is a usage error."""
        if self._usage_errors:
            session.exitstatus = pytest.ExitCode.USAGE_ERROR

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Say where the evidence went, or why there is none."""
        for text in self._usage_errors:
            terminalreporter.write_line(f"ERROR: {text}")
        if not self._usage_errors:
            terminalreporter.write_line(where_to(self._run.folder))


def group_cases(suites: Path) -> dict[str, str]:
    """For each test function of the suites, by node id, a name that it shares with those it belongs to.

    Read from the source, since the process that starts the workers collects nothing. Functions belong together when
    they show a requirement both, or when a third one does so with each of them.

    Raises:
        FileError: a test file is none.
    """
    shown: dict[str, set[str]] = {}
    for mark in read_sources(suites):
        nodeid = f"{mark.path.relative_to(suites.parent).as_posix()}::{mark.test}"
        shown.setdefault(nodeid, set()).add(mark.requirement)
    groups: list[tuple[set[str], list[str]]] = []
    for nodeid, ids in shown.items():
        touching = [group for group in groups if group[0] & ids]
        groups = [group for group in groups if not group[0] & ids]
        wider = ids.union(*(group[0] for group in touching))
        groups.append((wider, [*(item for group in touching for item in group[1]), nodeid]))
    return {nodeid: " ".join(sorted(ids)) for ids, members in groups for nodeid in members}
