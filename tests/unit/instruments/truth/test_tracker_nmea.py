import math

import pytest

from harness.errors import RigError
from harness.instruments.truth import tracker_nmea
from harness.instruments.truth.tracker_nmea import RtkTracker, local
from harness.instruments.twins import talkers
from harness.instruments.twins.talkers import Talker

HOME = {"latitude": 35.6762, "longitude": 139.6503, "altitude": 40.0}


@pytest.fixture
def tracker(real, hall, monkeypatch):
    monkeypatch.setattr(tracker_nmea, "FIRST_WITHIN", 0.5)
    made = []

    def make(quality=4, fault=""):
        talker = Talker(hall, 0.02, lambda: talkers.gga(hall, quality), fault)
        made.append(RtkTracker(real(device=hall.serial(talker.add), **HOME)))
        return made[-1]

    yield make
    for each in made:
        each.close()


@pytest.mark.parametrize("place", [(0.0, 0.0, 0.0), (12.5, -7.25, 10.0), (-400.0, 300.0, 100.0)])
def test_a_fixed_solution_is_a_place_to_the_centimetre(tracker, hall, place):
    hall.position = place
    device = tracker()
    device.identify()
    fix = device.read()
    assert (fix.north, fix.east, fix.up) == pytest.approx(place, abs=0.01)


@pytest.mark.parametrize(
    ("quality", "fault", "problem"),
    [
        (5, "", r"has quality 5, 4 \(fixed\) is wanted: look at its antenna and its corrections"),
        (0, "", "has quality 0"),
        (4, "silent", "the RTK receiver says nothing: is it on"),
        (4, "garbling", "check the baud rate of the RTK receiver"),
    ],
)
def test_anything_else_is_told(tracker, quality, fault, problem):
    with pytest.raises(RigError, match=problem):
        tracker(quality, fault).identify()


def test_a_degree_is_as_long_as_the_ellipsoid_says():
    # NIMA TR8350.2 / WGS 84: length of a degree of latitude and of longitude at 45 deg
    north, _ = local((45.0, 10.0, 0.0), 45.001, 10.0)
    _, east = local((45.0, 10.0, 0.0), 45.0, 10.001)
    assert (north, east) == pytest.approx((111.13178, 78.84681), rel=1e-5)
    assert math.isclose(local((45.0, 10.0, 1000.0), 45.001, 10.0)[0] - north, 1000.0 * math.radians(0.001))


EMPTY = (
    "GPGGA,1",
    "GPGGA,,,,,,,,,,,,,,",
    "GPGGA,1,4807.0,N,01131.0,E,4,8,1,,M,1,M,,",
    "GPGGA,1,4807.0,N,1.0,E,4,8,1,nan,M,1,M,,",
)


@pytest.mark.parametrize("body", EMPTY)
def test_a_sentence_without_a_place_is_no_fix_and_ends_nothing(real, hall, monkeypatch, body):
    monkeypatch.setattr(tracker_nmea, "FIRST_WITHIN", 0.3)
    talker = Talker(hall, 0.02, lambda: talkers.sentence(body))
    device = RtkTracker(real(device=hall.serial(talker.add), **HOME))
    with pytest.raises(RigError, match="RTK receiver"):
        device.identify()
    device.close()
