import dataclasses
import re
import shutil
import subprocess

import pytest

from harness.errors import EvidenceError
from harness.evidence.results import read_results
from harness.reports.certificate import Issue
from harness.reports.pdf import report_pdf

needs_pdftotext = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext (poppler) is not installed")
ISSUE = Issue(number="CR-2026-0007", demo=True)


def pages(pdf, tmp_path):
    (tmp_path / "r.pdf").write_bytes(pdf)
    done = subprocess.run(["pdftotext", "-layout", str(tmp_path / "r.pdf"), "-"], capture_output=True, check=True)
    return done.stdout.decode().replace("\u200b", "").split("\f")[:-1]


@needs_pdftotext
def test_every_page_has_number_page_of_pages_and_marks(result, tmp_path):
    sheets = pages(report_pdf(result, ISSUE), tmp_path)
    for number, sheet in enumerate(sheets, 1):
        assert "CR-2026-0007" in sheet and f"page {number} of {len(sheets)}" in sheet
        assert "pre-compliance (simulation)" in sheet and "DEMO - NOT FOR CERTIFICATION" in sheet
    assert "End of test report CR-2026-0007" in sheets[-1]


@needs_pdftotext
def test_all_rows_items_and_digests_are_printed(result, tmp_path):
    text = "\n".join(pages(report_pdf(result, ISSUE), tmp_path))
    assert all(re.search(rf"{item.id}\s+{item.verdict}\b", text) for item in result.requirements)
    assert text.count("not stated (draft: no job file)") >= 5
    assert "9f31abab abababab" in text
    assert "2027-03-01" in text and "decoy port" in text and "Shortened method" in text


@needs_pdftotext
def test_a_real_rig_with_a_signer_bears_no_mark(result, tmp_path):
    real = dataclasses.replace(result, plan={**result.plan, "rig": {**result.plan["rig"], "simulated": False}})
    text = "\n".join(pages(report_pdf(real, Issue(number="R-1", signer="Ann")), tmp_path))
    assert "pre-compliance" not in text and "NOT FOR CERTIFICATION" not in text


@needs_pdftotext
def test_hostile_text_is_set_literally(hostile_folder, tmp_path):
    text = " ".join("\n".join(pages(report_pdf(read_results(hostile_folder), ISSUE), tmp_path)).split())
    assert "#pagebreak() $x$ *b* _i_ `r` @ref <label> \\" in text
    assert "<script>document.title='owned'</script>" in text
    assert "SEEDED DEFECTS" in text and "\\u202e" in text


def test_equal_records_give_equal_bytes_of_pdf_a(result):
    pdf = report_pdf(result, ISSUE)
    assert pdf == report_pdf(result, ISSUE)
    assert b"<pdfaid:part>2</pdfaid:part>" in pdf and b"<pdfaid:conformance>B</pdfaid:conformance>" in pdf


def test_a_plot_that_is_no_png_is_refused(result, make_run, tmp_path):
    run = read_results(make_run(tmp_path / "r"))
    fake = run.run_attachments[0]
    case = dataclasses.replace(
        run.cases[0], attachments=(dataclasses.replace(fake, kind="plot", media_type="image/png"),)
    )
    with pytest.raises(EvidenceError, match="it is none"):
        report_pdf(dataclasses.replace(run, cases=(case,)), ISSUE)
