import json
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from harness.drone.firmware import FirmwareConfig, FirmwareStore, build_image
from harness.drone.firmware.hardware import PARTS, make_hbom, write_hbom
from harness.errors import MaterialError
from harness.supply import examination
from harness.supply.archive import unpack
from harness.supply.examination import Delivery, examine
from harness.supply.origin import CountryList
from harness.supply.policy import DEFAULT
from harness.supply.screening import Entity, EntityList

PAPERS = {part.paper: part.statement() for part in PARTS}
BILL = FirmwareStore(FirmwareConfig()).read_bill()
SOUND = Delivery(
    sbom=BILL,
    hbom=write_hbom(),
    files=lambda: unpack(build_image()),
    evidence=PAPERS.get,
    received=datetime(2026, 11, 22, tzinfo=UTC),
)


def listed(*names):
    return EntityList(
        id="example",
        title="Example",
        date=date(2026, 11, 1),
        source="made up",
        sha256="0" * 64,
        entries=tuple(Entity(name=name, reason="example") for name in names),
        jurisdictions={},
    )


def examined(policy=DEFAULT, **changes):
    report = examine(replace(SOUND, **changes), policy)
    json.dumps(report.to_json(), allow_nan=False)
    return report


def edited(data, **changes):
    return json.dumps(json.loads(data) | changes).encode()


def test_a_sound_delivery_is_clean():
    report = examined()
    assert (report.level, report.findings, report.doubts) == ("clean", (), ())
    assert report.contents.compared == 8 and report.origin.percent == 100.0
    assert examined(hbom=None, files=None).level == "clean"


@pytest.mark.parametrize(
    ("changes", "subject"),
    [
        ({"sbom": edited(BILL, dependencies=[])}, "dependency graph"),
        ({"sbom": edited(BILL, metadata={})}, "author of the bill"),
        ({"files": lambda: {**unpack(build_image()), "more": b"1"}}, "more"),
        ({"hbom": json.dumps(make_hbom() | {"services": []}).encode()}, "connectivity service: nothing"),
        ({"evidence": lambda name: None}, "radio: Radio modem (radio)"),
        ({"received": datetime(2020, 1, 1, tzinfo=UTC)}, "timestamp"),
    ],
)
def test_what_is_wrong_is_a_finding(changes, subject):
    report = examined(**changes)
    assert report.level == "findings" and subject in [item.subject for item in report.findings]


def refuse():
    raise MaterialError("image is truncated")


@pytest.mark.parametrize(
    ("changes", "doubt"),
    [
        ({"sbom": b"<bom/>"}, "software bill: bill is XML"),
        ({"sbom": b""}, "software bill: document is not JSON"),
        ({"hbom": b"{}"}, "hardware bill: document is not a CycloneDX bill"),
        ({"files": refuse}, "image: image is truncated"),
    ],
)
def test_what_cannot_be_read_is_a_doubt_and_never_clean(changes, doubt):
    report = examined(**changes)
    assert report.level == "not fully examined" and report.doubts[0].startswith(doubt)


def test_a_finding_stands_beside_a_doubt():
    report = examined(sbom=edited(BILL, dependencies=[]), hbom=b"{}")
    assert report.level == "findings" and report.doubts


def test_a_bill_without_hashes_describes_no_binary():
    document = json.loads(BILL)
    unknown = [{"name": "cdx:cisa:unknown-information", "value": "Component Hash Value"}]
    for entry in document["components"]:
        del entry["hashes"]
        entry["properties"] = unknown
    report = examined(sbom=json.dumps(document).encode())
    assert (report.level, report.findings) == ("not fully examined", ())
    assert "no hash to compare" in report.doubts[0]


def test_a_policy_that_asks_for_origins_wants_a_hardware_bill():
    report = examined(replace(DEFAULT, asks_origin=True), hbom=None)
    assert report.level == "not fully examined" and "--hbom" in report.doubts[0]


def test_a_policy_says_what_must_be_complete():
    document = json.loads(BILL)
    for entry in document["components"]:
        entry.pop("licenses")
    bill = json.dumps(document).encode()
    assert examined(sbom=bill).level == "clean"
    report = examined(replace(DEFAULT, required=("licence",)), sbom=bill)
    assert str(report.findings[0]).startswith("licence: 11 % complete, missing of autopilot, boot-loader")


def test_countries_and_names_are_screened():
    finland = CountryList(date=date(2026, 11, 1), source="made up", admits=False, countries=frozenset({"FI"}))
    policy = replace(DEFAULT, origin=replace(DEFAULT.origin, countries=finland), entities=listed("Example Radio GmbH"))
    report = examined(policy)
    problems = [str(item) for item in report.findings]
    assert any("country 'FI' is not admitted" in text for text in problems)
    assert any(text.startswith("Example Radio GmbH, of radio-modem 3.11.0: is listed") for text in problems)
    assert len(problems) == 2 and report.screening["names"] == 7
    assert examined(replace(DEFAULT, entities=listed("Somebody Else AG"))).level == "clean"


def test_more_names_than_are_compared_are_a_doubt(monkeypatch):
    monkeypatch.setattr(examination, "MOST_COMPARED", 6)
    report = examined(replace(DEFAULT, entities=listed("Somebody Else AG")))
    assert report.level == "not fully examined" and report.doubts == (
        "screening: 7 names against 1 entries are more than are compared: hand the bill over in parts",
    )


def test_a_name_like_a_listed_one_is_for_an_analyst():
    report = examined(replace(DEFAULT, entities=listed("Example Satelite Oy")))
    assert ["an analyst decides" in item.problem for item in report.findings] == [True]
