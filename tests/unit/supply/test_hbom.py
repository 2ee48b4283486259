import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.drone.firmware.hardware import make_hbom, write_hbom
from harness.errors import MaterialError
from harness.supply.hbom import Evidence, Identifier, read_hbom


def read(document):
    return read_hbom(json.dumps(document).encode())


def told(**properties):
    return [{"name": name.replace("__", ":").replace("_", "-"), "value": value} for name, value in properties.items()]


def minimal(*components, **more):
    return {"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1, "components": list(components)} | more


def test_the_drones_own_bill_is_read_in_full():
    bill = read_hbom(write_hbom())
    assert (bill.subject, bill.not_fitted, len(bill.parts)) == ("Embedded quadrotor", ("storage service",), 9)
    radio = next(part for part in bill.parts if "radio" in part.functions)
    assert (radio.maker, radio.part, radio.country) == ("Dronecert Demo KK", "EMB-RF1", "JP")
    assert (radio.operation, radio.confidence, radio.title) == ("made", "documented", "Radio modem (radio)")
    assert [item.name for item in radio.evidence] == ["origin/emb-rf1.txt"]
    assert Identifier(kind="radio certificate", value="201-260001") in radio.identifiers
    cloud = bill.parts[-1]
    assert (cloud.maker, cloud.functions) == ("Dronecert Demo KK", ("connectivity service",))


def test_a_supplier_is_no_maker_and_nested_parts_are_parts():
    inner = {"type": "device", "name": "chip", "supplier": {"name": "Shop"}}
    outer = {"type": "device", "name": "board", "manufacturer": {"name": "Maker"}, "components": [inner]}
    board, chip = read(minimal(outer)).parts
    assert (board.maker, chip.maker, chip.title) == ("Maker", "", "chip (no function told)")


def test_what_only_says_unknown_is_not_told():
    entry = {
        "type": "device",
        "name": "x",
        "properties": told(dronecert__origin__country="unknown", dronecert__part=" "),
    }
    (part,) = read(minimal(entry)).parts
    assert (part.country, part.part, part.operation) == ("", "", "")


def test_evidence_needs_a_hash_of_the_right_kind():
    references = [
        {"type": "evidence", "url": "a.txt", "hashes": [{"alg": "SHA-256", "content": "A" * 64}]},
        {"type": "attestation", "url": "b.txt", "hashes": [{"alg": "MD5", "content": "0" * 32}]},
        {"type": "website", "url": "https://example.jp"},
    ]
    (part,) = read(minimal({"type": "device", "name": "x", "externalReferences": references})).parts
    assert part.evidence == (Evidence(name="a.txt", sha256="a" * 64), Evidence(name="b.txt", sha256=""))


def test_identifiers_are_those_of_the_taxonomy_and_our_own():
    names = {
        "cdx:device:macAddress": "02:00:00:AA:BB:CC",
        "cdx:device:certifications:JP:TELEC:id": "201-1",
        "cdx:device:certifications:JP:TELEC:url": "https://example.jp",
        "cdx:device:serialNumber": "7",
        "dronecert:identifier:mavlink-uid": "00AA",
    }
    entry = {"type": "device", "name": "x", "properties": [{"name": n, "value": v} for n, v in names.items()]}
    (part,) = read(minimal(entry)).parts
    assert list(map(str, part.identifiers)) == ["mac 02:00:00:aa:bb:cc", "radio certificate 201-1", "mavlink uid 00aa"]


@pytest.mark.parametrize(
    "document",
    [
        {},
        minimal({"type": "device"}),
        minimal({"type": "device", "name": "x", "manufacturer": "Maker"}),
        minimal({"type": "device", "name": "x", "properties": {"a": 1}}),
        minimal({"type": "device", "name": "x", "bom-ref": "r"}, services=[{"name": "s", "bom-ref": "r"}]),
    ],
)
def test_what_is_no_bill_is_refused(document):
    with pytest.raises(MaterialError):
        read(document)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["name", "value", "url", "hashes", "type", "content", "alg"]), inner, max_size=4
        )
    ),
    max_leaves=8,
)


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(["properties", "externalReferences", "manufacturer", "name", "components"]), JSON)
def test_hostile_values_give_a_bill_or_a_material_error(key, value):
    document = make_hbom()
    document["components"][0][key] = value
    try:
        read(document)
    except MaterialError as error:
        assert len(str(error)) < 600
