from types import SimpleNamespace

import pytest

from harness.instruments.flight.charts import error_over_wind, ground_track, motor_margin, touchdowns
from harness.instruments.flight.track import Sample, Spot

SPOT = Spot(north=5.0, east=1.0, up=10.0)


def reading(north, east, wind=(-12.0, 0.0)):
    motion = SimpleNamespace(north=north, east=east)
    return SimpleNamespace(motion=motion, wind_north=wind[0], wind_east=wind[1], wind_up=0.0)


def test_a_ground_track_is_around_the_point_with_the_wind_where_it_blows_to():
    chart = ground_track([reading(6.0, 1.0), reading(5.0, 3.0, wind=(0.0, 5.0))], SPOT)
    assert chart.lines == (("way over ground", (0.0, 2.0), (1.0, 0.0)),)
    assert chart.arrows == ((0.0, 1.0, 0.0, -12.0), (2.0, 0.0, 5.0, 0.0))
    assert chart.arrow_name == "blows to, up to 12.0 m/s"
    assert chart.kind == "track"


@pytest.mark.parametrize("count", [0, 1, 12, 13, 3000])
def test_arrows_are_few_enough_to_see(count):
    assert len(ground_track([reading(0.0, 0.0)] * count, SPOT).arrows) == pytest.approx(min(count, 12), abs=5)


def test_errors_are_gathered_by_the_wind_they_occurred_in():
    winds = ((11.6, 1.0), (12.4, 3.0), (15.9, 2.0))
    samples = [Sample(time=0.0, north=5.0 + off, east=1.0, up=0.0, tilt=0.0, wind=wind) for wind, off in winds]
    chart = error_over_wind(samples, SPOT)
    assert chart.lines[0][1:] == ((12.0, 16.0), (2.0, 2.0))
    assert chart.points[0][2] == (3.0, 2.0)
    assert chart.bands[0][2:] == ((1.0, 2.0), (3.0, 2.0))


def test_a_motor_is_drawn_by_the_second_and_its_margin_from_the_greatest():
    times = (0.0, 0.5, 1.0, 1.5)
    chart = motor_margin(times, [(0.5, 0.6), (0.7, 0.6), (0.5, 0.9), (0.5, 0.5)])
    assert [name for name, _, _ in chart.lines] == ["motor 1", "motor 2"]
    assert chart.lines[0][1] == (0.5, 1.5)
    assert chart.lines[0][2] == pytest.approx((60.0, 50.0))
    assert chart.bands[0][2] == pytest.approx((70.0, 90.0)) and chart.bands[0][3] == (100.0, 100.0)
    assert motor_margin((), []).lines == ()


def test_touchdowns_are_around_the_pad():
    chart = touchdowns([(6.0, 1.0), (5.0, 0.5)], SPOT)
    assert chart.points[1] == ("touchdown", (0.0, -0.5), (1.0, 0.0))
    assert chart.quantities == ("touchdown_error",) and chart.kind == "track"
