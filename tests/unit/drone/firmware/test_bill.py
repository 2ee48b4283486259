import hashlib
import json

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from harness.drone.firmware.bill import make_bill, without_graph, without_supplier, write_bill
from harness.drone.firmware.components import COMPONENTS


def validation_error(bill):
    return JsonStrictValidator(SchemaVersion.V1_6).validate_str(write_bill(bill).decode())


def test_library_accepts_the_bill_strictly_and_the_defective_ones_too():
    assert validation_error(make_bill()) is None
    assert validation_error(without_supplier(make_bill())) is None
    assert validation_error(without_graph(make_bill())) is None


def test_library_would_refuse_a_wrong_bill():
    assert validation_error(make_bill() | {"components": [{"type": "no such type", "name": "x"}]}) is not None


def test_each_component_has_the_hash_of_its_file():
    entries = {entry["evidence"]["occurrences"][0]["location"]: entry for entry in make_bill()["components"]}
    assert entries.keys() == {component.path for component in COMPONENTS}
    for component in COMPONENTS:
        digest = hashlib.sha256(component.content()).hexdigest()
        assert entries[component.path]["hashes"] == [{"alg": "SHA-256", "content": digest}]


def test_defects_change_only_what_they_say():
    healthy = make_bill()
    assert [e for e in without_supplier(healthy)["components"] if "supplier" not in e] == [
        {k: v for k, v in e.items() if k != "supplier"} for e in healthy["components"] if e["name"] == "radio-modem"
    ]
    assert without_graph(healthy) == healthy | {"dependencies": []}
    assert json.loads(write_bill(healthy)) == healthy == make_bill()
