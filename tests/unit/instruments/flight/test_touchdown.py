import pytest
from fake_truth import reading

from harness.errors import RigError
from harness.instruments.flight.touchdown import Landings
from harness.instruments.flight.track import Spot

PAD = Spot(north=1.0, east=0.0, up=0.0)


def landings(*heights, at=(1.0, 0.0), u=0.0, tilts=None, **contact):
    readings = [
        reading(0.02 * n, place=(*at, up), tilt=(tilts or [0.0] * len(heights))[n], **contact)
        for n, up in enumerate(heights)
    ]
    return Landings(readings=readings, pad=PAD, u_position=u, u_time=0.01)


def test_the_first_contact_of_each_flight_counts_and_a_bounce_does_not():
    seen = landings(0, 0.5, 2, 5, 2, 0, 0.3, 0, 0, 3, 0)
    assert [round(contact.time, 2) for contact in seen.contacts()] == [0.1, 0.2]


def test_a_hop_below_a_metre_is_no_flight():
    with pytest.raises(RigError, match="saw no landing"):
        landings(0, 0.9, 0).error()


def test_figures_of_a_contact():
    seen = landings(5, 0, at=(4.0, 4.0), u=0.1, contact_down=0.5, contact_lateral=0.2, contact_tilt=0.1)
    assert (seen.error().value, seen.error().U) == (pytest.approx(5.0), pytest.approx(0.2))
    assert (seen.lateral_speed().value, seen.descent_speed().value) == (0.2, 0.5)
    assert seen.contact_tilt().value == pytest.approx(5.73, abs=0.01)


def test_each_landing_is_described():
    seen = landings(5, 0, 5, 0, at=(2.5, 0.0), contact_down=0.5, contact_lateral=0.2, contact_tilt=0.1)
    told = "1.50 m off the pad's centre, 0.20 m/s sideways, 0.50 m/s down, tilt 5.7 deg"
    assert seen.describe() == [f"landing 1: {told}", f"landing 2: {told}"]


def test_the_greatest_of_several_and_their_spread():
    near, far = (reading(0.02 * n, place=(1.0 + 0.1 * n, 0.0, up)) for n, up in ((1, 0.0), (3, 0.0)))
    high = reading(0.0, place=(0.0, 0.0, 3.0))
    seen = Landings(readings=[high, near, high, far], pad=PAD, u_position=0.0, u_time=0.0)
    assert seen.error().value == pytest.approx(0.3)
    assert seen.error().terms["repeatability"] == pytest.approx(0.1)


def test_tip_overs_are_counted_once_each_and_at_most_one_an_attempt():
    tilts = [0, 61, 80, 10, 60, 70, 0]
    assert landings(*[2] * 7, tilts=tilts).tip_overs(10).events == 2
    count = landings(*[2] * 7, tilts=tilts).tip_overs(1)
    assert (count.events, count.trials) == (1, 1)
    assert landings(2, 2, tilts=[60.0, 59.0]).tip_overs(3).events == 0


def test_a_slide_is_measured_from_the_first_contact_of_each_landing():
    way = [(0, 0.0), (3, 0.0), (0, 1.0), (0, 1.4), (0.2, 1.5), (0, 1.6), (3, 5.0), (0, 9.0), (0, 9.1)]
    readings = [reading(0.02 * n, place=(north, 0.0, up)) for n, (up, north) in enumerate(way)]
    assert Landings(readings=readings, pad=PAD, u_position=0.0, u_time=0.0).slide().value == pytest.approx(0.6)


def test_time_since_an_order_ends_at_the_first_contact_after_it():
    seen = landings(0, 3, 0, 3, 3, 0)
    assert seen.time_since(0.05).value == pytest.approx(0.05)
    with pytest.raises(RigError, match="no contact"):
        seen.time_since(0.2)
