"""Home and the metres around it."""

import math

from hypothesis import given
from hypothesis import strategies as st

from harness.drone.mavlink.geodesy import Home

HOME = Home(latitude=35.6762, longitude=139.6503, altitude=40.0)


@given(st.floats(-5000, 5000), st.floats(-5000, 5000))
def test_there_and_back(north, east):
    back = HOME.to_metres(*HOME.to_degrees(north, east))
    assert math.dist(back, (north, east)) < 1e-6


def test_a_minute_of_latitude_is_a_nautical_mile():
    north, east = HOME.to_metres(HOME.latitude + 1 / 60, HOME.longitude)
    assert abs(north - 1852) < 5 and east == 0


def test_a_degree_of_longitude_shrinks_with_latitude():
    assert abs(HOME.to_metres(HOME.latitude, HOME.longitude + 1)[1] / 111_320 - math.cos(math.radians(35.6762))) < 1e-3


def test_a_pole_is_no_error():
    Home(latitude=90.0, longitude=0.0, altitude=0.0).to_degrees(10, 10)
