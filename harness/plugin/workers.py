"""A worker of pytest-xdist: certifies the cases that it is handed, and leaves mistakes of the user to the conductor."""

import pytest

from harness.errors import UsageError
from harness.plugin.options import RunConfig
from harness.plugin.plan import Plan
from harness.plugin.session import CertificationSession

# what conductor and workers tell each other
FOLDER = "dronecert_folder"
USAGE_ERROR = "dronecert_usage_error"


class WorkerSession(CertificationSession):
    """The session of a worker, with a part of the record of its own."""

    def __init__(self, run: RunConfig, config: pytest.Config) -> None:
        super().__init__(run, part=config.workerinput["workerid"])  # type: ignore[attr-defined]
        self._output = config.workeroutput  # type: ignore[attr-defined]

    def make_plan(self, items: list[pytest.Item]) -> Plan:
        """Plan as every worker does; without a plan there is nothing to fly, and the conductor says why."""
        try:
            return super().make_plan(items)
        except pytest.UsageError as error:
            self._output[USAGE_ERROR] = str(error)
            return Plan(scope=(), cases={})

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Hand a mistake of the user on: the run is not this worker's to stop."""
        if isinstance(self.error, UsageError):
            vars(report)["usage_error"] = str(self.error)
