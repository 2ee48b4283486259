"""All views of a run folder, made (again) from its record."""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from harness.evidence.record import Attachment, of_this_version, read_events
from harness.evidence.results import Event, RunResult, summarise
from harness.evidence.resultsfile import results_json
from harness.reports.allure import Document, write_allure_results
from harness.reports.certificate import Issue
from harness.reports.equipment import equipment_csv
from harness.reports.files import check_attachments, read_attachment, replace_folder, write_whole
from harness.reports.html import render_html
from harness.reports.junit import junit_xml
from harness.reports.matrix import matrix_csv
from harness.reports.pdf import report_pdf
from harness.reports.text import visible
from harness.reports.wording import headline, marks, report_number


@dataclass(frozen=True, kw_only=True)
class ViewOptions:
    """What the record does not hold and a report needs.

    Attributes:
        tools: folder of the HTML report generator, ``tools/report``.
        demo: True when a demo key signs.
        signer: who authorises the report, or "" for a draft.
        report_number: unique number, or "" for one made of the run id.
        issued: date of issue, or "".
        amends: number of the report that this one replaces, or "".
    """

    tools: Path
    demo: bool = False
    signer: str = ""
    report_number: str = ""
    issued: str = ""
    amends: str = ""


@dataclass(frozen=True, kw_only=True)
class Views:
    """What was made: the judged run and the paths of its views."""

    result: RunResult
    results_json: Path
    matrix_csv: Path
    junit_xml: Path
    report_pdf: Path
    allure_results: Path
    report_html: Path


def make_views(folder: Path, options: ViewOptions) -> Views:
    """Make every view of the run in `folder`, each whole or not at all; nothing but record and attachments is read.

    Raises:
        EvidenceError: the folder holds no usable record, an attachment is missing or altered, or a generator fails.
            Views made before that stay in place; the HTML report is made last.
    """
    events = read_events(folder)
    with of_this_version(folder):
        return _make(summarise(events, folder), events, options)


def _make(result: RunResult, events: Sequence[Event], options: ViewOptions) -> Views:
    folder = result.folder
    check_attachments(folder, [*result.run_attachments, *(item for case in result.cases for item in case.attachments)])
    number = options.report_number or report_number(folder)
    issue = Issue(number=number, demo=options.demo, signer=options.signer, issued=options.issued, amends=options.amends)
    matrix, pdf = matrix_csv(result).encode(), report_pdf(result, issue)
    documents = _documents(result, matrix, pdf)
    title = " - ".join([headline(result), *marks(result, options.demo)])
    allure_results = _allure(result, events, documents, options.demo)
    return Views(
        result=result,
        results_json=write_whole(folder / "results.json", results_json(result).encode()),
        matrix_csv=write_whole(folder / "matrix.csv", matrix),
        junit_xml=write_whole(folder / "junit.xml", junit_xml(result, events).encode()),
        report_pdf=write_whole(folder / "report.pdf", pdf),
        allure_results=allure_results,
        report_html=render_html(allure_results, folder / "report.html", title, options.tools),
    )


def _allure(result: RunResult, events: Sequence[Event], documents: Sequence[Document], demo: bool) -> Path:
    with tempfile.TemporaryDirectory(prefix=".allure-", dir=result.folder) as temporary:
        new = Path(temporary) / "allure-results"
        write_allure_results(result, events, new, documents, demo)
        return replace_folder(new, result.folder / "allure-results")


def _documents(result: RunResult, matrix: bytes, pdf: bytes) -> list[Document]:
    made = [
        Document(name="Test report (PDF)", media_type="application/pdf", extension="pdf", data=pdf, file="report.pdf"),
        Document(name="Requirements matrix", media_type="text/csv", extension="csv", data=matrix, file="matrix.csv"),
        Document(name="Equipment", media_type="text/csv", extension="csv", data=equipment_csv(result).encode()),
    ]
    return made + [_document(result, attachment) for attachment in result.run_attachments]


def _document(result: RunResult, attachment: Attachment) -> Document:
    data = read_attachment(result.folder, attachment)
    extension = attachment.file.rpartition(".")[2]
    return Document(
        name=visible(attachment.name),
        media_type=attachment.media_type,
        extension=extension,
        data=data,
        file=attachment.file,
    )
