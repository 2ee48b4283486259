import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.drone.firmware import FirmwareConfig, FirmwareStore
from harness.drone.firmware.bill import make_bill, write_bill
from harness.errors import MaterialError
from harness.supply import sbom
from harness.supply.sbom import read_bill

GOOD = FirmwareStore(FirmwareConfig()).read_bill()


def minimal(**changes):
    return json.dumps({"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1} | changes).encode()


def many(count, **changes):
    entries = [{"type": "library", "bom-ref": f"c{i}", "name": f"n{i}"} | changes for i in range(count)]
    return minimal(components=entries, dependencies=[{"ref": f"c{i}", "dependsOn": []} for i in range(count)])


def test_reads_the_healthy_bill():
    bill = read_bill(GOOD)
    assert bill.spec_version == "1.6"
    assert (bill.root.name, bill.root.version) == ("embedded-drone-firmware", "1.4.2")
    assert {c.name for c in bill.components} >= {"autopilot", "radio-modem", "zlib"}
    assert all(
        c.supplier and c.version and c.identifiers and c.sha256 and c.licensed and c.location for c in bill.components
    )
    assert bill.authors and bill.tools == ("dronecert-demo-build",) and bill.lifecycles == ("build",)
    assert len(bill.dependencies) == len(bill.everything)


@pytest.mark.parametrize("version", ["1.5", "1.6", "1.7"])
def test_reads_each_supported_version(version):
    assert read_bill(minimal(specVersion=version)).spec_version == version


def test_reads_nested_components_old_tools_and_services():
    inner = {"type": "library", "bom-ref": "inner", "name": "inner"}
    outer = {"type": "library", "bom-ref": "outer", "name": "outer", "components": [inner]}
    main = {"type": "firmware", "bom-ref": "main", "name": "main", "components": [{"type": "file", "name": "in main"}]}
    bill = read_bill(
        minimal(
            metadata={"component": main, "tools": [{"vendor": "v", "name": "old"}]},
            components=[outer],
            services=[{"bom-ref": "svc", "name": "cloud"}],
        )
    )
    assert [component.name for component in bill.everything] == ["main", "in main", "outer", "inner"]
    assert bill.services == ("svc",) and bill.tools == ("old",)


@pytest.mark.parametrize("blank", ["", "  ", "unknown", "NOASSERTION", "n/a", "TBD"])
def test_what_only_says_unknown_counts_as_not_given(blank):
    entry = {"type": "library", "name": "x", "version": blank, "supplier": {"name": blank}}
    (component,) = read_bill(minimal(components=[entry])).components
    assert component.version == "" and component.supplier == ""


def test_a_malformed_package_url_is_no_identifier():
    entries = [{"type": "library", "name": "x", "purl": purl} for purl in ("pkg:generic/x@1", "x@1", "pkg:", "")]
    assert [c.identifiers for c in read_bill(minimal(components=entries)).components] == [
        ("pkg:generic/x@1",),
        (),
        (),
        (),
    ]


@pytest.mark.parametrize(
    ("data", "wanted"),
    [
        (b"<bom/>", "not JSON"),
        (b"{}", "bomFormat"),
        (minimal(bomFormat="SPDX"), "bomFormat"),
        (minimal(specVersion="1.4"), "wanted one of 1.5, 1.6, 1.7"),
        (minimal(specVersion=["1.6"]), "specVersion"),
        (minimal(components={}), "at components"),
        (minimal(components=[{"type": "drone", "name": "x"}]), r"components\[0\].type"),
        (minimal(dependencies=[{"ref": 1}]), r"dependencies\[0\].ref"),
        (minimal(metadata={"component": {"type": "firmware"}}), "metadata.component"),
        (minimal(unheard_of=1), "unheard_of"),
        (
            minimal(
                components=[
                    {"type": "file", "name": "a", "bom-ref": "r"},
                    {"type": "file", "name": "b", "bom-ref": "r"},
                ]
            ),
            "two entries",
        ),
        (many(sbom.MAX_COMPONENTS + 1), "entries, more than"),
    ],
)
def test_refuses_what_is_against_the_schema(data, wanted):
    with pytest.raises(MaterialError, match=wanted):
        read_bill(data)


def test_an_error_far_down_is_named_by_its_true_index():
    document = json.loads(many(250))
    document["components"][222]["type"] = "drone"
    with pytest.raises(MaterialError, match=r"components\[222\].type: 'drone'"):
        read_bill(json.dumps(document).encode())


def test_long_nested_lists_are_refused_before_they_are_checked(monkeypatch):
    nested = [{"type": "library", "name": f"n{i}"} for i in range(3000)]
    monkeypatch.setattr(sbom, "open_schema", lambda version: pytest.fail)
    with pytest.raises(MaterialError, match="bounded time"):
        read_bill(minimal(components=[{"type": "library", "name": "x", "components": nested}]))


def test_validation_work_is_linear_in_the_components(monkeypatch):
    sizes = []

    def count(part):
        sizes.append(sum(len(part.get(key, [])) for key in sbom.SLICED))

    monkeypatch.setattr(sbom, "open_schema", lambda version: count)
    assert len(read_bill(many(350)).components) == 350
    assert max(sizes) <= sbom.SLICE and sum(sizes) == 700


def test_deepest_nesting_that_is_read_also_validates():
    entry = {"type": "library", "name": "x"}
    for _ in range(16):
        entry = {"type": "library", "name": "x", "components": [entry]}
    assert len(read_bill(minimal(components=[entry])).components) == 17


@pytest.mark.parametrize(
    ("cpe", "counts"),
    [
        ("cpe:2.3:a:maker:product:1.0:*:*:*:*:*:*:*", True),
        ("cpe:2.3:o:maker:a\\:b:1.0:-:*:*:*:*:*:*", True),
        ("cpe:/a:maker:product:1.0", True),
        ("cpe:2.3:a:maker:product:1.0", False),
        ("cpe:2.3:a:maker:product:1.0:*:*:*:*:*:*:*:*", False),
        ("my cpe:/a is none", False),
        ("cpe:/a", False),
    ],
)
def test_a_cpe_must_be_well_formed_to_identify(cpe, counts):
    (component,) = read_bill(minimal(components=[{"type": "library", "name": "x", "cpe": cpe}])).components
    assert component.identifiers == ((cpe,) if counts else ())


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300))
def test_random_bytes_are_refused(data):
    with pytest.raises(MaterialError):
        read_bill(data)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=10),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["type", "name", "ref", "dependsOn", "purl", "components", "supplier", "hashes", "tools"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=8,
)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(["components", "metadata", "dependencies", "services", "component"]), JSON, st.integers(0, 8))
def test_hostile_values_give_a_bill_or_a_material_error(key, value, index):
    document = json.loads(GOOD)
    if key == "component":
        document["components"][index % 8].update(value if isinstance(value, dict) else {"name": value})
    else:
        document[key] = value
    try:
        read_bill(json.dumps(document).encode("utf-8", "surrogatepass"))
    except MaterialError as error:
        assert len(str(error)) < 600


def test_the_serial_number_is_that_of_a_link_into_the_bill():
    serial = "3E671687-395B-41F5-A30F-A58921A69B79"
    document = json.loads(write_bill(make_bill())) | {"serialNumber": f"urn:uuid:{serial.lower()}"}
    assert read_bill(json.dumps(document).encode()).serial == serial.lower()
