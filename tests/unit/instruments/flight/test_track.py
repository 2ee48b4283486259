import math
import tomllib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.errors import RigError
from harness.instruments.flight.track import BLOCKS, SURELY_LATE, Sample, Spot, Track, percentile
from harness.instruments.wind.wind import GUST_DELAY

ROOT = Path(__file__).parents[4]
SPOT = Spot(north=10.0, east=-5.0, up=20.0)
# times at which binary fractions make no rounding
STEP = 0.25

numbers = st.floats(-1e6, 1e6)


def track(offsets, *, u_position=0.0, tilts=None, tell=lambda text: None):
    """A track that starts at 100 s, its errors given as (north, east, up) or as metres north."""
    errors = [(item, 0.0, 0.0) if isinstance(item, int | float) else item for item in offsets]
    tilts = tilts or [0.0] * len(errors)
    samples = [
        Sample(
            time=100.0 + number * STEP,
            north=SPOT.north + north,
            east=SPOT.east + east,
            up=SPOT.up + up,
            tilt=tilt,
            wind=0.0,
        )
        for number, ((north, east, up), tilt) in enumerate(zip(errors, tilts, strict=True))
    ]
    return Track(samples=samples, spot=SPOT, u_position=u_position, u_tilt=0.5, u_time=0.01, tell=tell)


@given(values=st.lists(numbers, min_size=1, max_size=200), percent=st.floats(0, 100))
@settings(max_examples=100, deadline=None)
def test_the_percentile_is_that_of_numpy(values, percent):
    assert percentile(values, percent) == pytest.approx(np.percentile(values, percent), rel=1e-9, abs=1e-6)


def test_the_percentile_is_the_95th_unless_said():
    assert percentile(list(range(101))) == 95.0
    assert percentile([7.0]) == 7.0


def test_errors_are_measured_around_the_commanded_point():
    flown = track([(3.0, -4.0, -2.0)] * 12)
    assert flown.horizontal(flown.samples[0]) == pytest.approx(5.0)
    assert flown.vertical(flown.samples[0]) == pytest.approx(2.0)
    assert flown.r95_horizontal().value == flown.max_horizontal().value == pytest.approx(5.0)
    assert flown.r95_vertical().value == pytest.approx(2.0)


@given(errors=st.lists(st.tuples(numbers, numbers, numbers), min_size=12, max_size=60))
@settings(max_examples=50, deadline=None)
def test_the_statistics_are_those_of_numpy(errors):
    flown, table = track(errors), np.array(errors)
    distances = np.hypot(table[:, 0], table[:, 1])
    near = {"rel": 1e-6, "abs": 1e-6}
    assert flown.r95_horizontal().value == pytest.approx(np.percentile(distances, 95), **near)
    assert flown.r95_vertical().value == pytest.approx(np.percentile(np.abs(table[:, 2]), 95), **near)
    assert flown.max_horizontal().value == pytest.approx(distances.max(), **near)


def turned(headings, *, commanded=10.0, rates=None):
    flown = track([0.0] * len(headings))
    rates = rates or [0.0] * len(headings)
    samples = [
        sample._replace(heading=heading, rate=rate)
        for sample, heading, rate in zip(flown.samples, headings, rates, strict=True)
    ]
    return replace(flown, samples=samples, spot=replace(SPOT, heading=commanded))


@given(errors=st.lists(st.tuples(numbers, numbers, numbers), min_size=12, max_size=60))
@settings(max_examples=50, deadline=None)
def test_the_root_mean_squares_are_those_of_numpy(errors):
    tilts = [abs(row[0]) for row in errors]
    flown, table = track(errors, tilts=tilts), np.array(errors)
    near = {"rel": 1e-6, "abs": 1e-6}
    rms = math.sqrt(np.mean(table[:, 0] ** 2 + table[:, 1] ** 2))
    assert flown.rms_horizontal().value == pytest.approx(rms, **near)
    assert flown.rms_vertical().value == pytest.approx(math.sqrt(np.mean(table[:, 2] ** 2)), **near)
    assert flown.rms_attitude().value == pytest.approx(np.std(tilts), **near)


def test_body_rates_and_headings_have_their_statistics():
    flown = turned([5.0, 20.0] * 6, rates=[3.0, 4.0] * 6)
    assert flown.rms_rate().value == pytest.approx(math.sqrt(12.5))
    assert flown.r95_heading().value == pytest.approx(10.0)
    assert flown.max_heading().value == 10.0


@given(st.floats(-360, 720), st.floats(-179, 179), st.integers(-2, 2))
def test_a_heading_error_knows_no_full_turns(commanded, off, turns):
    flown = turned([commanded + off + 360.0 * turns] * 12, commanded=commanded)
    assert flown.max_heading().value == pytest.approx(abs(off), abs=1e-6)


def test_a_truth_without_heading_or_rates_says_so():
    flown = replace(track([0.0] * 12), spot=replace(SPOT, heading=10.0))
    for statistic, told in (
        (flown.max_heading, "no heading"),
        (flown.r95_heading, "no heading"),
        (flown.rms_rate, "no body rates"),
    ):
        with pytest.raises(RigError, match=told):
            statistic()


def test_the_repeatability_is_that_of_six_blocks():
    values = np.random.default_rng(1).gamma(2.0, size=97)
    blocks = values[:96].reshape(BLOCKS, 16)
    parts = np.percentile(blocks, 95, axis=1)
    found = track(values.tolist(), u_position=0.25).r95_horizontal()
    assert found.terms["repeatability"] == pytest.approx(parts.std(ddof=1) / math.sqrt(BLOCKS))
    assert found.terms["truth"] == 0.25
    assert pytest.approx(2 * math.hypot(0.25, found.terms["repeatability"])) == found.U


def test_a_constant_error_has_no_spread():
    assert track([2.0] * 60).r95_horizontal().U == 0.0


def test_the_greatest_values_carry_the_uncertainty_of_the_truth():
    flown = track([0.0] * 11 + [3.0], u_position=0.25, tilts=[1.0, 9.0] * 6)
    assert (flown.max_horizontal().value, flown.max_horizontal().U) == (3.0, 0.5)
    assert (flown.max_tilt().value, flown.max_tilt().U) == (9.0, 1.0)


# -- recovery: 100 s to 109.75 s, the disturbance ends at 102 s


def recovered(outside_until, *, longest=4.0, steps=40, since=102.0):
    errors = [5.0 if 100.0 + number * STEP <= outside_until else 0.5 for number in range(steps)]
    return track(errors).recovery_time(1.0, since=since, longest=longest)


def test_recovery_is_the_last_time_outside():
    found = recovered(104.5)
    assert (found.value, found.U) == (2.5, 0.02)


def test_who_was_back_before_the_end_of_the_disturbance_needed_no_time():
    assert recovered(101.0).value == 0.0
    assert recovered(0.0).value == 0.0


def test_a_second_excursion_counts():
    errors = [0.5] * 40
    errors[12], errors[26] = 5.0, 5.0
    assert track(errors).recovery_time(1.0, since=102.0, longest=4.0).value == 4.5


def test_the_edge_of_the_band_is_inside():
    assert track([1.0] * 40).recovery_time(1.0, since=102.0, longest=4.0).value == 0.0


def test_who_never_comes_back_has_needed_all_the_time_it_was_watched():
    assert recovered(200.0).value == 7.75


def test_who_is_not_back_may_still_come_when_the_window_is_short():
    assert recovered(200.0, longest=5.0).value == 7.75
    with pytest.raises(RigError, match=r"watched for 7\.8 s .* 9\.0 s are needed to tell: lengthen the window"):
        recovered(200.0, longest=6.0)


def test_who_is_back_may_still_leave_when_the_window_is_short():
    assert recovered(103.0, longest=8.0).value == 1.0
    with pytest.raises(RigError, match="lengthen the window"):
        recovered(103.0, longest=8.5)


def test_a_track_that_ends_with_the_disturbance_shows_no_recovery():
    with pytest.raises(RigError, match="lengthen the window"):
        recovered(0.0, since=109.75, longest=0.5)
    with pytest.raises(RigError, match="lengthen the window"):
        recovered(0.0, since=120.0)


@pytest.mark.parametrize(
    ("errors", "told"),
    [
        (
            [5.0] * 8 + [0.5] * 31 + [0.75],
            ["recovery time 0 s: never outside the band of 1 m after, at most 0.75 m off"],
        ),
        ([5.0] * 12 + [0.5] * 28, []),
        ([5.0] * 40, ["still outside the band of 1 m when the window ended: the recovery takes longer"]),
    ],
    ids=["never outside", "recovers", "still outside"],
)
def test_a_time_that_is_none_says_why(errors, told):
    said = []
    track(errors, tell=said.append).recovery_time(1.0, since=102.0, longest=4.0)
    assert said == told


@pytest.mark.parametrize("profile", ["baseline", "jp-government"])
def test_the_suites_watch_long_enough_to_tell_who_never_comes_back(profile):
    basis = tomllib.loads((ROOT / "rigs" / "profiles" / f"{profile}.toml").read_text())
    gust = tomllib.loads((ROOT / "suites" / "strong_wind" / "conditions.toml").read_text())[basis["depth"]]["gust"]
    (floor,) = [item for item in basis["floors"] if item["key"] == "envelope.gust_recovery_time"]
    longest = float(floor["at_most"].removesuffix(" s"))
    assert gust["window"] > GUST_DELAY + gust["duration"] + SURELY_LATE * longest


# -- what is no track


@pytest.mark.parametrize("count", [0, 11])
def test_too_few_samples_are_refused(count):
    with pytest.raises(RigError, match=f"gave {count} samples, at least 12 are needed"):
        track([0.0] * count)


@pytest.mark.parametrize("field", ["time", "north", "east", "up", "tilt", "wind"])
@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_a_sample_that_is_no_number_is_refused(field, value):
    good = track([0.0] * 12)
    bad = Sample(**(good.samples[5]._asdict() | {field: value}))
    with pytest.raises(RigError, match="gave no number"):
        replace(good, samples=[*good.samples, bad])
