"""A CycloneDX bill of materials: validated against the official schema, then read into a plain model."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from cyclonedx.schema import SchemaVersion
from packageurl import PackageURL

from harness.errors import MaterialError
from harness.supply.document import MAX_PAIRS, Json, load_json, pairs
from harness.supply.schema import Departure, open_schema

VERSIONS = {"1.5": SchemaVersion.V1_5, "1.6": SchemaVersion.V1_6, "1.7": SchemaVersion.V1_7}
MAX_COMPONENTS = 10_000
# The library takes 0.06 s for 100 components and 2 s for 1000; slices make it linear.
SLICE = 100
SLICED = ("components", "dependencies")
# NIST IR 7695 section 6: a formatted string of eleven parts, or the older URI; the schema would take any text.
CPE = re.compile(r"cpe:2\.3:[aho*-](?::(?:[^\s:\\]|\\[!-~])++){10}|cpe:/[aho](?::[^\s:]*+){1,6}")
# What makers write where they have nothing to say.
PLACEHOLDERS = frozenset(
    {"", "-", "?", "n/a", "na", "none", "noassertion", "null", "tbd", "todo", "unknown", "unspecified"}
)


@dataclass(frozen=True, kw_only=True)
class Component:
    """A component as its bill describes it; an empty text is what the bill does not say.

    Attributes:
        ref: ``bom-ref``, its name in the dependency graph.
        identifiers: package URL, CPE, SWID tag, SWHID or OmniBOR id, where well formed.
        sha256: lower-case hex digests.
        hashed: whether a digest of any kind is given.
        location: where the bill says the component lies.
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


@dataclass(frozen=True, kw_only=True)
class Bill:
    """A bill of materials.

    Attributes:
        root: what the bill is of, ``metadata.component``; None when it does not say.
        components: all others, nested ones included, in document order.
        services: references of services, which may stand in the graph too.
        dependencies: (reference, references that it depends on), as written.
        authors: who made the bill; a tool alone is not an author.
        timestamp: as written.
        tools: names of the tools that made it.
        lifecycles: phases in which its data was gathered (generation context).
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

    @property
    def everything(self) -> tuple[Component, ...]:
        """Root, if there is one, and components."""
        return self.components if self.root is None else (self.root, *self.components)


def read_bill(data: bytes) -> Bill:
    """Validate and read a CycloneDX 1.5 to 1.7 JSON document.

    Raises:
        MaterialError: not JSON, not CycloneDX, against its schema, hostile, or larger than is read. Where the bill
            is the article's own, that is the article's failure.
    """
    document = load_json(data)
    version = _version(document)
    check = open_schema(version)
    for part, offset in _slices(document):
        _validate(check(part), offset)
    bill = _bill(document)
    _check_references(bill)
    return bill


def _version(document: Json) -> SchemaVersion:
    if document.get("bomFormat") != "CycloneDX":
        raise MaterialError("document is not a CycloneDX bill: bomFormat is not 'CycloneDX'")
    version = VERSIONS.get(str(document.get("specVersion")))
    if version is None:
        raise MaterialError(f"specVersion {_short(document.get('specVersion'))}: wanted one of {', '.join(VERSIONS)}")
    return version


def _slices(document: Json) -> Iterator[tuple[Json, int]]:
    """The document in parts that validate one by one in bounded time, each with the index of its first entry."""
    long = {key: document[key] for key in SLICED if isinstance(document.get(key), list)}
    for key, entries in long.items():
        if len(entries) > MAX_COMPONENTS:
            raise MaterialError(f"{key} has {len(entries)} entries, more than the {MAX_COMPONENTS} that are read")
    rest = {key: value for key, value in document.items() if key not in long}
    if pairs(rest) + sum(pairs(entry) for entries in long.values() for entry in entries) > MAX_PAIRS:
        raise MaterialError("document has nested lists too long to validate in bounded time")
    yield rest, 0
    head = {"bomFormat": document["bomFormat"], "specVersion": document["specVersion"]}
    for key, entries in long.items():
        for start in range(0, len(entries), SLICE):
            yield head | {key: entries[start : start + SLICE]}, start


def _validate(departure: Departure | None, offset: int) -> None:
    if departure is None:
        return
    path: list[Any] = list(departure.path)
    if offset and len(path) > 1:
        path[1] += offset
    place = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).lstrip(".")
    raise MaterialError(
        f"bill is against the CycloneDX schema at {_short(place or 'top')}: {_short(departure.message)}"
    )


def _bill(document: Json) -> Bill:
    metadata = _section(document, "metadata")
    main = metadata.get("component")
    nested = [] if main is None else _flat(main.get("components", []))
    return Bill(
        spec_version=document["specVersion"],
        root=None if main is None else _component(main),
        components=tuple(_component(entry) for entry in [*nested, *_flat(document.get("components", []))]),
        services=tuple(_reference(entry, "bom-ref") for entry in _flat(document.get("services", []), "services")),
        dependencies=tuple(
            (_reference(entry, "ref"), tuple(entry.get("dependsOn", []))) for entry in document.get("dependencies", [])
        ),
        authors=_authors(metadata),
        timestamp=_text(metadata, "timestamp"),
        tools=_tools(metadata.get("tools", [])),
        lifecycles=tuple(_text(entry, "phase") or _text(entry, "name") for entry in metadata.get("lifecycles", [])),
    )


def _flat(entries: list[Json], key: str = "components") -> list[Json]:
    """Entries with all that nest in them, parents first."""
    found: list[Json] = []
    stack = entries[::-1]
    while stack:
        entry = stack.pop()
        found.append(entry)
        stack += entry.get(key, [])[::-1]
    return found


def _component(entry: Json) -> Component:
    hashes = [(_text(item, "alg"), _text(item, "content")) for item in entry.get("hashes", [])]
    occurrences = _section(entry, "evidence").get("occurrences", [])
    return Component(
        ref=_reference(entry, "bom-ref"),
        name=_text(entry, "name"),
        version=_text(entry, "version"),
        supplier=_text(_section(entry, "supplier"), "name"),
        identifiers=_identifiers(entry),
        sha256=tuple(content.lower() for algorithm, content in hashes if algorithm == "SHA-256"),
        hashed=bool(hashes),
        licensed=bool(entry.get("licenses")),
        location=_text(occurrences[0], "location") if occurrences else "",
    )


def _identifiers(entry: Json) -> tuple[str, ...]:
    purl, cpe = _text(entry, "purl"), _text(entry, "cpe")
    written = [purl if _is_purl(purl) else "", cpe if CPE.fullmatch(cpe) else ""]
    written.append(_text(_section(entry, "swid"), "tagId"))
    written += [*entry.get("swhid", []), *entry.get("omniborId", [])]
    return tuple(identifier for identifier in written if identifier)


def _is_purl(text: str) -> bool:
    """Whether a package URL is well formed, which the schema does not ask."""
    try:
        PackageURL.from_string(text)
    except ValueError:
        return False
    return True


def _authors(metadata: Json) -> tuple[str, ...]:
    people = [_text(person, "name") for person in metadata.get("authors", [])]
    firms = [_text(_section(metadata, key), "name") for key in ("manufacturer", "manufacture")]
    return tuple(name for name in people + firms if name)


def _tools(tools: list[Json] | Json) -> tuple[str, ...]:
    """Tool names, in the old form (a list) or the new (components and services)."""
    entries = tools if isinstance(tools, list) else [*tools.get("components", []), *tools.get("services", [])]
    return tuple(name for name in (_text(entry, "name") for entry in entries) if name)


def _check_references(bill: Bill) -> None:
    references = [component.ref for component in bill.everything if component.ref] + [s for s in bill.services if s]
    seen: set[str] = set()
    for reference in references:
        if reference in seen:
            raise MaterialError(f"bom-ref {_short(reference)} names two entries, so the graph has no single meaning")
        seen.add(reference)


def _section(entry: Json, key: str) -> Json:
    section: Json = entry.get(key, {})
    return section


def _reference(entry: Json, key: str) -> str:
    return str(entry.get(key, ""))


def _text(entry: Json, key: str) -> str:
    """A text field; what only says that it is unknown counts as not given."""
    text = str(entry.get(key, "")).strip()
    return "" if text.lower() in PLACEHOLDERS else text


def _short(value: object) -> str:
    text = ascii(value) if not isinstance(value, str) else ascii(value)[1:-1]
    return text if len(text) <= 160 else text[:160] + "..."
