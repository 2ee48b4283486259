import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import RigError
from harness.instruments.flight.rose import FEWEST, Rose
from harness.instruments.flight.track import Sample, Spot, Track

SPOT = Spot(north=0.0, east=0.0, up=10.0, heading=350.0)
AZIMUTHS = tuple(45.0 * n for n in range(FEWEST))


def track(error, *, askew=0.0, u=0.0):
    samples = [
        Sample(time=0.1 * n, north=error, east=0.0, up=10.0, tilt=5.0, wind=12.0, heading=-10.0 + askew, rate=1.0)
        for n in range(60)
    ]
    return Track(samples=samples, spot=SPOT, u_position=u, u_tilt=0.0, u_time=0.0, tell=lambda text: None)


def rose(errors, **options):
    return Rose(tracks={azimuth: track(error, **options) for azimuth, error in zip(AZIMUTHS, errors, strict=True)})


errors = st.lists(st.floats(0.01, 10.0), min_size=FEWEST, max_size=FEWEST)


@given(errors, st.floats(0.1, 5.0))
def test_the_worst_azimuth_counts_and_the_best_compares(found, least):
    made = rose(found)
    assert made.worst_r95().value == pytest.approx(max(found))
    ratio = made.ratio(least=least).value
    assert ratio == pytest.approx(max(found) / max(min(found), least))
    assert ratio <= max(found) / min(found) + 1e-9


def test_an_aircraft_that_is_good_everywhere_is_not_told_apart_by_scatter():
    assert rose([0.1, 0.3] * 4).ratio(least=1.0).value == pytest.approx(0.3)
    assert rose([1.2, 3.6] * 4).ratio(least=1.0).value == pytest.approx(3.0)


def test_the_ratio_carries_the_uncertainty_of_both():
    made = rose([1.0, 2.0] * 4, u=0.1).ratio(least=0.5)
    assert made.terms == {"worst": pytest.approx(0.1), "best": pytest.approx(0.2)}
    assert rose([1.0, 2.0] * 4, u=0.1).ratio(least=4.0).terms == {"worst": pytest.approx(0.025), "best": 0.0}


@pytest.mark.parametrize("askew", [0.0, 8.0, -8.0, 179.0, 352.0])
def test_the_heading_error_is_the_worst_and_knows_the_compass_rose(askew):
    tracks = dict.fromkeys(AZIMUTHS, track(0.1)) | {90.0: track(0.1, askew=askew)}
    assert Rose(tracks=tracks).heading_error().value == pytest.approx(min(abs(askew), 360.0 - abs(askew)))


@pytest.mark.parametrize("azimuths", [(), AZIMUTHS[:-1], (*AZIMUTHS[:-1], 360.0)])
def test_too_few_directions_are_refused(azimuths):
    with pytest.raises(RigError, match="8 are needed"):
        Rose(tracks=dict.fromkeys(azimuths, track(0.1)))


def test_without_a_commanded_heading_there_is_no_error_of_it():
    samples = track(0.1).samples
    aimless = Track(
        samples=samples,
        spot=Spot(north=0.0, east=0.0, up=10.0),
        u_position=0.0,
        u_tilt=0.0,
        u_time=0.0,
        tell=lambda text: None,
    )
    assert math.isnan(aimless.spot.heading)
    with pytest.raises(RigError, match="no heading was commanded"):
        aimless.max_heading()
