"""An SPDX 2.3 bill of materials: read and checked with the SPDX project's own library, into the same plain model.

The library holds every package against all others, so a document is checked package by package here, and its
relationships by their identifiers alone. That a relationship leads nowhere is a finding on the bill, as in
CycloneDX, and no reason not to read it.
"""

import re
from collections.abc import Iterator
from datetime import UTC
from typing import TYPE_CHECKING, Any

from harness.errors import MaterialError
from harness.supply.bill import STRONG, Bill, Component, ListedFile, check_unique
from harness.supply.document import Json
from harness.supply.identifiers import is_cpe, is_purl, said, short

if TYPE_CHECKING:
    from spdx_tools.spdx.model import Document, ExternalPackageRef, File, Package, Relationship
    from spdx_tools.spdx.validation.validation_message import ValidationMessage

FORMAT = "SPDX"
VERSION = "SPDX-2.3"
MAX_PACKAGES, MAX_FILES, MAX_RELATIONSHIPS = 10_000, 50_000, 100_000
LISTS = {"packages": MAX_PACKAGES, "files": MAX_FILES, "relationships": MAX_RELATIONSHIPS}
MAX_WITHIN = 1000
# a licence expression is parsed by a grammar; no sane one is longer
MAX_EXPRESSION = 2000
EXPRESSIONS = ("licenseConcluded", "licenseDeclared")
# what "depends on" is called in SPDX 2.3, clause 11.1: from the user to what it uses, and the other way round
USES = frozenset(("CONTAINS", "DEPENDS_ON", "DYNAMIC_LINK", "STATIC_LINK", "HAS_PREREQUISITE"))
KINDS_OF_DEPENDENCY = ("", "BUILD_", "DEV_", "OPTIONAL_", "PROVIDED_", "RUNTIME_", "TEST_")
USED_BY = frozenset(("CONTAINED_BY", "PREREQUISITE_FOR", *(f"{kind}DEPENDENCY_OF" for kind in KINDS_OF_DEPENDENCY)))
STRONG_NAMES = {name.upper().replace("SHA-", "SHA").replace("-", "_"): function for name, function in STRONG.items()}
IDENTIFIERS = ("purl", "cpe23Type", "cpe22Type", "swid", "swh", "gitoid")
LENIENT_ID = re.compile(r"SPDXRef-[\w.+@/-]+", re.ASCII)
FRACTION = re.compile(r"(?<=:\d\d)\.\d{1,9}Z$")
# values of another kind than the parser expects escape from it as these
ESCAPES = (AttributeError, KeyError, IndexError, TypeError, ValueError, RecursionError)


def bill_of(document: Json) -> Bill:
    """Check and read an SPDX 2.3 document.

    Raises:
        MaterialError: another version, against the specification, hostile, or larger than is read.
    """
    if document.get("spdxVersion") != VERSION:
        raise MaterialError(f"spdxVersion {short(document.get('spdxVersion'))}: wanted {VERSION}, as JSON")
    _check_size(document)
    parsed = _parse(_whole_seconds(document))
    _check(parsed)
    return _bill(parsed)


def _whole_seconds(document: Json) -> Json:
    """The document with its date in whole seconds, as clause 6.9 wants it.

    npm writes milliseconds. Nothing hangs on them, and to refuse the bill for them would leave its packages unexamined.
    """
    info = document.get("creationInfo")
    if not isinstance(info, dict) or not isinstance(info.get("created"), str):
        return document
    return document | {"creationInfo": info | {"created": FRACTION.sub("Z", info["created"])}}


def _check_size(document: Json) -> None:
    for key, most in LISTS.items():
        entries = document.get(key, [])
        if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
            raise MaterialError(f"bill is against SPDX 2.3: {key} is no list of objects")
        if len(entries) > most:
            raise MaterialError(f"{key} has {len(entries)} entries, more than the {most} that are read")
    if document.get("snippets"):
        raise MaterialError("document has snippets, which are not read: hand over a bill of packages and files")
    for key, value in _inner(document):
        if isinstance(value, list) and len(value) > MAX_WITHIN:
            raise MaterialError(f"{short(key)} has {len(value)} entries, more than the {MAX_WITHIN} that are read")
        if key in EXPRESSIONS and isinstance(value, str) and len(value) > MAX_EXPRESSION:
            raise MaterialError(f"{key} has {len(value)} characters, more than the {MAX_EXPRESSION} that are read")


def _inner(document: Json) -> Iterator[tuple[str, Any]]:
    """Everything that one entry of a long list has, and what stands beside the lists."""
    yield from ((key, value) for key, value in document.items() if key not in LISTS)
    for key in LISTS:
        for entry in document.get(key, []):
            yield from entry.items()


def _parse(document: Json) -> "Document":
    # on first use: the library brings a type checker of its own
    from spdx_tools.spdx.parser.error import SPDXParsingError
    from spdx_tools.spdx.parser.jsonlikedict.json_like_dict_parser import JsonLikeDictParser

    try:
        return JsonLikeDictParser().parse(document)
    except SPDXParsingError as error:
        raise MaterialError(f"bill is against SPDX 2.3: {short('; '.join(map(str, error.get_messages())))}") from error
    except ESCAPES as error:
        raise MaterialError(f"bill is against SPDX 2.3: a value of the wrong kind: {short(str(error))}") from error


def _check(parsed: "Document") -> None:
    try:
        message = next(_departures(parsed), None)
    except ESCAPES as error:
        raise MaterialError(f"bill is against SPDX 2.3: a value of the wrong kind: {short(str(error))}") from error
    if message is not None:
        raise MaterialError(f"bill is against SPDX 2.3: {short(message)}")
    check_unique([item.spdx_id for item in (parsed.creation_info, *parsed.packages, *parsed.files)])


def _departures(parsed: "Document") -> Iterator[str]:
    from spdx_tools.spdx.model import Document
    from spdx_tools.spdx.validation.creation_info_validator import validate_creation_info
    from spdx_tools.spdx.validation.extracted_licensing_info_validator import validate_extracted_licensing_infos
    from spdx_tools.spdx.validation.file_validator import validate_file_within_document
    from spdx_tools.spdx.validation.package_validator import validate_package_within_document
    from spdx_tools.spdx.validation.spdx_id_validators import validate_spdx_id

    # one without relationships, so that no package is held against all of them
    alone = Document(parsed.creation_info, extracted_licensing_info=parsed.extracted_licensing_info)
    found = validate_creation_info(parsed.creation_info, VERSION)
    yield from (item.validation_message for item in found)
    for package in parsed.packages:
        found = validate_package_within_document(package, VERSION, alone)
        yield from (item.validation_message for item in found if not _is_harmless(item, package.spdx_id))
    for file in parsed.files:
        yield from (item.validation_message for item in validate_file_within_document(file, VERSION, alone))
    found = validate_extracted_licensing_infos(parsed.extracted_licensing_info)
    yield from (item.validation_message for item in found)
    for relationship in parsed.relationships:
        for end in (relationship.spdx_element_id, relationship.related_spdx_element_id):
            if isinstance(end, str) and not LENIENT_ID.fullmatch(end):
                yield from validate_spdx_id(end, alone)


def _is_harmless(message: "ValidationMessage", identifier: str) -> bool:
    """What generators write against the specification and nothing hangs on: the package is examined all the same.

    A licence that SPDX does not know counts as none told, and npm writes the underscores of names into identifiers.
    """
    if message.context.element_type.name == "LICENSE_EXPRESSION":
        return True
    of_letters = message.validation_message.startswith("spdx_id must only contain")
    return of_letters and LENIENT_ID.fullmatch(identifier) is not None


def _bill(parsed: "Document") -> Bill:
    own = frozenset(item.license_id for item in parsed.extracted_licensing_info if item.license_id)
    origin, info = parsed.creation_info.spdx_id, parsed.creation_info
    edges = list(_edges(parsed.relationships))
    starts = _starts(parsed, origin)
    root = next((package for package in parsed.packages if [package.spdx_id] == starts), None)
    creators = [(actor.actor_type.name, said(actor.name)) for actor in info.creators]
    return Bill(
        format=FORMAT,
        spec_version=VERSION.removeprefix("SPDX-"),
        root=None if root is None else _component(root, own),
        starts=tuple(starts),
        components=tuple(_component(package, own) for package in parsed.packages if package is not root),
        # a file may stand in the graph and is no component
        services=tuple(file.spdx_id for file in parsed.files),
        dependencies=tuple((user, (used,)) for user, used in edges if origin not in (user, used)),
        authors=tuple(name for kind, name in creators if kind != "TOOL" and name),
        timestamp=info.created.replace(tzinfo=UTC).isoformat(),
        tools=tuple(name for kind, name in creators if kind == "TOOL" and name),
        # SPDX 2.3 has no field for the generation context
        lifecycles=(),
        told=frozenset(("SBOM Version",)),
        files=tuple(_listed(file) for file in parsed.files),
    )


def _starts(parsed: "Document", origin: str) -> list[str]:
    """What the document describes; a single package needs no relationship to say so."""
    described = []
    for relation in parsed.relationships:
        ends = (relation.spdx_element_id, str(relation.related_spdx_element_id))
        user, used = ends if relation.relationship_type.name == "DESCRIBES" else ends[::-1]
        if relation.relationship_type.name in ("DESCRIBES", "DESCRIBED_BY") and user == origin:
            described.append(used)
    if not described and len(parsed.packages) == 1:
        return [parsed.packages[0].spdx_id]
    return list(dict.fromkeys(described))


def _edges(relationships: list["Relationship"]) -> Iterator[tuple[str, str]]:
    for relation in relationships:
        user, used = relation.spdx_element_id, relation.related_spdx_element_id
        # NONE and NOASSERTION lead nowhere, and say so
        if not isinstance(used, str):
            continue
        if relation.relationship_type.name in USES:
            yield user, used
        elif relation.relationship_type.name in USED_BY:
            yield used, user


def _component(package: "Package", own: frozenset[str]) -> Component:
    references = [item for item in package.external_references if item.reference_type in IDENTIFIERS]
    return Component(
        ref=package.spdx_id,
        name=said(package.name),
        version=said(package.version or ""),
        supplier=said(str(getattr(package.supplier, "name", ""))),
        producer=said(str(getattr(package.originator, "name", ""))),
        identifiers=tuple(item.locator for item in references if _is_good(item)),
        malformed=tuple(item.locator for item in references if not _is_good(item)),
        sha256=_digests(package),
        digests=tuple(
            (STRONG_NAMES[checksum.algorithm.name], checksum.value.lower())
            for checksum in package.checksums
            if checksum.algorithm.name in STRONG_NAMES
        ),
        hashed=bool(package.checksums),
        licensed=any(_is_known(item, own) for item in (package.license_declared, package.license_concluded)),
        location=_path(package.file_name or ""),
    )


def _listed(file: "File") -> ListedFile:
    return ListedFile(path=_path(file.name), sha256=_digests(file))


def _digests(item: "Package | File") -> tuple[str, ...]:
    return tuple(checksum.value.lower() for checksum in item.checksums if checksum.algorithm.name == "SHA256")


def _path(name: str) -> str:
    """SPDX 2.3 clause 8.1: the path begins with ``./``, from the root of the package."""
    return said(name.removeprefix("./"))


def _is_good(reference: "ExternalPackageRef") -> bool:
    if reference.reference_type == "purl":
        return is_purl(reference.locator)
    return is_cpe(reference.locator) if reference.reference_type.startswith("cpe") else bool(said(reference.locator))


def _is_known(expression: object, own: frozenset[str]) -> bool:
    """Whether a licence is told, by names that the list of SPDX has or the document's `own` ones."""
    from spdx_tools.common.spdx_licensing import spdx_licensing  # type: ignore[import-untyped]

    if expression is None or not said(str(expression)):
        return False
    return set(spdx_licensing.validate(expression).invalid_symbols) <= own
