import math

import pytest

from harness.plant.iec import Site, direction_change, operating_gust_amplitude


def test_numbers_of_a_hub_at_60_m():
    """Worked by hand from the formulas: category A, V = 25 m/s, hub 80 m, rotor 90 m."""
    site = Site(speed=25.0, height=80.0, width=90.0, intensity=0.16)
    assert site.sigma == pytest.approx(3.896)
    assert site.scale == pytest.approx(42.0)
    assert operating_gust_amplitude(site) == pytest.approx(3.3 * 3.896 / (1 + 9.0 / 42.0))
    assert math.degrees(direction_change(site)) == pytest.approx(29.2, abs=0.1)


def test_the_yearly_extreme_bounds_the_gust():
    site = Site(speed=15.0)
    assert operating_gust_amplitude(site, 17.0) == pytest.approx(1.35 * 2.0)
    assert operating_gust_amplitude(site, 10.0) == 0.0
    assert operating_gust_amplitude(site, 100.0) == operating_gust_amplitude(site)


def test_a_calm_turns_at_most_half_round():
    assert direction_change(Site(speed=0.0)) == math.pi
    assert direction_change(Site(speed=0.01)) == math.pi
    assert direction_change(Site(speed=10.0)) > direction_change(Site(speed=20.0))
