import pytest

from harness.errors import RigError
from harness.instruments.figures import Gust
from harness.instruments.flight.gusts import GustResponses
from harness.instruments.flight.track import Sample, Spot, Track

SPOT = Spot(north=0.0, east=0.0, up=10.0)


def answer(start, off, back, tilt):
    """A track from `start`: `off` m away until `back` s after the gust of 3 s."""
    samples = [
        Sample(time=start + 0.1 * n, north=off if n < 30 + 10 * back else 0.0, east=0.0, up=10.0, tilt=tilt, wind=12.0)
        for n in range(200)
    ]
    track = Track(samples=samples, spot=SPOT, u_position=0.1, u_tilt=0.0, u_time=0.0, tell=lambda text: None)
    return Gust(start=start, end=start + 3.0, amplitude=4.0), track


@pytest.fixture
def responses(scene):
    made = GustResponses(scene.log)
    for each in (answer(10.0, 3.0, 1.0, 30.0), answer(50.0, 2.5, 4.0, 20.0), answer(90.0, 2.0, 1.0, 40.0)):
        made.add(*each)
    return made


def test_the_worst_of_all_repetitions_counts_for_each_figure(responses):
    assert (responses.max_horizontal().value, responses.max_horizontal().U) == (3.0, 0.2)
    assert responses.recovery_time(1.0, longest=5.0).value == pytest.approx(3.9)
    assert responses.max_tilt().value == 40.0


def test_all_repetitions_are_drawn_in_the_time_of_the_gust(responses, scene):
    responses.show()
    overlay, over_wind = scene.log.charts
    assert [name for name, _, _ in overlay.lines] == ["repetition 1", "repetition 2", "repetition 3"]
    assert {times[0] for _, times, _ in overlay.lines} == {0.0}
    assert overlay.spans == (("gust", 0.0, 3.0),)
    assert over_wind.points[0][2] == (3.0,)


def test_no_gust_is_no_answer(scene):
    none = GustResponses(scene.log)
    none.show()
    for figure in (none.max_horizontal, none.max_tilt):
        with pytest.raises(RigError, match="no gust was blown"):
            figure()
