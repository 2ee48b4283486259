"""Allure results: what Allure was told live, replayed from the record, and what no test could tell it.

The one place outside ``plugin/`` that imports allure. ``AllureTap`` listens while the suites run;
``write_allure_results`` makes the same folder again from the record and adds the requirements that nothing tested.
"""

import hashlib
import json
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from allure_commons import hookimpl
from allure_commons.model2 import (
    ATTACHMENT_PATTERN,
    GlobalAttachment,
    Globals,
    Label,
    Status,
    StatusDetails,
    TestResult,
    TestResultContainer,
)
from attr import asdict

from harness.errors import EvidenceError
from harness.evidence.results import CaseResult, Event, RequirementResult, RunResult
from harness.judgement import Verdict, worst
from harness.reports.description import case_description_html, plain_description, requirement_description_html
from harness.reports.files import plain_name, read_stored
from harness.reports.page import MOST_OF_A_DOCUMENT, Slips, left_out, slip_for, slip_name, with_slips
from harness.reports.text import visible
from harness.reports.wording import CATEGORIES, VERDICT_LABEL, conclusion, domain_title, headline, notices, untold

__all__ = ["STATUSES", "AllureTap", "Document", "case_description_html", "case_labels", "write_allure_results"]

RESULT, CONTAINER, GLOBALS, ATTACHMENT = "result", "container", "globals", "attachment"
STATUSES: Mapping[Verdict, str] = {
    Verdict.PASS: Status.PASSED,
    Verdict.FAIL: Status.FAILED,
    Verdict.INVALID: Status.BROKEN,
    Verdict.INCONCLUSIVE: Status.BROKEN,
    Verdict.NOT_TESTED: Status.SKIPPED,
    Verdict.NOT_APPLICABLE: Status.SKIPPED,
}
DOMAIN_LABEL, REQUIREMENT_LABEL, TREE_LABEL = "domain", "requirement", "claim"
NAMESPACE = uuid.UUID("6f0c2f0e-6d0b-5e0a-9a51-3f6f0b8d2c11")
Tell = Callable[[str, str, Mapping[str, Any] | bytes], None]
Infos = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, kw_only=True)
class Document:
    """A run-level attachment of the Allure report; one too large for a page is told by its `file` in the run folder."""

    name: str
    media_type: str
    extension: str
    data: bytes
    file: str = ""


class AllureTap:
    """Hands on everything Allure is told, as ``AllureFileLogger`` wrote it.

    Register it with ``allure_commons.plugin_manager``; it is called after every other logger. File names are those
    in `report_dir`, where the file logger has just written; without one they are drawn anew.

    Args:
        tell: called with what it is (``result``, ``container``, ``globals``, ``attachment``), the file name, and the
            JSON object or, for an attachment, the bytes.
        report_dir: folder that allure-pytest writes to, or None.
    """

    def __init__(self, tell: Tell, report_dir: Path | None = None) -> None:
        self._tell = tell
        self._report_dir = report_dir
        self._known = {path.name for path in report_dir.glob("*.json")} if report_dir else set()

    @hookimpl(trylast=True)
    def report_result(self, result: TestResult) -> None:
        """A test ended."""
        self._item(RESULT, result)

    @hookimpl(trylast=True)
    def report_container(self, container: TestResultContainer) -> None:
        """A fixture's container ended."""
        self._item(CONTAINER, container)

    @hookimpl(trylast=True)
    def report_globals(self, globals_item: Globals) -> None:
        """A run-level attachment or error was reported."""
        self._item(GLOBALS, globals_item)

    @hookimpl(trylast=True)
    def report_attached_file(self, source: str, file_name: str) -> None:
        """A file was attached."""
        self._tell(ATTACHMENT, file_name, Path(source).read_bytes())

    @hookimpl(trylast=True)
    def report_attached_data(self, body: str | bytes, file_name: str) -> None:
        """Data was attached."""
        self._tell(ATTACHMENT, file_name, body.encode() if isinstance(body, str) else bytes(body))

    def _item(self, what: str, item: Any) -> None:  # noqa: ANN401 - any allure_commons model
        content = json.loads(_serialised(item))
        name = self._name_on_disk(item.file_pattern, content) or item.file_pattern.format(prefix=uuid.uuid4())
        self._known.add(name)
        self._tell(what, name, content)

    def _name_on_disk(self, pattern: str, content: object) -> str:
        if self._report_dir is None:
            return ""
        new = (path for path in self._report_dir.glob(pattern.format(prefix="*")) if path.name not in self._known)
        return next((path.name for path in new if json.loads(path.read_bytes()) == content), "")


def case_labels(case: CaseResult, infos: Infos) -> list[tuple[str, str]]:
    """Labels of a case's result as (name, value): domain and requirement for the tree, and the exact verdict."""
    known = [infos[name] for name in case.requirements if name in infos]
    return [*_tree_labels(known), (VERDICT_LABEL, case.verdict.value)]


def write_allure_results(
    result: RunResult,
    events: Iterable[Event],
    folder: Path,
    documents: Sequence[Document] = (),
    demo: bool = False,
) -> None:
    """Make the Allure results folder again from the record.

    Args:
        result: the judged run.
        events: the record.
        folder: an empty or missing folder to fill.
        documents: run-level attachments, in the order in which the reader shall see them.
        demo: True when a demo key signs.

    Raises:
        EvidenceError: an allure event names a path, or an attachment is missing or altered.
    """
    folder.mkdir(parents=True, exist_ok=True)
    told: dict[str, Verdict] = {}
    events = list(events)
    out = left_out(events, result)
    for event in events:
        if event["type"] == "allure":
            _replay(event, result.folder, folder, out)
            _note_verdict(event, told)
    for item in untold(result, told):
        _write_item(folder, f"{result.started} {item.id}", _untested(item, _milliseconds(result.started)))
    notes = notices(result, demo)
    first = _headline_document(result, notes)
    _write_documents(result.started, folder, [first, *documents])
    (folder / "environment.properties").write_text(_environment(result, notes), encoding="utf-8")
    (folder / "categories.json").write_text(json.dumps(_categories(), indent=1), encoding="utf-8")


def _replay(event: Event, run_folder: Path, folder: Path, out: Slips) -> None:
    name = plain_name(str(event["name"]))
    if event["what"] == ATTACHMENT:
        data = read_stored(run_folder, str(event["file"]))
        if name in out:
            slip = out[name]
            if slip is None:
                return
            name, data = slip_name(name), slip.text
    elif event["what"] in (RESULT, CONTAINER, GLOBALS):
        content = with_slips(event["content"], out) if out else event["content"]
        data = json.dumps(content, ensure_ascii=False).encode("utf-8", "replace")
    else:
        raise EvidenceError(f"an allure event of unknown kind {event['what']!r}: the record is of another version")
    (folder / name).write_bytes(data)


def _note_verdict(event: Event, told: dict[str, Verdict]) -> None:
    if event["what"] != RESULT:
        return
    labels = [(label.get("name"), label.get("value")) for label in event["content"].get("labels", [])]
    verdict = next((value for name, value in labels if name == VERDICT_LABEL and value in list(Verdict)), None)
    for name, requirement in labels:
        if name == REQUIREMENT_LABEL and verdict is not None:
            told[requirement] = worst((told.get(requirement, Verdict(verdict)), Verdict(verdict)))


def _untested(item: RequirementResult, at: int) -> TestResult:
    stable = hashlib.md5(f"requirement {item.id}".encode(), usedforsecurity=False).hexdigest()
    text = plain_description(item.verdict, item.reason)
    return TestResult(
        name=f"{visible(item.id)} {visible(item.title)}",
        status=STATUSES[item.verdict],
        statusDetails=StatusDetails(message=text),
        stage="finished",
        description=text,
        descriptionHtml=requirement_description_html(item),
        start=at,
        stop=at,
        historyId=stable,
        testCaseId=stable,
        fullName=f"requirement {visible(item.id)}",
        labels=[Label(name=n, value=v) for n, v in [*_tree_labels([item.info]), (VERDICT_LABEL, item.verdict.value)]],
    )


def _tree_labels(infos: Sequence[Mapping[str, Any]]) -> list[tuple[str, str]]:
    domains = dict.fromkeys(domain_title(info["domain"]) for info in infos)
    return [
        *((DOMAIN_LABEL, domain) for domain in domains),
        *((REQUIREMENT_LABEL, str(info["id"])) for info in infos),
        *((TREE_LABEL, f"{visible(info['id'])} {visible(info['title'], 120)}") for info in infos),
    ]


def _headline_document(result: RunResult, notes: Sequence[str]) -> Document:
    text = "\n".join([headline(result), *notes]) + "\n"
    return Document(name=visible(headline(result)), media_type="text/plain", extension="txt", data=text.encode())


def _write_documents(started: str, folder: Path, documents: Sequence[Document]) -> None:
    attachments = []
    for number, document in enumerate(map(_fitting, documents)):
        name = ATTACHMENT_PATTERN.format(prefix=_stable_uuid(f"{started} {number}"), ext=document.extension)
        (folder / name).write_bytes(document.data)
        shown = GlobalAttachment(source=name, name=document.name, type=document.media_type)
        shown.timestamp = _milliseconds(started) + number
        attachments.append(shown)
    _write_item(folder, f"{started} globals", Globals(attachments=attachments))


def _fitting(document: Document) -> Document:
    if len(document.data) <= MOST_OF_A_DOCUMENT or not document.file:
        return document
    slip = slip_for(document.name, document.file, document.data)
    return Document(name=slip.title, media_type="text/plain", extension="txt", data=slip.text)


def _write_item(folder: Path, stable_name: str, item: Any) -> None:  # noqa: ANN401 - any allure_commons model
    prefix = _stable_uuid(stable_name)
    if isinstance(item, TestResult):
        item.uuid = prefix
    (folder / item.file_pattern.format(prefix=prefix)).write_text(_serialised(item), encoding="utf-8")


def _serialised(item: Any) -> str:  # noqa: ANN401 - any allure_commons model
    """As ``AllureFileLogger`` does: empty fields left out, false kept."""
    return json.dumps(asdict(item, filter=lambda _, value: value or value is False), ensure_ascii=False)


def _stable_uuid(name: str) -> str:
    return str(uuid.uuid5(NAMESPACE, name))


def _milliseconds(wall: str) -> int:
    try:
        return int(datetime.fromisoformat(wall).timestamp() * 1000)
    except ValueError:
        return 0


def _environment(result: RunResult, notes: Sequence[str]) -> str:
    plan = result.plan
    rows = {
        "Verdict": conclusion(result),
        "Profile": f"{plan['profile']['id']}, {plan['profile']['title']}, depth {plan['profile']['depth']}",
        "Article": f"{plan['article'].get('id')}, {plan['article'].get('maker')} {plan['article'].get('model')}",
        "Rig": f"{plan['rig']['id']}, {plan['rig']['title']}",
        "Seed": plan["seed"],
        "Notices": "; ".join(notes) or "-",
        "Harness": f"dronecert {plan['harness'].get('version')}",
        "Started": result.started,
        "Ended": result.ended or "cut short",
    }
    return "".join(f"{key}={visible(value).replace(chr(92), chr(92) * 2)}\n" for key, value in rows.items())


def _categories() -> list[dict[str, Any]]:
    return [
        {"name": name, "matchedStatuses": [STATUSES[verdict]], "messageRegex": f"^{verdict}\\b.*"}
        for verdict, name in CATEGORIES.items()
    ]
