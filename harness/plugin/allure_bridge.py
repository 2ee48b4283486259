"""Gives Allure its verdicts, descriptions and plots, and keeps in the record what Allure was told."""

from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

import allure_commons
import pytest
from allure_commons.model2 import Attachment, Label, StatusDetails, TestResult

from harness.evidence.results import RunResult
from harness.instruments.chart import Chart
from harness.judgement import Measurement
from harness.plugin.case import Case
from harness.plugin.session import CertificationSession
from harness.reports.allure import STATUSES, AllureTap, case_description_html, case_labels
from harness.reports.overview import overviews
from harness.reports.plots import Plot, render_png

# labels that would spread one test over several trees, and those of the machinery: the page shows labels first, and
# a reader wants the verdict there
UNWANTED = ("parentSuite", "suite", "subSuite", "tag", "host", "thread", "framework", "language", "package")


class VerdictDresser:
    """Writes verdict, description, labels and plots into each result before any writer sees it."""

    def __init__(self, session: CertificationSession, *, pictures: bool) -> None:
        self._session, self._pictures = session, pictures

    @allure_commons.hookimpl(tryfirst=True)
    def report_result(self, result: TestResult) -> None:
        """Dress the result of the case that has just ended."""
        case = self._session.case
        if case is None:
            return
        run = self._session.results()
        judged = next(item for item in run.cases if item.id == case.plan.id)
        infos = {item.id: item.info for item in run.requirements}
        drawn = [_plot(chart, case) for chart in case.charts] + _together(run, case) if self._pictures else []
        plots = [self._keep(result, case, plot) for plot in drawn]
        result.name = case.plan.title
        result.status = STATUSES[judged.verdict]
        result.statusDetails = StatusDetails(message=judged.reason) if judged.reason else result.statusDetails
        result.description = None
        result.descriptionHtml = case_description_html(judged, infos, plots)
        result.labels = [label for label in result.labels if label.name not in UNWANTED]
        result.labels += [Label(name=name, value=value) for name, value in case_labels(judged, infos)]

    def _keep(self, result: TestResult, case: Case, plot: Plot) -> bytes:
        journal, image = self._session.journal, render_png(plot)
        stored = journal.store(plot.title, "image/png", image, "plot")
        journal.attach(stored, case=case.plan.id)
        name = f"{stored.sha256[:32]}-attachment.png"
        allure_commons.plugin_manager.hook.report_attached_data(body=image, file_name=name)
        result.attachments.append(Attachment(name=plot.title, source=name, type="image/png"))
        return image


def connect(session: CertificationSession, config: pytest.Config) -> None:
    """Listen to Allure for the rest of the run."""
    journal = session.journal

    def tell(what: str, name: str, content: Mapping[str, Any] | bytes) -> None:
        if isinstance(content, bytes):
            stored = journal.store(name, "application/octet-stream", content)
            journal.emit("allure", what=what, name=name, file=stored.file)
        else:
            journal.emit("allure", what=what, name=name, content=dict(content))

    dresser = VerdictDresser(session, pictures=not config.getoption("--no-pictures"))
    for listener in (dresser, AllureTap(tell, Path(config.option.allure_report_dir))):
        allure_commons.plugin_manager.register(listener)
        config.add_cleanup(_unregister(listener))


def _unregister(listener: object) -> Any:  # noqa: ANN401 - a function without arguments
    return lambda: allure_commons.plugin_manager.unregister(listener)


def _together(run: RunResult, case: Case) -> list[Plot]:
    """With the last case of a requirement come the plots over all of them."""
    last = {name: item.id for item in run.cases for name in item.requirements}
    return [plot for name in case.plan.requirements if last[name] == case.plan.id for plot in overviews(run, name)]


def _plot(chart: Chart, case: Case) -> Plot:
    results = [item for name in chart.quantities for item in case.measured.values() if item.quantity == name]
    drawn = {item.name: getattr(chart, item.name) for item in fields(chart) if item.name != "quantities"}
    sides = [(item, sign, bound) for item in results for sign, bound in _sides(item) if bound is not None]
    limits = tuple((f"{_words(item)} {sign} {bound:g}", bound) for item, sign, bound in sides)
    bands = tuple(
        (f"guard band of {_words(item)}", bound - item.measured.U, bound + item.measured.U)
        for item, _, bound in sides
        if 0.0 < item.measured.U < bound
    )
    return Plot(limits=limits, guard_bands=bands, **drawn)


def _sides(item: Measurement) -> tuple[tuple[str, float | None], ...]:
    return ("<=", item.limit.upper), (">=", item.limit.lower)


def _words(item: Measurement) -> str:
    return item.quantity.replace("_", " ")
