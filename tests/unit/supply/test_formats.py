import json
from datetime import UTC, datetime

import pytest
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from hypothesis import given, settings
from hypothesis import strategies as st
from packageurl import PackageURL

from harness.drone.firmware import FirmwareConfig, FirmwareStore
from harness.errors import MaterialError
from harness.supply.formats import UnsupportedFormat, read_any
from harness.supply.report import check_bill

GOOD = FirmwareStore(FirmwareConfig()).read_bill()


def test_a_bill_is_told_by_its_own_mark():
    assert read_any(GOOD).format == "CycloneDX"


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b'<?xml version="1.0"?><bom/>', "XML"),
        (b"\xef\xbb\xbf <bom/>", "XML"),
        (b"SPDXVersion: SPDX-2.3\n", "SPDX tag-value"),
        (b"PK\x03\x04rest", "ZIP"),
        (b"\x1f\x8brest", "gzip"),
        (b"%PDF-1.7", "PDF"),
        (b"---\nspdxVersion: SPDX-2.3\n", "YAML"),
        (b"{}", "neither CycloneDX nor SPDX"),
        (b'{"bomFormat": "other"}', "neither CycloneDX nor SPDX"),
        (b'{"bomFormat": "CycloneDX", "specVersion": "1.4"}', "CycloneDX '1.4'"),
        (b'{"bomFormat": "CycloneDX", "specVersion": ["1.6"]}', "CycloneDX"),
        (b'{"spdxVersion": "SPDX-2.2"}', "SPDX-2.2"),
        (b'{"@context": "https://spdx.org/rdf/3.0.1/spdx-context.jsonld", "@graph": []}', "SPDX 3"),
    ],
)
def test_a_format_that_is_not_read_is_named_with_those_that_are(data, what):
    with pytest.raises(UnsupportedFormat, match=what) as caught:
        read_any(data)
    assert "CycloneDX 1.5 to 1.7 and SPDX 2.3" in str(caught.value)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b'{"bomFormat": "CycloneDX", "bomFormat": "CycloneDX"}',
        GOOD[:-40],
        b"[" * 100_000,
        b'{"a":' * 5000 + b"1" + b"}" * 5000,
        b'{"components": [' + b"{}," * 600_000 + b"{}]}",
        b'{"a": "' + b"x" * (17 << 20) + b'"}',
        b'{"a": 1e999}',
        b'{"a": NaN}',
        b'{"a": ' + b"9" * 10_000 + b"}",
    ],
    ids=["empty", "open", "twice", "cut", "deep list", "deep", "million", "huge", "infinite", "nan", "digits"],
)
def test_hostile_documents_give_one_clear_error(data):
    with pytest.raises(MaterialError) as caught:
        read_any(data)
    assert 0 < len(str(caught.value)) < 400 and "\n" not in str(caught.value)


def test_what_the_cyclonedx_projects_own_writer_writes_is_read():
    bom = Bom()
    root = Component(name="firmware", version="2", type=ComponentType.FIRMWARE, bom_ref="fw")
    part = Component(name="zlib", version="1.3.1", purl=PackageURL("generic", name="zlib", version="1.3.1"))
    bom.metadata.component = root
    bom.components.add(part)
    bom.register_dependency(root, [part])
    report = check_bill(JsonV1Dot6(bom).output_as_string().encode(), received=datetime(2099, 1, 1, tzinfo=UTC))
    assert (report.format, report.subject, report.components) == ("CycloneDX", "firmware 2", 1)
    assert report.graph.unresolved_dependencies == 0
    assert "supplier" in [row.field for row in report.minimum.required if not row.complete]


def test_a_malformed_identifier_is_named_with_its_component():
    document = json.loads(GOOD)
    document["components"][0] |= {"purl": "pkg:", "cpe": "cpe:2.3:a:maker:x:1:*:*:*:*:*:*:*"}
    report = check_bill(json.dumps(document).encode(), received=datetime(2026, 11, 22, tzinfo=UTC))
    assert report.malformed == ("autopilot: pkg:",)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=200))
def test_random_bytes_are_refused(data):
    with pytest.raises(MaterialError):
        read_any(data)
