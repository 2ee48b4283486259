import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.drone.flight.state import Motion, Truth
from harness.errors import RigError, VehicleError
from harness.instruments.figures import Gust
from harness.instruments.flight.rose import Rose
from harness.instruments.flight.track import Spot
from harness.instruments.truth.truth import PlantTruth, tilt, wind_speed

HOME = Spot(north=0.0, east=0.0, up=0.0)
STILL = Motion(
    **dict.fromkeys(("time", "north", "east", "up", "v_north", "v_east", "v_up", "roll", "pitch", "yaw"), 0.0),
    **dict.fromkeys(("p", "q", "r"), 0.0),
)


def truth(wind=(0.0, 0.0, 0.0), **motion):
    return Truth(
        motion=STILL._replace(**motion),
        wind_north=wind[0],
        wind_east=wind[1],
        wind_up=wind[2],
        motors=(0.0,) * 4,
        on_ground=True,
    )


def telling(scene, reading, **changes):
    """A truth role whose source says one thing."""
    return PlantTruth(scene.context(sockets={"truth": lambda: reading}, **changes))


# -- readings


def test_it_tells_what_the_plant_knows(scene):
    scene.world.power_on()
    scene.run(2.0)
    assert PlantTruth(scene.context()).read() == scene.truth()


def test_a_target_without_truth_needs_another_make(scene):
    with pytest.raises(RigError, match="offers no truth"):
        PlantTruth(scene.context(sockets={"truth": None}))


def test_a_reading_as_old_as_five_periods_is_fresh_and_an_older_one_is_not(scene):
    scene.run(1.0)
    telling(scene, truth(time=0.9)).read()
    assert scene.log.controls == []
    with pytest.raises(RigError, match=r"the truth is 0\.11 s old"):
        telling(scene, truth(time=0.89)).read()
    assert scene.log.controls == [("truth.fresh", False)]


def test_a_frozen_truth_is_found_out_within_a_record(scene):
    scene.world.power_on()
    with pytest.raises(RigError, match=r"truth\.fresh"):
        PlantTruth(scene.context("frozen")).record(over=1.0, around=HOME)
    assert scene.log.controls == [("truth.fresh", False)]
    # the failed recording is over: time passes without it
    scene.run(1.0)


@pytest.mark.parametrize("field", ["time", "north", "east", "up"])
@pytest.mark.parametrize("value", [math.nan, -math.inf])
def test_a_reading_that_is_no_number_is_refused(scene, field, value):
    with pytest.raises(RigError, match="no number"):
        telling(scene, truth(**{field: value})).read()


def test_an_article_without_power_has_no_truth(scene):
    with pytest.raises(RigError, match="no power"):
        PlantTruth(scene.context()).read()


# -- angles and speeds


@pytest.mark.parametrize(
    ("roll", "pitch", "wanted"), [(0, 0, 0), (0, 10, 10), (-20, 0, 20), (180, 0, 180), (90, 45, 90)]
)
def test_the_tilt_is_counted_from_the_vertical(roll, pitch, wanted):
    assert tilt(truth(roll=math.radians(roll), pitch=math.radians(pitch))) == pytest.approx(wanted, abs=1e-5)


@given(roll=st.floats(-3.2, 3.2), pitch=st.floats(-1.6, 1.6), yaw=st.floats(-3.2, 3.2))
@settings(max_examples=100, deadline=None)
def test_the_tilt_is_that_of_the_rotated_body_axis(roll, pitch, yaw):
    about_x = np.array([[1, 0, 0], [0, math.cos(roll), -math.sin(roll)], [0, math.sin(roll), math.cos(roll)]])
    about_y = np.array([[math.cos(pitch), 0, math.sin(pitch)], [0, 1, 0], [-math.sin(pitch), 0, math.cos(pitch)]])
    about_z = np.array([[math.cos(yaw), -math.sin(yaw), 0], [math.sin(yaw), math.cos(yaw), 0], [0, 0, 1]])
    axis = about_z @ about_y @ about_x @ np.array([0.0, 0.0, 1.0])
    wanted = math.degrees(math.atan2(math.hypot(axis[0], axis[1]), axis[2]))
    assert tilt(truth(roll=roll, pitch=pitch, yaw=yaw)) == pytest.approx(wanted, abs=1e-4)


@pytest.mark.parametrize(
    "attitude", [{"roll": math.nan}, {"pitch": math.nan}, {"roll": math.inf}, {"pitch": -math.inf}]
)
def test_an_attitude_that_is_no_number_is_not_level(attitude):
    with pytest.raises(RigError, match="no attitude"):
        tilt(truth(**attitude))


def test_the_wind_is_that_of_all_three_directions():
    assert wind_speed(truth((-3.0, 4.0, 12.0))) == 13.0


@pytest.mark.parametrize("wind", [(math.nan, 0, 0), (0, math.inf, 0), (0, 0, math.nan)])
def test_an_anemometer_that_gives_no_number_is_refused(wind):
    with pytest.raises(RigError, match="anemometer gives no number"):
        wind_speed(truth(wind))


# -- records


def test_a_record_has_fifty_samples_a_second_around_the_point(scene):
    scene.world.power_on()
    scene.run(1.0)
    spot = Spot(north=3.0, east=4.0, up=2.0)
    track = PlantTruth(scene.context()).record(over=2.0, around=spot)
    times = [sample.time for sample in track.samples]
    assert times == pytest.approx([1.0 + 0.02 * number for number in range(101)])
    assert track.max_horizontal().value == pytest.approx(5.0, abs=0.01)
    assert scene.log.controls == [("truth.fresh", True)]
    assert [chart.title for chart in scene.log.charts] == [
        "Position error",
        "Realised wind",
        "Ground track around the commanded point",
        "Motor outputs and what is left",
    ]
    assert {line[0] for line in scene.log.charts[0].lines} == {"horizontal error", "vertical error"}
    assert scene.world.now() == pytest.approx(3.0)


def test_a_repetition_is_recorded_without_charts_and_drawn_with_the_others(scene):
    scene.world.power_on()
    truth = PlantTruth(scene.context())
    with truth.responses() as responses:
        track = truth.record(over=2.0, around=HOME, charted=False)
        responses.add(Gust(start=0.5, end=1.0, amplitude=4.0), track)
        assert scene.log.charts == []
    assert [chart.title for chart in scene.log.charts] == ["Answers to the gust: 1", "Position error over wind"]


def test_the_band_of_an_exposure_is_in_the_declared_wind(scene):
    band = PlantTruth(scene.context()).exposure(low=0.5, high=1.0).band
    assert (band.low, band.high, band.radius) == (6.0, 12.0, 100.0)


def test_a_record_ends_with_its_time(scene):
    scene.world.power_on()
    track = PlantTruth(scene.context()).record(over=1.0, around=HOME)
    scene.run(1.0)
    assert len(track.samples) == 51


def test_the_calibration_is_one_of_position(scene):
    scene.world.power_on()
    track = PlantTruth(scene.context(uncertainty=0.25)).record(over=1.0, around=HOME)
    assert (track.u_position, track.u_tilt) == (0.25, 0.0)
    assert track.u_time == pytest.approx(0.02 / math.sqrt(12))


def test_a_record_that_is_too_short_for_statistics_is_refused(scene):
    scene.world.power_on()
    with pytest.raises(RigError, match="at least 12 are needed"):
        PlantTruth(scene.context()).record(over=0.2, around=HOME)


def test_the_distance_over_ground_leaves_the_height_out(scene):
    found = telling(scene, truth(north=6.0, east=1.0, up=9.0), uncertainty=0.5).distance_over_ground(
        Spot(north=3.0, east=5.0, up=0.0)
    )
    assert (found.value, found.U) == (5.0, 1.0)


def test_the_way_is_charted_while_followed(scene):
    scene.world.power_on()
    with PlantTruth(scene.context()).following(HOME):
        scene.run(2.0)
    scene.run(2.0)
    (chart,) = scene.log.charts
    assert [(name, len(times)) for name, times, _ in chart.lines] == [("height", 11), ("distance from home", 11)]


def test_the_way_is_charted_also_of_an_article_that_failed(scene):
    scene.world.power_on()
    with pytest.raises(VehicleError, match="it crashed"), PlantTruth(scene.context()).following(HOME):
        scene.run(1.0)
        raise VehicleError("it crashed")
    assert len(scene.log.charts) == 1


def test_the_remarks_of_a_track_are_in_the_record(scene):
    scene.world.power_on()
    track = PlantTruth(scene.context()).record(over=2.0, around=Spot(north=0.0, east=0.0, up=0.0))
    track.recovery_time(50.0, since=1.0, longest=0.5)
    assert "never outside the band of 50 m" in scene.log.notes[0]


# -- baseline and rose


def test_the_baseline_is_told_and_not_charted(scene):
    scene.world.power_on()
    track = PlantTruth(scene.context()).record_still(over=1.0, around=HOME)
    assert len(track.samples) > 40
    assert scene.log.charts == []
    (note,) = scene.log.notes
    assert "baseline in still air over 1 s: R95 horizontal 0.000 m" in note
    assert "wind at most 0.00 m/s" in note


def test_heading_and_rate_are_recorded_in_degrees(scene):
    source = telling(scene, truth(yaw=math.pi / 2, p=0.3, q=0.4))
    scene.world.power_on()
    # the source says one thing for ever: no time passes between its samples that could be judged
    sample = source._sample(source.read())
    assert (sample.heading, sample.rate) == (pytest.approx(90.0), pytest.approx(math.degrees(0.5)))


def test_a_rose_is_charted_by_azimuth_with_its_limits(scene):
    scene.world.power_on()
    role = PlantTruth(scene.context())
    track = role.record(over=1.0, around=replace(HOME, heading=0.0), charted=False)
    role.show_rose(Rose(tracks={45.0 * n: track for n in reversed(range(8))}))
    hold, heading = scene.log.charts
    assert [chart.quantities for chart in (hold, heading)] == [("worst_azimuth_r95",), ("heading_error",)]
    assert hold.lines[0][1] == tuple(45.0 * n for n in range(8))
