from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from harness.instruments.settings import SETTINGS, DumpSettings, GatewaySettings, PcapSettings
from harness.rig.registry import INSTRUMENTS
from harness.storage.search.canary import CoordinateCanary


def test_settings_are_those_of_makes_that_there_are():
    assert SETTINGS
    assert set(SETTINGS) <= set(INSTRUMENTS)


@pytest.mark.parametrize(("latitude", "longitude"), [(35.5, 139.5), (-89, 179), (1, -1), (89.0, -179.0)])
def test_a_place_that_the_scan_can_look_for_is_taken(latitude, longitude):
    place = DumpSettings(latitude=latitude, longitude=longitude)
    CoordinateCanary("place", place.latitude, place.longitude)


@pytest.mark.parametrize(
    ("latitude", "longitude"),
    [
        (0.99, 139),
        (35, -0.5),
        (89.1, 139),
        (35, 179.5),
        (float("nan"), 139),
        (35, float("inf")),
        ("35", 139),
        (35, None),
    ],
)
def test_any_other_place_is_refused(latitude, longitude):
    with pytest.raises(ValidationError):
        DumpSettings(latitude=latitude, longitude=longitude)


def test_an_authority_that_an_operator_installs_is_kept():
    with pytest.raises(ValidationError, match="nobody installs an authority for each case: state authority"):
        GatewaySettings(trust="trust.pem")
    assert GatewaySettings(trust="trust.pem", authority="a.pem").within == 900.0


TAPED = {
    "file": "a.pcapng",
    "article": ("02:00:00:00:00:02",),
    "stations": ("02:00:00:00:00:01",),
    "power_on": datetime(2026, 11, 30, 9, tzinfo=UTC),
}


def test_a_capture_needs_its_cards_and_a_time_with_its_zone():
    assert PcapSettings(**TAPED).lost is None


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"power_on": datetime(2026, 11, 30, 9)}, "timezone"),
        ({"article": ()}, "at least 1 item"),
        ({"stations": ()}, "at least 1 item"),
        ({"stations": ("02:00:00:00:00:02",)}, "02:00:00:00:00:02 is a card of the article"),
        ({"article": ("02-00-00-00-00-02",)}, "match pattern"),
        ({"lost": -1}, "greater than or equal to 0"),
    ],
)
def test_a_capture_with_wrong_ones_is_refused(changes, problem):
    with pytest.raises(ValidationError, match=problem):
        PcapSettings(**TAPED | changes)
