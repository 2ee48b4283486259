"""The second half of ``dronecert supply``: papers that are judged with lists of the judge's own."""

from argparse import Namespace
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

from harness.errors import FileError, MaterialError, UsageError
from harness.supply.archive import MAX_IMAGE
from harness.supply.bill import Bill
from harness.supply.builders import read_builders
from harness.supply.decisions import Decisions, read_decisions
from harness.supply.document import MAX_BYTES
from harness.supply.feed import Feed, read_feed
from harness.supply.formats import read_any
from harness.supply.model import read_bytes
from harness.supply.reviews import Lists, Papers, ReviewReport, review
from harness.supply.screening import read_entities


def review_papers(arguments: Namespace, bill: bytes) -> ReviewReport:
    """Judge what the options name.

    Args:
        arguments: of the command line.
        bill: bytes of the software bill.

    Raises:
        UsageError: a file of the command line cannot be read, a list is wrong, or the day is none.
    """
    image = Path(arguments.image) if arguments.image else None
    papers = Papers(
        image=read_bytes(image, MAX_IMAGE) if image is not None and image.is_file() else None,
        bill=bill,
        hbom=_bytes(arguments.hbom) if arguments.hbom else None,
        provenance=_named(arguments.provenance),
        vex=_named(arguments.vex),
        suppliers=_bytes(arguments.suppliers) if arguments.suppliers else None,
        services=_bytes(arguments.services) if arguments.services else None,
        register=_bytes(arguments.register) if arguments.register else None,
    )
    return review(papers, _lists(arguments), _bill(bill))


def _lists(arguments: Namespace) -> Lists:
    return Lists(
        day=_day(arguments.day),
        builders=read_builders(Path(arguments.builders)) if arguments.builders else None,
        sources=tuple(arguments.source),
        feeds=tuple(_feed(Path(name)) for name in arguments.feed),
        entities=tuple(read_entities(Path(name)) for name in arguments.entities),
        decisions=read_decisions(Path(arguments.decisions)) if arguments.decisions else Decisions(),
        roots=tuple(arguments.maker),
    )


def _day(text: str) -> date:
    if not text:
        return datetime.now(UTC).date()
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"--day {text}: wanted a date as 2026-11-30") from error


def _feed(path: Path) -> Feed:
    try:
        return read_feed(read_bytes(path, MAX_BYTES))
    except MaterialError as error:
        raise FileError(path, str(error)) from error


def _bill(data: bytes) -> Bill | None:
    """The bill; that it cannot be read is told by the first half already."""
    try:
        return read_any(data)
    except MaterialError:
        return None


def _named(names: Sequence[str]) -> dict[str, bytes]:
    return {Path(name).name: _bytes(name) for name in names}


def _bytes(name: str) -> bytes:
    return read_bytes(Path(name), MAX_BYTES)
