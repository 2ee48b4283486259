import json
from datetime import UTC, datetime

import pytest

from harness.drone.firmware import FirmwareConfig, FirmwareStore
from harness.errors import MaterialError
from harness.supply.minimum import check_minimum
from harness.supply.sbom import read_bill

RECEIVED = datetime(2026, 11, 22, tzinfo=UTC)
SEVEN = [
    "supplier",
    "component name",
    "version",
    "unique identifier",
    "dependency relationship",
    "author of the bill",
    "timestamp",
]


def healthy():
    return json.loads(FirmwareStore(FirmwareConfig()).read_bill())


def check(document):
    return check_minimum(read_bill(json.dumps(document).encode()), received=RECEIVED)


def incomplete(report):
    return [row.field for row in report.required if row.missing]


def test_healthy_bill_is_complete():
    report = check(healthy())
    assert [row.field for row in report.required] == SEVEN
    assert report.incomplete_fields == report.missing_values == 0
    assert report.completeness == 100.0
    assert [row.percent for row in report.draft] == [100.0] * 4


@pytest.mark.parametrize(
    ("key", "field"),
    [("supplier", "supplier"), ("version", "version"), ("purl", "unique identifier")],
)
def test_a_field_missing_in_one_component_is_counted_in_its_row_alone(key, field):
    document = healthy()
    del document["components"][3][key]
    report = check(document)
    assert incomplete(report) == [field]
    assert (report.incomplete_fields, report.missing_values) == (1, 1)
    row = next(row for row in report.required if row.field == field)
    assert row.missing == (document["components"][3]["name"],)
    assert row.percent == report.completeness == pytest.approx(100 * 8 / 9)


def test_a_component_that_depends_on_itself_alone_has_no_relationship():
    document = healthy()
    lone = document["components"][0]["bom-ref"]
    for entry in document["dependencies"]:
        entry["dependsOn"] = [ref for ref in entry["dependsOn"] if ref != lone]
    next(entry for entry in document["dependencies"] if entry["ref"] == lone)["dependsOn"] = [lone]
    assert incomplete(check(document)) == ["dependency relationship"]


def test_a_missing_author_or_time_is_counted():
    document = healthy()
    del document["metadata"]["authors"]
    assert incomplete(check(document)) == ["author of the bill"]
    del document["metadata"]["timestamp"]
    assert incomplete(check(document)) == ["author of the bill", "timestamp"]


@pytest.mark.parametrize(
    ("timestamp", "good"),
    [
        ("2026-06-01T00:00:00Z", True),
        ("2026-06-01T09:00:00+09:00", True),
        ("2026-11-22T00:00:00Z", True),
        ("2026-11-22T00:00:01Z", False),
        ("1970-01-01T00:00:00Z", False),
        ("9999-12-31T23:59:59-23:59", False),
        ("0001-01-01T00:00:00+23:59", False),
    ],
)
def test_a_wrong_date_is_no_date(timestamp, good):
    document = healthy()
    document["metadata"]["timestamp"] = timestamp
    assert incomplete(check(document)) == ([] if good else ["timestamp"])


@pytest.mark.parametrize("timestamp", ["2026-06-01T00:00:00", "2026-02-30T00:00:00Z", "yesterday"])
def test_what_is_no_date_at_all_is_against_the_schema(timestamp):
    document = healthy()
    document["metadata"]["timestamp"] = timestamp
    with pytest.raises(MaterialError, match=r"metadata\.timestamp"):
        check(document)


def test_a_bill_of_nothing_is_complete_in_nothing():
    report = check({"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1})
    assert report.incomplete_fields == 7
    assert report.completeness == 0.0


def test_draft_fields_are_reported_and_decide_nothing():
    document = healthy()
    for key in ("tools", "lifecycles"):
        del document["metadata"][key]
    for entry in document["components"]:
        del entry["hashes"], entry["licenses"]
    report = check(document)
    assert report.incomplete_fields == 0
    assert [round(row.percent) for row in report.draft] == [0, 11, 0, 0]
