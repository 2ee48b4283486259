"""A CycloneDX bill of materials: validated against the official schema, then read into a plain model."""

from collections.abc import Iterator
from typing import Any

from cyclonedx.schema import SchemaVersion

from harness.errors import MaterialError
from harness.supply.bill import STRONG, Bill, Component, check_unique
from harness.supply.document import MAX_PAIRS, Json, load_json, pairs
from harness.supply.identifiers import is_cpe, is_purl, said, short
from harness.supply.schema import Departure, open_schema

FORMAT = "CycloneDX"
VERSIONS = {"1.5": SchemaVersion.V1_5, "1.6": SchemaVersion.V1_6, "1.7": SchemaVersion.V1_7}
MAX_COMPONENTS = 10_000
# The library takes 0.06 s for 100 components and 2 s for 1000; slices make it linear.
SLICE = 100
SLICED = ("components", "dependencies")
# CycloneDX property taxonomy, cdx:cisa: what the author does not know, and what he keeps back
UNKNOWN, WITHHELD = "cdx:cisa:unknown-information", "cdx:cisa:withheld-information"


def read_bill(data: bytes) -> Bill:
    """Validate and read a CycloneDX 1.5 to 1.7 JSON document.

    Raises:
        MaterialError: not JSON, not CycloneDX, against its schema, hostile, or larger than is read. Where the bill
            is the article's own, that is the article's failure.
    """
    return bill_of(load_json(data))


def bill_of(document: Json) -> Bill:
    """The same for a document that is read already.

    Raises:
        MaterialError: not CycloneDX, against its schema, or larger than is read.
    """
    validate(document)
    bill = _bill(document)
    check_unique([component.ref for component in bill.everything] + list(bill.services))
    return bill


def validate(document: Json) -> None:
    """Hold a document against the schema of its version, in a time that grows with it and no faster.

    Raises:
        MaterialError: it is no CycloneDX, of a version that is not read, too large, or against the schema.
    """
    check = open_schema(_version(document))
    for part, offset in _slices(document):
        _validate(check(part), offset)


def _version(document: Json) -> SchemaVersion:
    if document.get("bomFormat") != FORMAT:
        raise MaterialError("document is not a CycloneDX bill: bomFormat is not 'CycloneDX'")
    version = VERSIONS.get(str(document.get("specVersion")))
    if version is None:
        raise MaterialError(f"specVersion {short(document.get('specVersion'))}: wanted one of {', '.join(VERSIONS)}")
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
    raise MaterialError(f"bill is against the CycloneDX schema at {short(place or 'top')}: {short(departure.message)}")


def _bill(document: Json) -> Bill:
    metadata = _section(document, "metadata")
    main = metadata.get("component")
    nested = [] if main is None else flat(main.get("components", []))
    root = None if main is None else _component(main)
    return Bill(
        format=FORMAT,
        spec_version=document["specVersion"],
        root=root,
        starts=() if root is None else (root.ref,),
        components=tuple(_component(entry) for entry in [*nested, *flat(document.get("components", []))]),
        services=tuple(_reference(entry, "bom-ref") for entry in flat(document.get("services", []), "services")),
        dependencies=tuple(
            (_reference(entry, "ref"), tuple(entry.get("dependsOn", []))) for entry in document.get("dependencies", [])
        ),
        authors=_authors(metadata),
        told=_told(document, metadata),
        serial=_text(document, "serialNumber").lower().removeprefix("urn:uuid:"),
        timestamp=_text(metadata, "timestamp"),
        tools=_tools(metadata.get("tools", [])),
        lifecycles=tuple(_text(entry, "phase") or _text(entry, "name") for entry in metadata.get("lifecycles", [])),
    )


def flat(entries: list[Json], key: str = "components") -> list[Json]:
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
        digests=tuple((STRONG[name], content.lower()) for name, content in hashes if name in STRONG),
        hashed=bool(hashes),
        licensed=bool(entry.get("licenses")),
        location=_text(occurrences[0], "location") if occurrences else "",
        elsewhere=tuple(_text(place, "location") for place in occurrences[1:]),
        malformed=_malformed(entry),
        producer=_text(_section(entry, "manufacturer"), "name"),
        unknown=properties(entry, UNKNOWN),
        withheld=properties(entry, WITHHELD),
    )


def _identifiers(entry: Json) -> tuple[str, ...]:
    purl, cpe = _text(entry, "purl"), _text(entry, "cpe")
    written = [purl if is_purl(purl) else "", cpe if is_cpe(cpe) else ""]
    written.append(_text(_section(entry, "swid"), "tagId"))
    written += [*entry.get("swhid", []), *entry.get("omniborId", [])]
    return tuple(identifier for identifier in written if identifier)


def _malformed(entry: Json) -> tuple[str, ...]:
    checks = {"purl": is_purl, "cpe": is_cpe}
    return tuple(text for key, good in checks.items() if (text := _text(entry, key)) and not good(text))


def properties(entry: Json, name: str) -> tuple[str, ...]:
    """Values of the properties of that name, in their order; what only says that it is unknown is left out."""
    values = [_text(item, "value") for item in entry.get("properties", []) if item.get("name") == name]
    return tuple(value for value in values if value)


def _authors(metadata: Json) -> tuple[str, ...]:
    people = [_text(person, "name") for person in metadata.get("authors", [])]
    firms = [_text(_section(metadata, key), "name") for key in ("manufacturer", "manufacture")]
    return tuple(name for name in people + firms if name)


def _told(document: Json, metadata: Json) -> frozenset[str]:
    tools = _tool_entries(metadata.get("tools", []))
    fields = {
        "SBOM Version": bool(_text(document, "serialNumber")),
        "SBOM Tool Version": bool(tools) and all(_text(entry, "version") for entry in tools),
        "SBOM Author Signature": "signature" in document,
    }
    return frozenset(name for name, there in fields.items() if there)


def _tools(tools: list[Json] | Json) -> tuple[str, ...]:
    """Tool names, in the old form (a list) or the new (components and services)."""
    return tuple(name for name in (_text(entry, "name") for entry in _tool_entries(tools)) if name)


def _tool_entries(tools: list[Json] | Json) -> list[Json]:
    return tools if isinstance(tools, list) else [*tools.get("components", []), *tools.get("services", [])]


def _section(entry: Json, key: str) -> Json:
    section: Json = entry.get(key, {})
    return section


def _reference(entry: Json, key: str) -> str:
    return str(entry.get(key, ""))


def _text(entry: Json, key: str) -> str:
    return said(str(entry.get(key, "")))
