"""What a bill of materials says, whatever format it came in."""

from collections.abc import Sequence
from dataclasses import dataclass

from harness.errors import MaterialError
from harness.supply.identifiers import short

# names in CycloneDX and, without punctuation, in SPDX; MD5 and SHA-1 identify nothing
STRONG = {
    **{f"SHA-{size}": f"sha{size}" for size in (384, 512)},
    **{f"SHA3-{size}": f"sha3_{size}" for size in (256, 384, 512)},
    "BLAKE2b-512": "blake2b",
}


@dataclass(frozen=True, kw_only=True)
class Component:
    """A component as its bill describes it; an empty text is what the bill does not say.

    Attributes:
        ref: its name in the dependency graph.
        identifiers: package URL, CPE, SWID tag, SWHID or OmniBOR id, where well formed.
        malformed: identifiers that are none, as written.
        sha256: lower-case hex digests.
        digests: of other strong functions: name as in ``hashlib``, lower-case hex.
        hashed: whether a digest of any kind is given.
        location: where the bill says the component lies.
        elsewhere: further places.
        producer: who made it, which need not be who supplies it.
        unknown: data fields that the bill says its author does not know, as CISA names them.
        withheld: data fields that the bill says its author keeps back, as CISA names them.
    """

    ref: str
    name: str
    version: str
    supplier: str
    identifiers: tuple[str, ...]
    sha256: tuple[str, ...]
    hashed: bool
    licensed: bool
    location: str
    digests: tuple[tuple[str, str], ...] = ()
    elsewhere: tuple[str, ...] = ()
    malformed: tuple[str, ...] = ()
    producer: str = ""
    unknown: tuple[str, ...] = ()
    withheld: tuple[str, ...] = ()

    @property
    def comparable(self) -> bool:
        """Whether a digest is given that a file can be compared with."""
        return bool(self.sha256 or self.digests)

    @property
    def title(self) -> str:
        """Name and version for a reader."""
        return f"{self.name} {self.version}".strip() or self.ref or "a component without a name"


@dataclass(frozen=True, kw_only=True)
class ListedFile:
    """A file that a bill lists apart from its components: path in the image and lower-case hex digests."""

    path: str
    sha256: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Bill:
    """A bill of materials.

    Attributes:
        root: what the bill is of; None when it does not say, or is of several things.
        components: all others, nested ones included, in document order.
        services: references of services, which may stand in the graph too.
        dependencies: (reference, references that it depends on), as written.
        authors: who made the bill; a tool alone is not an author.
        timestamp: as written.
        tools: names of the tools that made it.
        lifecycles: phases in which its data was gathered (generation context).
        format: CycloneDX or SPDX.
        starts: references of what the bill is of, where the graph begins.
        files: listed apart from the components, as SPDX does.
        serial: UUID of the document, "" where it has none.
        told: further fields that the document itself has, as CISA names them in 2026.
    """

    spec_version: str
    root: Component | None
    components: tuple[Component, ...]
    services: tuple[str, ...]
    dependencies: tuple[tuple[str, tuple[str, ...]], ...]
    authors: tuple[str, ...]
    timestamp: str
    tools: tuple[str, ...]
    lifecycles: tuple[str, ...]
    format: str
    starts: tuple[str, ...]
    files: tuple[ListedFile, ...] = ()
    told: frozenset[str] = frozenset()
    serial: str = ""

    @property
    def everything(self) -> tuple[Component, ...]:
        """Root, if there is one, and components."""
        return self.components if self.root is None else (self.root, *self.components)


def check_unique(references: Sequence[str]) -> None:
    """Each reference, but for empty ones, names one entry.

    Raises:
        MaterialError: one names two.
    """
    seen: set[str] = set()
    for reference in references:
        if reference and reference in seen:
            raise MaterialError(f"reference {short(reference)} names two entries, so the graph has no single meaning")
        seen.add(reference)
