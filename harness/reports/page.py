"""What of the evidence stands in the page itself. The page has a budget, and the bag has everything.

What does not fit is told by a slip: its name, size and SHA-256, and where it is. A browser opens a page of a hundred
megabytes slowly or not at all.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.evidence.results import Event, RunResult
from harness.judgement import Verdict
from harness.judgement.verdict import WORST_FIRST

# bytes of files in the page, which are a third longer there
MOST_IN_PAGE = 12 * 1024 * 1024
MOST_OF_A_DOCUMENT = 8 * 1024 * 1024
NAMING = ("result", "container")
Slips = Mapping[str, "Slip | None"]


@dataclass(frozen=True, kw_only=True)
class Slip:
    """What the page says of a file that it does not hold.

    Attributes:
        name: what the reader knows it by.
        file: path relative to the run folder, and to ``data/`` of the bag.
        size: bytes.
        sha256: hex digest of the content.
    """

    name: str
    file: str
    size: int
    sha256: str

    @property
    def title(self) -> str:
        """Name in the list of attachments."""
        return f"{self.name} ({self.size / 1000:,.0f} kB, in the bag)"

    @property
    def text(self) -> bytes:
        """Name, size, SHA-256 and place, a line each."""
        lines = (
            f"{self.name}: not in this page, which it would make too large. Run folder and bag have it whole.",
            f"in the run folder: {self.file}",
            f"in the bag:        data/{self.file}",
            f"size:              {self.size} bytes",
            f"SHA-256:           {self.sha256}",
        )
        return ("\n".join(lines) + "\n").encode()


def slip_for(name: str, file: str, data: bytes) -> Slip:
    """The slip of a file with these bytes."""
    return Slip(name=name, file=file, size=len(data), sha256=hashlib.sha256(data).hexdigest())


def left_out(events: Sequence[Event], result: RunResult) -> Slips:
    """What Allure was told to attach and the page leaves out, by its source, each with its slip.

    Within the budget nothing is. Beyond it plots stand in the description of their case only (None instead of a
    slip), and of the rest the cases with the worst verdicts have theirs first.
    """
    stored = {str(event["name"]): str(event["file"]) for event in _told(events, "attachment")}
    sizes = {name: _size(result.folder / file) for name, file in stored.items()}
    if sum(sizes.values()) <= MOST_IN_PAGE:
        return {}
    kept = {item.sha256: item for case in result.cases for item in case.attachments}
    out: dict[str, Slip | None] = {}
    spent = 0
    for entry in _entries_by_verdict(events):
        source = str(entry["source"])
        if source not in stored or source in out:
            continue
        digest = Path(stored[source]).stem
        known = kept.get(digest)
        if known is not None and known.kind == "plot":
            out[source] = None
        elif spent + sizes[source] > MOST_IN_PAGE:
            file = known.file if known else stored[source]
            out[source] = Slip(name=str(entry.get("name", source)), file=file, size=sizes[source], sha256=digest)
        else:
            spent += sizes[source]
    return out


def with_slips(content: Any, out: Slips) -> Any:  # noqa: ANN401 - a JSON value
    """A result or container as the page shows it: slips in the place of what it leaves out."""
    if isinstance(content, Mapping):
        return {key: with_slips(value, out) for key, value in content.items()}
    if isinstance(content, list):
        return [with_slips(_shown(item, out), out) for item in content if not _is_dropped(item, out)]
    return content


def slip_name(source: str) -> str:
    """File name of the slip for an attachment."""
    return f"{source.rpartition('.')[0] or source}.txt"


def _is_dropped(item: object, out: Slips) -> bool:
    source = str(item.get("source")) if isinstance(item, Mapping) else ""
    return source in out and out[source] is None


def _shown(item: object, out: Slips) -> object:
    slip = out.get(str(item.get("source"))) if isinstance(item, Mapping) else None
    if slip is None or not isinstance(item, Mapping):
        return item
    return {**item, "name": slip.title, "source": slip_name(str(item["source"])), "type": "text/plain"}


def _told(events: Sequence[Event], what: str) -> Iterator[Event]:
    return (event for event in events if event["type"] == "allure" and event["what"] == what)


def _entries_by_verdict(events: Sequence[Event]) -> list[Mapping[str, Any]]:
    named = [event["content"] for what in NAMING for event in _told(events, what)]
    ranks = {str(content.get("uuid")): _rank(content) for content in named if "labels" in content}
    ranked = sorted(named, key=lambda content: _place(content, ranks))
    return [entry for content in ranked for entry in _attachments(content)]


def _rank(content: Mapping[str, Any]) -> int:
    values = [label.get("value") for label in content["labels"] if label.get("name") == "verdict"]
    known = [WORST_FIRST.index(Verdict(value)) for value in values if value in WORST_FIRST]
    return min(known, default=len(WORST_FIRST))


def _place(content: Mapping[str, Any], ranks: Mapping[str, int]) -> int:
    own = [str(content.get("uuid")), *map(str, content.get("children", ()))]
    return min((ranks[name] for name in own if name in ranks), default=len(WORST_FIRST))


def _attachments(content: object) -> Iterator[Mapping[str, Any]]:
    if isinstance(content, Mapping):
        if "source" in content:
            yield content
        content = list(content.values())
    if isinstance(content, list):
        for item in content:
            yield from _attachments(item)


def _size(path: Path) -> int:
    # what is missing is refused where it is read
    return path.stat().st_size if path.is_file() else 0
