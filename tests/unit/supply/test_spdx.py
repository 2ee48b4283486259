import json
import time
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from spdx_tools.spdx.model.actor import Actor, ActorType
from spdx_tools.spdx.model.checksum import Checksum, ChecksumAlgorithm
from spdx_tools.spdx.model.document import CreationInfo, Document
from spdx_tools.spdx.model.package import Package
from spdx_tools.spdx.model.relationship import Relationship, RelationshipType
from spdx_tools.spdx.model.spdx_no_assertion import SpdxNoAssertion
from spdx_tools.spdx.writer.json import json_writer

from harness.errors import MaterialError
from harness.supply import spdx
from harness.supply.document import load_json
from harness.supply.graph import check_graph
from harness.supply.report import check_bill

RECEIVED = datetime(2026, 11, 22, tzinfo=UTC)


def package(number, **changes):
    purl = {"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl"}
    return {
        "SPDXID": f"SPDXRef-p{number}",
        "name": f"part {number}",
        "versionInfo": "1.0",
        "downloadLocation": "NOASSERTION",
        "filesAnalyzed": False,
        "supplier": "Organization: Example KK",
        "originator": "Organization: Example Labs",
        "licenseDeclared": "MIT",
        "packageFileName": f"./lib/p{number}.so",
        "checksums": [{"algorithm": "SHA256", "checksumValue": f"{number:064x}"}],
        "externalRefs": [purl | {"referenceLocator": f"pkg:generic/p{number}@1.0"}],
    } | changes


def relation(user, kind, used):
    return {"spdxElementId": user, "relationshipType": kind, "relatedSpdxElement": used}


def document(*packages, relations=(), **changes):
    described = [relation("SPDXRef-DOCUMENT", "DESCRIBES", "SPDXRef-p0")]
    return {
        "spdxVersion": "SPDX-2.3",
        "dataLicense": "CC0-1.0",
        "SPDXID": "SPDXRef-DOCUMENT",
        "name": "drone",
        "documentNamespace": "https://example.jp/bill-1",
        "creationInfo": {
            "created": "2026-01-01T00:00:00Z",
            "creators": ["Organization: Example KK", "Tool: maker-1.0"],
        },
        "packages": list(packages),
        "relationships": [*described, *(relation(*ends) for ends in relations)],
    } | changes


def read(value):
    return spdx.bill_of(load_json(json.dumps(value).encode()))


def test_every_field_is_read():
    bill = read(document(package(0), package(1), relations=[("SPDXRef-p0", "DEPENDS_ON", "SPDXRef-p1")]))
    assert (bill.format, bill.spec_version, bill.timestamp) == ("SPDX", "2.3", "2026-01-01T00:00:00+00:00")
    assert (bill.authors, bill.tools) == (("Example KK",), ("maker-1.0",))
    (part,) = bill.components
    assert (part.name, part.version, part.supplier, part.producer) == ("part 1", "1.0", "Example KK", "Example Labs")
    assert (part.identifiers, part.location) == (("pkg:generic/p1@1.0",), "lib/p1.so")
    assert part.sha256 == (f"{1:064x}",) and part.licensed
    assert bill.root.name == "part 0" and check_graph(bill).unresolved_dependencies == 0


@pytest.mark.parametrize(
    ("kind", "turned"),
    [
        ("DEPENDS_ON", False),
        ("CONTAINS", False),
        ("STATIC_LINK", False),
        ("DEPENDENCY_OF", True),
        ("CONTAINED_BY", True),
        ("RUNTIME_DEPENDENCY_OF", True),
    ],
)
def test_a_dependency_goes_by_many_names_and_either_way(kind, turned):
    ends = ("SPDXRef-p1", kind, "SPDXRef-p0") if turned else ("SPDXRef-p0", kind, "SPDXRef-p1")
    assert check_graph(read(document(package(0), package(1), relations=[ends]))).unresolved_dependencies == 0


def test_other_relations_and_those_to_nothing_are_no_dependency():
    for ends in (("SPDXRef-p0", "VARIANT_OF", "SPDXRef-p1"), ("SPDXRef-p0", "DEPENDS_ON", "NOASSERTION")):
        report = check_graph(read(document(package(0), package(1), relations=[ends])))
        assert report.empty and report.unreachable == ("SPDXRef-p1",)


def test_a_relation_to_a_package_that_is_not_there_is_a_finding():
    bill = read(document(package(0), relations=[("SPDXRef-p0", "DEPENDS_ON", "SPDXRef-gone")]))
    assert check_graph(bill).unresolved == ("SPDXRef-gone",)


def test_one_package_is_what_the_bill_is_of_and_several_may_be():
    assert read(document(package(0), relationships=[])).root.name == "part 0"
    both = read(document(package(0), package(1), relations=[("SPDXRef-DOCUMENT", "DESCRIBES", "SPDXRef-p1")]))
    assert both.root is None and both.starts == ("SPDXRef-p0", "SPDXRef-p1")
    assert check_graph(both).unreachable == () and not check_graph(both).rootless
    assert check_graph(read(document(package(0), package(1), relationships=[]))).rootless


def test_what_is_not_asserted_or_malformed_is_not_given():
    bad = [{"referenceCategory": "SECURITY", "referenceType": "cpe23Type", "referenceLocator": "cpe:2.3:a:b"}]
    bare = package(0, supplier="NOASSERTION", licenseDeclared="NOASSERTION", externalRefs=[])
    del bare["originator"], bare["checksums"]
    bill = read(document(bare))
    assert not (bill.root.supplier or bill.root.producer or bill.root.licensed or bill.root.hashed)
    with pytest.raises(MaterialError, match="against SPDX"):
        read(document(package(0, externalRefs=bad)))


def test_files_are_listed_with_their_hashes():
    digest = [{"algorithm": "SHA1", "checksumValue": "0" * 40}, {"algorithm": "SHA256", "checksumValue": "a" * 64}]
    file = {"SPDXID": "SPDXRef-f", "fileName": "./bin/a", "checksums": digest}
    bill = read(document(package(0), files=[file]))
    assert [(item.path, item.sha256) for item in bill.files] == [("bin/a", ("a" * 64,))]


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({"spdxVersion": "SPDX-2.2"}, "wanted SPDX-2.3"),
        ({"spdxVersion": 23}, "wanted SPDX-2.3"),
        ({"packages": "x"}, "packages is no list of objects"),
        ({"packages": [3]}, "packages is no list of objects"),
        ({"files": [None]}, "files is no list of objects"),
        ({"relationships": {"a": 1}}, "relationships is no list"),
        ({"creationInfo": []}, "value of the wrong kind"),
        ({"creationInfo": {"created": "now", "creators": "x"}}, "against SPDX"),
        ({"annotations": 5}, "against SPDX"),
        ({"snippets": [{}]}, "snippets"),
        ({"packages": [package(0), package(0)]}, "names two entries"),
        ({"packages": [package(0, SPDXID="p0")]}, "SPDXRef-"),
        ({"packages": [package(0, licenseDeclared=5)]}, "against SPDX"),
        ({"packages": [package(0, licenseDeclared="(" * 1999)]}, "against SPDX"),
        ({"packages": [package(0, licenseDeclared="MIT AND " * 300 + "MIT")]}, "more than the 2000"),
        ({"packages": [package(0, checksums=[{"algorithm": "ROT13", "checksumValue": "x"}])]}, "ROT13"),
        (
            {"packages": [package(0, checksums=[{"algorithm": "MD5", "checksumValue": "x"}] * 1001)]},
            "more than the 1000",
        ),
        ({"packages": [{"SPDXID": f"SPDXRef-{n}"} for n in range(10_001)]}, "more than the 10000"),
    ],
)
def test_what_is_against_the_specification_is_refused(changes, wanted):
    with pytest.raises(MaterialError, match=wanted) as caught:
        read(document(package(0)) | changes)
    assert len(str(caught.value)) < 400


def test_a_thousand_packages_take_no_square():
    packages = [package(number) for number in range(1000)]
    relations = [("SPDXRef-p0", "DEPENDS_ON", f"SPDXRef-p{number}") for number in range(1, 1000)]
    start = time.monotonic()
    assert len(read(document(*packages, relations=relations)).components) == 999
    assert time.monotonic() - start < 20


def test_what_the_spdx_projects_own_writer_writes_is_read(tmp_path):
    info = CreationInfo(
        "SPDX-2.3", "SPDXRef-DOCUMENT", "drone", "https://example.jp/b", [Actor(ActorType.PERSON, "A. Maker")], RECEIVED
    )
    digest = Checksum(ChecksumAlgorithm.SHA256, "b" * 64)
    part = Package("SPDXRef-fw", "firmware", SpdxNoAssertion(), version="2", files_analyzed=False, checksums=[digest])
    relations = [Relationship("SPDXRef-DOCUMENT", RelationshipType.DESCRIBES, "SPDXRef-fw")]
    path = tmp_path / "bill.spdx.json"
    json_writer.write_document_to_file(Document(info, [part], relationships=relations), str(path), validate=True)
    report = check_bill(path.read_bytes(), received=RECEIVED)
    assert (report.format, report.subject, report.components) == ("SPDX", "firmware 2", 0)
    assert [row.field for row in report.minimum.required if not row.complete] == [
        "supplier",
        "unique identifier",
        "dependency relationship",
    ]


def test_what_generators_write_against_the_specification_hides_no_package():
    info = {"created": "2026-01-01T00:00:00.745Z", "creators": ["Tool: npm-11"]}
    odd = package(1, SPDXID="SPDXRef-string_decoder@1.3.0", licenseDeclared="UNLICENSED")
    bill = read(document(package(0), odd, relations=[("SPDXRef-p0", "DEPENDS_ON", odd["SPDXID"])], creationInfo=info))
    assert bill.timestamp == "2026-01-01T00:00:00+00:00"
    assert [(item.ref, item.licensed) for item in bill.components] == [(odd["SPDXID"], False)]
    assert bill.root.licensed and bill.dependencies == (("SPDXRef-p0", (odd["SPDXID"],)),)


@pytest.mark.parametrize("identifier", ["SPDXRef-a b", "SPDXRef-", "p1", "SPDXRef-a\x1b[2J", "SPDXRef-a:b"])
def test_an_identifier_that_is_none_is_refused(identifier):
    with pytest.raises(MaterialError, match="against SPDX"):
        read(document(package(0), package(1, SPDXID=identifier)))


def test_a_licence_of_the_documents_own_is_one():
    texts = [{"licenseId": "LicenseRef-maker", "extractedText": "All rights reserved."}]
    told = document(package(0, licenseDeclared="LicenseRef-maker"), hasExtractedLicensingInfos=texts)
    assert read(told).root.licensed


KEYS = ["packages", "files", "relationships", "creationInfo", "name", "annotations", "SPDXID", "externalDocumentRefs"]
INNER = ["SPDXID", "name", "checksums", "externalRefs", "supplier", "licenseDeclared", "downloadLocation", "created"]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.sampled_from(["SPDXRef-p0", "NOASSERTION"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(INNER), inner, max_size=4),
    max_leaves=8,
)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(KEYS), st.sampled_from(INNER), JSON)
def test_hostile_values_give_a_bill_or_a_material_error(key, inner, value):
    for hostile in (document(package(0)) | {key: value}, document(package(0, **{inner: value}))):
        try:
            read(hostile)
        except MaterialError as error:
            assert 0 < len(str(error)) < 600
