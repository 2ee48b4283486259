import pytest

from harness.targets.programs.simulator import from_home


def test_metres_from_home_shrink_to_the_east_with_the_latitude():
    home = (60.0, 10.0, 40.0)
    assert from_home((60.001, 10.002, 43.0), home, 100_000.0) == pytest.approx((100.0, 100.0, 3.0))
    assert from_home(home, home, 100_000.0) == (0.0, 0.0, 0.0)
