import math

import pytest
from fake_truth import reading

from harness.errors import RigError
from harness.instruments.flight.attitude import tilt


def test_tilt_is_the_angle_from_the_vertical():
    assert tilt(reading(tilt=20.0)) == pytest.approx(20.0)


def test_an_attitude_that_is_no_number_is_the_rigs_fault():
    with pytest.raises(RigError, match="no attitude"):
        tilt(reading(tilt=math.nan))
