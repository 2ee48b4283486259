import pytest

from harness.errors import UsageError
from harness.storage.search.canary import CanarySet, CoordinateCanary, TextCanary


def test_random_canaries_differ_and_are_long():
    first, second = TextCanary.random("a"), TextCanary.random("a")
    assert first.text != second.text and len(first.text) == 47
    assert {pattern.name for pattern in first.patterns()} == {"a"}


@pytest.mark.parametrize("text", ["", "short", "ab12345"])
def test_short_text_is_refused(text):
    with pytest.raises(UsageError, match="too short"):
        TextCanary("c", text)


@pytest.mark.parametrize(("latitude", "longitude"), [(0.5, 10), (10, 0.5), (89.5, 10), (10, 179.5), (float("nan"), 10)])
def test_place_near_zero_or_the_rim_is_refused(latitude, longitude):
    with pytest.raises(UsageError, match="choose a place"):
        CoordinateCanary("c", latitude, longitude)


@pytest.mark.parametrize("box", [0, 1.0, float("nan")])
def test_senseless_box_is_refused(box):
    with pytest.raises(UsageError, match="half width"):
        CoordinateCanary("c", 35.0, 139.0, box)


def test_box_holds_what_is_inside():
    place = CoordinateCanary("c", -35.0, 139.0, 0.01)
    assert place.holds(-35.009, 139.009)
    assert not place.holds(-35.011, 139.0) and not place.holds(35.0, 139.0)


def test_set_names_all():
    canaries = CanarySet(texts=(TextCanary("a", "text of a"),), coordinates=(CoordinateCanary("b", 2.0, 3.0),))
    assert canaries.names == ("a", "b")
