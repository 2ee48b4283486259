"""A hardware bill of materials: CycloneDX devices, programs and services, with where each of them comes from.

CycloneDX has no field for the place of manufacture, so properties say it. Those of the ``cdx:device`` namespace are
CycloneDX's own taxonomy; the rest are in the namespace ``dronecert`` (docs/supply.md lists them). The fields are those
of CISA's hardware bill of materials framework (2023) that concern origin.
"""

import re
from dataclasses import dataclass

from harness.supply.bill import check_unique
from harness.supply.document import Json, load_json
from harness.supply.identifiers import said
from harness.supply.sbom import flat, properties, validate

FUNCTION, MAC, SERIAL = "cdx:device:function", "cdx:device:macAddress", "cdx:device:serialNumber"
# cdx:device:certifications:<country>:<authority>:id
CERTIFICATE = re.compile(r"cdx:device:certifications:[A-Z]{2}:[A-Za-z0-9-]+:id")
PART, SITE, COUNTRY = "dronecert:part", "dronecert:origin:site", "dronecert:origin:country"
OPERATION, CONFIDENCE = "dronecert:origin:operation", "dronecert:origin:confidence"
NOT_FITTED, IDENTIFIER = "dronecert:not-fitted", "dronecert:identifier:"
EVIDENCE_KINDS = ("evidence", "attestation", "certification-report")


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """A document that backs an origin: its name, as the papers come, and its lower-case hex SHA-256 ("" if none)."""

    name: str
    sha256: str


@dataclass(frozen=True, kw_only=True, order=True)
class Identifier:
    """How a fitted part tells itself: kind as ``usb``, ``mac``, ``can``, ``mavlink``, ``radio certificate``; value."""

    kind: str
    value: str

    def __str__(self) -> str:
        return f"{self.kind} {self.value}"


@dataclass(frozen=True, kw_only=True)
class HardwarePart:
    """A part, program or service and its origin; an empty text is what the bill does not say.

    Attributes:
        functions: classes it belongs to, in small letters.
        part: the maker's part number.
        operation: what was done at the site, "made" where it was manufactured.
        confidence: declared, documented or inspected.
    """

    name: str
    functions: tuple[str, ...]
    maker: str
    part: str
    site: str
    country: str
    operation: str
    confidence: str
    evidence: tuple[Evidence, ...]
    identifiers: tuple[Identifier, ...]

    @property
    def title(self) -> str:
        """Name for a reader."""
        return f"{self.name} ({', '.join(self.functions) or 'no function told'})"


@dataclass(frozen=True, kw_only=True)
class HardwareBill:
    """A hardware bill: what it is of, its parts, and the classes that it says are not fitted."""

    subject: str
    parts: tuple[HardwarePart, ...]
    not_fitted: tuple[str, ...]


def read_hbom(data: bytes) -> HardwareBill:
    """Validate and read a CycloneDX 1.5 to 1.7 JSON document as a hardware bill.

    Raises:
        MaterialError: not JSON, not CycloneDX, against its schema, hostile, or larger than is read.
    """
    document = load_json(data)
    validate(document)
    root = document.get("metadata", {}).get("component", {})
    entries = [*flat(root.get("components", [])), *flat(document.get("components", []))]
    services = flat(document.get("services", []), "services")
    check_unique([str(entry.get("bom-ref", "")) for entry in (root, *entries, *services)])
    return HardwareBill(
        subject=said(str(root.get("name", ""))),
        parts=tuple(_part(entry) for entry in (*entries, *services)),
        not_fitted=tuple(value.lower() for value in properties(root, NOT_FITTED)),
    )


def _part(entry: Json) -> HardwarePart:
    return HardwarePart(
        name=said(str(entry.get("name", ""))),
        functions=tuple(value.lower() for value in properties(entry, FUNCTION)),
        maker=_maker(entry),
        part=_first(entry, PART),
        site=_first(entry, SITE),
        country=_first(entry, COUNTRY),
        operation=_first(entry, OPERATION).lower(),
        confidence=_first(entry, CONFIDENCE).lower(),
        evidence=tuple(_evidence(item) for item in entry.get("externalReferences", []) if _backs(item)),
        identifiers=_identifiers(entry),
    )


def _maker(entry: Json) -> str:
    """Who made it; the supplier sold it, and counts only for a service, which its provider runs."""
    maker: Json = entry.get("manufacturer") or entry.get("provider") or {}
    return said(str(maker.get("name", "")))


def _first(entry: Json, name: str) -> str:
    return next(iter(properties(entry, name)), "")


def _backs(reference: Json) -> bool:
    return reference.get("type") in EVIDENCE_KINDS


def _evidence(reference: Json) -> Evidence:
    digests = [item["content"].lower() for item in reference.get("hashes", []) if item.get("alg") == "SHA-256"]
    return Evidence(name=said(str(reference.get("url", ""))), sha256=digests[0] if digests else "")


def _identifiers(entry: Json) -> tuple[Identifier, ...]:
    found = []
    for item in entry.get("properties", []):
        name, value = str(item.get("name", "")), said(str(item.get("value", "")))
        if kind := _kind(name):
            found.append(Identifier(kind=kind, value=value.lower()))
    return tuple(found)


def _kind(name: str) -> str:
    if name == MAC:
        return "mac"
    if CERTIFICATE.fullmatch(name):
        return "radio certificate"
    return name.removeprefix(IDENTIFIER).replace("-", " ").lower() if name.startswith(IDENTIFIER) else ""
