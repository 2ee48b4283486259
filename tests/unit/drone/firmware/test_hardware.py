import hashlib
import json

from harness.drone.firmware.hardware import PARTS, make_hbom, write_hbom
from harness.supply.sbom import read_bill


def test_the_bill_follows_the_schema_and_is_always_the_same():
    assert write_hbom() == write_hbom()
    assert len(read_bill(write_hbom()).components) == len(PARTS) - 1


def test_every_part_is_backed_by_its_own_paper():
    bill = make_hbom()
    entries = [*bill["components"], *bill["services"]]
    backed = {item["externalReferences"][0]["url"]: item["externalReferences"][0]["hashes"][0] for item in entries}
    assert {part.paper: hashlib.sha256(part.statement()).hexdigest() for part in PARTS} == {
        url: item["content"] for url, item in backed.items()
    }
    assert len(backed) == len(PARTS) and "EMB-FC1" in PARTS[0].statement().decode()
    assert json.loads(write_hbom()) == bill
