import pytest
from fake_truth import reading

from harness.errors import RigError
from harness.instruments.flight.boundary import Boundary


def test_the_excursion_is_the_greatest_and_negative_inside():
    places = [(0.0, 0.0, 5.0), (30.0, 40.0, 5.0), (-10.0, 0.0, 5.0)]
    boundary = Boundary(readings=[reading(place=place) for place in places], radius=60.0, u_position=0.5)
    assert (boundary.excursion().value, boundary.excursion().U) == (pytest.approx(-10.0), pytest.approx(1.0))


def test_a_boundary_that_nobody_watched_is_the_rigs_fault():
    with pytest.raises(RigError, match="not read"):
        Boundary(readings=[], radius=60.0, u_position=0.0).excursion()
