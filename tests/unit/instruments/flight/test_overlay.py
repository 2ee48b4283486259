import pytest

from harness.instruments.flight.overlay import overlaid
from harness.instruments.flight.track import Sample, Spot
from harness.instruments.story import Story

HOME = Spot(north=0.0, east=0.0, up=0.0)


def sample(time):
    return Sample(time=time, north=time % 50.0, east=0.0, up=5.0, wind=0.0, tilt=0.0)


@pytest.fixture
def story():
    told = Story(spans=[("silent", 10.0, 40.0), ("silent", 60.0, 85.0), ("closed", 90.0, 95.0)])
    told.events += [("RTL", 13.0), ("LAND", 20.0), ("RTL", 63.5), ("GUIDED", 50.0)]
    return told


def test_what_comes_again_is_drawn_in_its_own_time_with_the_first_answer_of_each(story):
    (chart,) = overlaid([sample(float(time)) for time in range(100)], HOME, story)
    assert chart.title == "2 times silent: where the aircraft was"
    assert [name for name, _, _ in chart.lines] == ["repetition 1", "repetition 2"]
    _, times, away = chart.lines[1]
    assert (times[0], times[-1], away[0]) == (-5.0, 25.0, 5.0)
    assert chart.spans == (("silent", 0.0, 25.0),)
    assert chart.points == (("RTL", (3.0, 3.5), (13.0, pytest.approx(13.5, abs=0.5))),)


def test_what_comes_once_or_without_a_trace_needs_none(story):
    assert overlaid([], HOME, Story(spans=[("silent", 0.0, 1.0)])) == []
    (chart,) = overlaid([], HOME, story)
    assert all(not times for _, times, _ in chart.lines) and chart.points == ()
