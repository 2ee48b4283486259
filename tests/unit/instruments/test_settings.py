import pytest
from pydantic import ValidationError

from harness.instruments.settings import SETTINGS, DumpSettings
from harness.rig.registry import INSTRUMENTS
from harness.storage.canary import CoordinateCanary


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
