"""Build provenance: does signed evidence lead from an image to a source and a builder that are admitted?

Read: in-toto Statement v1 with the predicate SLSA Provenance v1 (slsa.dev/spec/v1.0/provenance), in a DSSE envelope.

The level of an attestation that names the image, after SLSA v1.0 "Security levels":

- 0: its signature does not hold under the key of the builder that it names, or it is no provenance;
- 1: provenance exists, but nobody whom the judge knows signed it, or it does not lead to the declared source;
- 2, 3: signed by a listed builder, at most up to the level that the builder was assessed for.

Level 3 cannot be seen in a file: that a builder is isolated is what its assessment says.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field, StringConstraints

from harness.dsse import Envelope, read_envelope
from harness.errors import MaterialError
from harness.supply.builders import Builder
from harness.supply.document import load_json
from harness.supply.model import Foreign, Line, Many, read_json, shown

PAYLOAD_TYPE = "application/vnd.in-toto+json"
STATEMENT_TYPE = "https://in-toto.io/Statement/v1"
PREDICATE_TYPE = "https://slsa.dev/provenance/v1"
# in-toto's names of digests, with how many hex digits each has; others, such as MD5, fix nothing
FIXING = {"gitCommit": 40, "sha1": 40, "sha224": 56, "sha256": 64, "sha384": 96, "sha512": 128, "sha3_256": 64}
# a step up in a path, in clear, in percent code, or with the other slash
PARENT = re.compile(r"(?:^|[/\\])(?:\.|%2e){2}(?:$|[/\\@#?]|%2f|%5c)|\\|%2f|%5c", re.IGNORECASE)
Digests = Mapping[str, Annotated[str, StringConstraints(pattern=r"^[0-9a-fA-F]{8,128}$")]]


class _Subject(Foreign):
    name: str = ""
    digest: Digests = Field(min_length=1)


class _Material(Foreign):
    uri: str = ""
    digest: Digests = Field(default_factory=dict)


class _Definition(Foreign):
    buildType: Line
    resolvedDependencies: Many[_Material] = ()


class _Builder(Foreign):
    id: Line


class _Run(Foreign):
    builder: _Builder


class _Predicate(Foreign):
    buildDefinition: _Definition
    runDetails: _Run


class _Head(Foreign):
    type: str = Field(alias="_type")
    predicateType: str


class _Statement(Foreign):
    subject: Many[_Subject] = Field(min_length=1)
    predicate: _Predicate


@dataclass(frozen=True, kw_only=True)
class Attestation:
    """What one attestation says and what that is worth.

    Attributes:
        name: of the paper.
        builder: id as it says, "" where it cannot be read.
        subjects: SHA-256 of what it is of, lower-case hex.
        level: build level that it supports for its subjects.
        listed: whether its builder is declared and known to the judge.
        signed: whether the listed builder's key signed it.
        problem: why it supports no more, in words; "" where nothing is wrong.
    """

    name: str
    builder: str = ""
    subjects: frozenset[str] = frozenset()
    level: int = 0
    listed: bool = False
    signed: bool = False
    problem: str = ""


@dataclass(frozen=True, kw_only=True)
class ProvenanceReport:
    """The attestations of a set of images.

    Attributes:
        attestations: in the order given.
        levels: build level by the image's SHA-256.
    """

    attestations: tuple[Attestation, ...]
    levels: Mapping[str, int]

    @property
    def build_level(self) -> int:
        """The least level of all images; 0 where there is none."""
        return min(self.levels.values(), default=0)

    @property
    def subject_mismatches(self) -> int:
        """Images that no attestation with a valid signature names."""
        named = {digest for item in self.attestations if item.signed for digest in item.subjects}
        return sum(image not in named for image in self.levels)

    @property
    def unlisted_builders(self) -> int:
        """Attestations of a builder that is not listed, or cannot be told."""
        return sum(not item.listed for item in self.attestations)

    @property
    def problems(self) -> tuple[str, ...]:
        """What is wrong, one line each."""
        return tuple(f"{item.name}: {item.problem}" for item in self.attestations if item.problem)


@dataclass(frozen=True, kw_only=True)
class Admitted:
    """Whom and what provenance must lead to.

    Attributes:
        builders: those that the judge knows, by id.
        declared: ids of the builders that the maker declares.
        sources: addresses that the declared sources begin with; with none, any source with a digest will do.
    """

    builders: Mapping[str, Builder]
    declared: Collection[str]
    sources: Sequence[str] = ()


def check_provenance(images: Collection[str], papers: Mapping[str, bytes], admitted: Admitted) -> ProvenanceReport:
    """Judge all attestations of a product.

    Args:
        images: SHA-256 of each image as it was dumped, hex.
        papers: envelopes by the name of their paper. One that cannot be read supports nothing, and its builder
            counts as not listed.
        admitted: whom and what they must lead to.
    """
    attestations = tuple(_judge(name, data, admitted) for name, data in papers.items())
    wanted = {image.lower() for image in images}
    levels = {image: max((a.level for a in attestations if image in a.subjects), default=0) for image in wanted}
    return ProvenanceReport(attestations=attestations, levels=levels)


def _judge(name: str, data: bytes, admitted: Admitted) -> Attestation:
    try:
        envelope = read_envelope(load_json(data))
        statement = _statement(envelope)
    except MaterialError as error:
        return Attestation(name=name, problem=str(error))
    identity = statement.predicate.runDetails.builder.id
    builder = admitted.builders.get(identity) if identity in admitted.declared else None
    level, problem = _level(envelope, statement, builder, admitted)
    return Attestation(
        name=name,
        builder=identity,
        subjects=frozenset(s.digest["sha256"].lower() for s in statement.subject if "sha256" in s.digest),
        level=level,
        listed=builder is not None,
        signed=builder is not None and level > 0,
        problem=problem,
    )


def _statement(envelope: Envelope) -> _Statement:
    if envelope.payload_type != PAYLOAD_TYPE:
        raise MaterialError(f"the envelope holds {shown(envelope.payload_type)!r}, wanted {PAYLOAD_TYPE}")
    head = read_json(envelope.payload, _Head, "the statement")
    if (head.type, head.predicateType) != (STATEMENT_TYPE, PREDICATE_TYPE):
        kinds = f"{shown(head.type)!r} of {shown(head.predicateType)!r}"
        raise MaterialError(f"the statement is {kinds}, wanted {STATEMENT_TYPE} of {PREDICATE_TYPE}")
    return read_json(envelope.payload, _Statement, "the statement")


def _level(envelope: Envelope, statement: _Statement, builder: Builder | None, admitted: Admitted) -> tuple[int, str]:
    identity = shown(statement.predicate.runDetails.builder.id)
    if builder is None:
        return 1, f"builder {identity!r} is not declared, or not one whom the judge knows: it vouches for itself"
    if not envelope.is_signed_by(builder.certificate):
        why = "has no signature" if not envelope.signatures else "is not signed by the key of its builder"
        return 0, f"it {why} {identity!r}"
    lack = _lack_of_source(statement.predicate.buildDefinition.resolvedDependencies, admitted.sources)
    return (1, lack) if lack else (builder.level, "")


def _lack_of_source(materials: Sequence[_Material], sources: Sequence[str]) -> str:
    fixed = [material.uri for material in materials if material.uri and _is_fixed(material.digest)]
    if not fixed:
        return "it names no material with a digest, so it does not lead to a source"
    if sources and not any(_is_of(uri, source) for uri in fixed for source in sources):
        return f"none of its materials is of a declared source; the first is {shown(fixed[0])!r}"
    return ""


def _is_of(uri: str, source: str) -> bool:
    """Whether an address is the source or lies in it; a source that only begins alike is another one."""
    if not uri.startswith(source) or PARENT.search(uri):
        return False
    # before the first slash of a path, what stands behind "@" is the host
    ends = "/@#?" if "/" in source.partition("://")[2] else "/#?"
    return uri == source or source[-1:] in ends or uri[len(source)] in ends


def _is_fixed(digest: Mapping[str, str]) -> bool:
    """Whether a digest is given that fixes a source; of a commit it is the one that git has."""
    return any(len(value) == FIXING.get(name) for name, value in digest.items())
