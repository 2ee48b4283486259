"""``report.pdf``: the test report as PDF/A-2b, set by typst with its own fonts and without network."""

import json
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from harness.errors import EvidenceError
from harness.evidence.results import RunResult
from harness.reports.certificate import PNG_SIGNATURE, Issue, certificate_data, plot_files
from harness.reports.files import read_stored

TEMPLATE = "certificate.typ"


def report_pdf(result: RunResult, issue: Issue) -> bytes:
    """The report as PDF; equal records give equal bytes, since its date is that of the run.

    Raises:
        EvidenceError: a plot is missing, altered or no PNG, or typst refuses the document.
    """
    with tempfile.TemporaryDirectory(prefix="dronecert-pdf-") as temporary:
        root = Path(temporary)
        (root / "attachments").mkdir()
        for file in plot_files(result):
            (root / file).write_bytes(_plot(result, file))
        template = (Path(__file__).parent / TEMPLATE).read_bytes()
        (root / TEMPLATE).write_bytes(template)
        (root / "data.json").write_text(json.dumps(certificate_data(result, issue)), encoding="utf-8")
        return _compile(root, _timestamp(result.started))


def _plot(result: RunResult, file: str) -> bytes:
    data = read_stored(result.folder, file)
    if not data.startswith(PNG_SIGNATURE):
        raise EvidenceError(f"{result.folder / file}: the record calls it a PNG plot, it is none")
    return data


def _compile(root: Path, timestamp: int) -> bytes:
    import typst

    fonts = typst.Fonts(include_system_fonts=False)
    compiler = typst.Compiler(root / TEMPLATE, root=root, font_paths=fonts)
    try:
        pdf = compiler.compile(pdf_standards="a-2b", timestamp=timestamp)
    except typst.TypstError as error:
        raise EvidenceError(f"typst cannot set the report: {error.message}") from error
    if not isinstance(pdf, bytes):
        raise EvidenceError("typst made no PDF")
    return pdf


def _timestamp(wall: str) -> int:
    try:
        return int(datetime.fromisoformat(wall).astimezone(UTC).timestamp())
    except ValueError:
        return 0
