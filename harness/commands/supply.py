"""``dronecert supply``: are bills of materials complete, true of their image, and of admitted origin?"""

import json
from argparse import Namespace
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from harness.commands.output import say, tell
from harness.commands.supply_options import asks_reviews
from harness.commands.supply_reviews import review_papers
from harness.errors import FileError, MaterialError, UsageError
from harness.supply.archive import MAX_ENTRIES, MAX_IMAGE, unpack
from harness.supply.document import MAX_BYTES
from harness.supply.examination import Delivery, SupplyReport, examine
from harness.supply.model import read_bytes
from harness.supply.origin import PAPER_NAME
from harness.supply.policy import DEFAULT, read_policy
from harness.supply.report import BillReport

EXIT_CODES = {"clean": 0, "findings": 1, "not fully examined": 2}
LINES_SHOWN = 40


def check_supply(arguments: Namespace) -> int:
    """Print what was found; returns 0 clean, 1 findings, 2 not fully examined.

    Raises:
        UsageError: a file of the command line is absent, or the policy or one of its lists is wrong.
    """
    policy = read_policy(Path(arguments.policy)) if arguments.policy else DEFAULT
    delivery = Delivery(
        sbom=_read(arguments.sbom, "--sbom"),
        hbom=_read(arguments.hbom, "--hbom") if arguments.hbom else None,
        files=_image(arguments.image) if arguments.image else None,
        evidence=_evidence(arguments),
        received=datetime.now(UTC),
    )
    report = examine(delivery, policy)
    reviews = review_papers(arguments, delivery.sbom) if asks_reviews(arguments) else None
    if reviews is not None:
        report = replace(
            report,
            findings=(*report.findings, *reviews.findings),
            doubts=(*report.doubts, *reviews.doubts),
        )
    if arguments.json:
        facts = {"reviewed": list(reviews.facts)} if reviews else {}
        say(json.dumps({"sbom": Path(arguments.sbom).name} | report.to_json() | facts, allow_nan=False))
    else:
        _print(report, reviews.facts if reviews else ())
    return EXIT_CODES[report.level]


def _read(name: str, option: str) -> bytes:
    path = Path(name)
    if not path.is_file():
        raise FileError(path, f"is no file; {option} names it")
    # one byte more than is judged, so that too long is told by the judge
    with path.open("rb") as file:
        return file.read(MAX_BYTES + 1)


def _image(name: str) -> Callable[[], Mapping[str, bytes]]:
    path = Path(name)
    if path.is_dir():
        return lambda: _walk(path)
    if not path.is_file():
        raise FileError(path, "is neither a file nor a folder; --image names it")

    def read() -> Mapping[str, bytes]:
        with path.open("rb") as file:
            return unpack(file.read(MAX_IMAGE + 1))

    return read


def _walk(folder: Path) -> Mapping[str, bytes]:
    """Files of an image that is taken apart already; links are not followed.

    Raises:
        MaterialError: it holds links or devices, or more than is read.
    """
    files: dict[str, bytes] = {}
    left = MAX_IMAGE
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink() or not (path.is_file() or path.is_dir()):
            raise MaterialError(f"{name!a} is neither file nor folder: hand over an image without links and devices")
        if path.is_dir():
            continue
        if len(files) >= MAX_ENTRIES or (left := left - path.stat().st_size) < 0:
            raise MaterialError(f"image has more than {MAX_ENTRIES} files or {MAX_IMAGE} bytes")
        files[name] = path.read_bytes()
    return files


def _evidence(arguments: Namespace) -> Callable[[str], bytes | None]:
    folder = Path(arguments.evidence) if arguments.evidence else Path(arguments.hbom or arguments.sbom).parent
    if not folder.is_dir():
        raise UsageError(f"--evidence {folder}: is no folder")

    def read(name: str) -> bytes | None:
        # the name is a stranger's: it never leads out of the folder
        if not PAPER_NAME.fullmatch(name) or not (folder / name).resolve().is_relative_to(folder.resolve()):
            return None
        try:
            return read_bytes(folder / name, MAX_BYTES)
        except FileError as error:
            tell(f"dronecert: {error}")
            return None

    return read


def _print(report: SupplyReport, facts: Iterable[str]) -> None:
    if report.bill is not None:
        _print_bill(report.bill)
    if report.contents is not None:
        say(f"image: {report.contents.compared} components compared by hash")
        _lines("library", report.contents.libraries)
    for row in report.origin.rows if report.origin is not None else ():
        say(_plain(f"origin: {row.function}: {row.part}: {'not shown' if row.problems else 'shown'}"))
    if report.screening is not None:
        listed = report.screening
        say(_plain(f"screened: {listed['names']} names against {listed['id']} of {listed['date']}, {listed['source']}"))
    for fact in facts:
        say(_plain(fact))
    _lines("found", report.findings)
    _lines("doubt", report.doubts)
    say(report.level.upper())


def _print_bill(bill: BillReport) -> None:
    say(_plain(f"{bill.subject or 'bill of nothing'}: {bill.format} {bill.spec_version}, {bill.components} components"))
    say(f"SHA-256 {bill.sha256}")
    tables = (
        ("NTIA 2021", bill.minimum.required),
        ("CISA draft", bill.minimum.draft),
        ("CISA 2026", bill.minimum.current),
    )
    for title, rows in tables:
        for row in rows:
            there = row.wanted - len(row.missing)
            say(f"{title:<11} {row.field:<34} {row.percent:5.1f} %  {there} of {row.wanted}")


def _lines(word: str, items: Iterable[object]) -> None:
    lines = list(items)
    for line in lines[:LINES_SHOWN]:
        say(_plain(f"{word}: {line}"))
    if len(lines) > LINES_SHOWN:
        say(f"{word}: {len(lines) - LINES_SHOWN} more, see --json")


def _plain(text: str) -> str:
    """What a stranger wrote, as text and nothing else: no control character reaches the terminal."""
    return "".join(character if character.isprintable() else "?" for character in text)
