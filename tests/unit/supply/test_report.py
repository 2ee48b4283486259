import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from harness.drone.firmware import FirmwareConfig, FirmwareStore
from harness.errors import MaterialError
from harness.supply.report import check_bill, check_firmware

RELEASED = Path(__file__).parents[3] / "rigs" / "articles" / "embedded"
SHA256 = "93f115b6585988ec2769bef31b6474ba547438baa07a8b3ac844026a3b906fd7"
RECEIVED = datetime(2026, 11, 22, tzinfo=UTC)


def findings(config, **changes):
    """Every check of both reports that is not clean, for an aircraft of this configuration."""
    store = FirmwareStore(config)
    arguments = {
        "released_sha256": SHA256,
        "signature": (RELEASED / "release.sig").read_bytes(),
        "certificate": (RELEASED / "vendor.pem").read_bytes(),
        "reported_version": store.reported_version,
    }
    firmware = check_firmware(store.read_image(), **(arguments | changes))
    bill = check_bill(store.read_bill(), received=RECEIVED)
    found = {f"bill: {row.field}" for row in bill.minimum.required if row.missing}
    found |= {"bill: graph"} if bill.graph.unresolved_dependencies else set()
    assert bill.clean == (not found)
    checks = {"hash": firmware.hash_equal, "signature": firmware.signature_valid, "version": firmware.version_equal}
    assert firmware.clean == all(checks.values())
    return found | {f"firmware: {name}" for name, good in checks.items() if not good}


def test_healthy_aircraft_is_clean():
    assert findings(FirmwareConfig()) == set()


@pytest.mark.parametrize(
    ("config", "caught"),
    [
        (FirmwareConfig(sbom_missing_supplier=True), {"bill: supplier"}),
        # the graph is where a relationship is stated, so these two can only go together
        (FirmwareConfig(sbom_empty_graph=True), {"bill: dependency relationship", "bill: graph"}),
        # a signature is over the digest, so these two can only go together
        (FirmwareConfig(tampered=True), {"firmware: hash", "firmware: signature"}),
        (FirmwareConfig(reported_version="1.4.3"), {"firmware: version"}),
    ],
)
def test_each_defect_is_caught_by_its_check_and_by_no_other(config, caught):
    assert findings(config) == caught


def test_wrong_declared_hash_is_caught_alone():
    assert findings(FirmwareConfig(), released_sha256="0" * 64) == {"firmware: hash"}


def test_image_that_is_no_archive_is_reported_not_raised():
    report = check_firmware(
        b"junk",
        released_sha256=SHA256,
        signature=b"junk",
        certificate=(RELEASED / "vendor.pem").read_bytes(),
        reported_version="1.4.2",
    )
    assert not (report.hash_equal or report.signature_valid or report.version_equal)
    assert "truncated" in report.version_problem and report.version == ""


def test_unreadable_bill_is_an_error():
    with pytest.raises(MaterialError, match="not JSON"):
        check_bill(b"junk", received=RECEIVED)


def test_reports_are_json():
    store = FirmwareStore(FirmwareConfig(sbom_missing_supplier=True))
    bill = json.loads(json.dumps(check_bill(store.read_bill(), received=RECEIVED).as_json()))
    assert bill["clean"] is False and bill["incomplete_fields"] == 1 and bill["components"] == 8
    assert bill["minimum"]["required"][0]["missing"] == ["radio-modem"]
    assert bill["subject"] == "embedded-drone-firmware 1.4.2"
    firmware = check_firmware(
        store.read_image(),
        released_sha256=SHA256,
        signature=(RELEASED / "release.sig").read_bytes(),
        certificate=(RELEASED / "vendor.pem").read_bytes(),
        reported_version="1.4.2",
    )
    assert json.loads(json.dumps(firmware.as_json()))["clean"] is True
