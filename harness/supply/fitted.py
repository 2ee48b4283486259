"""What is fitted against what is declared: the identifiers that parts tell, and those of the papers."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from harness.supply.contents import Finding
from harness.supply.hbom import Identifier

# an address block of IEEE has 24 bits at least: six hex digits
LEAST_BLOCK = 6
KINDS = ("mavlink", "mavlink uid", "usb", "can", "mac", "radio certificate")


@dataclass(frozen=True, kw_only=True)
class FittedReport:
    """Identifiers of fitted parts against the papers.

    Attributes:
        compared: identifiers that were read, and those declared that were not among them.
        mismatched: read and not declared, or declared and not read.
        unread: declared, of a kind that nobody looked for.
    """

    compared: int
    mismatched: tuple[Finding, ...]
    unread: tuple[Identifier, ...]


def check_fitted(
    declared: Collection[Identifier], read: Collection[Identifier], looked_for: Collection[str] = KINDS
) -> FittedReport:
    """Compare both ways.

    Args:
        declared: of the papers; an address may be a block, by its first bytes.
        read: of the fitted parts.
        looked_for: kinds that the reader can see; one that it cannot see is not missed.
    """
    known, seen = sorted(set(declared)), sorted(set(read))
    strange = [item for item in seen if not any(_covers(other, item) for other in known)]
    wanted = [item for item in known if item.kind in looked_for]
    absent = [item for item in wanted if not any(_covers(item, other) for other in seen)]
    return FittedReport(
        compared=len(seen) + len(absent),
        mismatched=tuple(
            [Finding(subject=str(item), problem="is fitted and not declared") for item in strange]
            + [Finding(subject=str(item), problem="is declared and not fitted") for item in absent]
        ),
        unread=tuple(item for item in known if item.kind not in looked_for),
    )


def parse_identifiers(lines: Sequence[str]) -> Iterator[Identifier]:
    """Identifiers of lines such as ``usb 1209:4642``; of a kind that nobody knows, the line is kept as it is."""
    for line in lines:
        kind = next((name for name in sorted(KINDS, key=len, reverse=True) if line.lower().startswith(name + " ")), "")
        yield Identifier(kind=kind or "other", value=line.lower().removeprefix(kind).strip())


def _covers(declared: Identifier, read: Identifier) -> bool:
    if declared.kind != read.kind:
        return False
    if declared.kind != "mac":
        return declared.value == read.value
    block, address = (item.value.replace("-", ":").replace(":", "") for item in (declared, read))
    return len(block) >= LEAST_BLOCK and address.startswith(block)
