import math

import pytest
from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.errors import RigError
from harness.instruments.flight.track import Spot
from harness.instruments.truth.tracker import Fix, TrackedTruth
from harness.instruments.wind.anemometer_nmea import WindReading
from harness.timing import run_for

MAV = mavlink.MAVLink(None, 1, 1)
ATTITUDE = mavlink.MAVLink_attitude_message(0, 0.1, -0.2, 1.5, 0.01, 0.02, 0.03).pack(MAV)
STANDS = mavlink.MAVLink_extended_sys_state_message(0, mavlink.MAV_LANDED_STATE_ON_GROUND).pack(MAV)


class Tracker:
    def __init__(self, world):
        self.world, self.late, self.sway = world, 0.0, 0.0

    def read(self):
        now = self.world.now()
        return Fix(time=now - self.late, north=1.0 + self.sway * now, east=2.0, up=3.0)


class Anemometer:
    def __init__(self, bearing=90.0):
        self.bearing = bearing

    def read(self):
        return WindReading(time=0.0, speed=10.0, bearing=self.bearing)


@pytest.fixture
def truth(real):
    def make(attitude=True, **devices):
        made = TrackedTruth(real(devices={"tracker": Tracker(real.world), **devices}))
        if attitude:
            real.world.hearing["observer"](ATTITUDE + STANDS, lambda data: None)
        return made

    return make


def test_it_is_made_of_three_sources(truth, real):
    reading = truth(anemometer=Anemometer()).read()
    motion = reading.motion
    assert (motion.north, motion.east, motion.up) == (1.0, 2.0, 3.0)
    assert (motion.roll, motion.yaw) == pytest.approx((0.1, 1.5))
    # from the east, so to the west
    assert (reading.wind_north, reading.wind_east) == pytest.approx((0.0, -10.0), abs=1e-9)
    assert reading.on_ground
    assert "article's own statements" in real.log.notes[0]


def test_what_nobody_measures_is_no_number(truth):
    reading = truth().read()
    unknown = (reading.wind_north, *reading.motors, reading.contact_down, reading.contact_tilt, reading.motion.v_up)
    assert all(map(math.isnan, unknown))


def test_an_old_position_is_invalid(truth, real):
    made = truth()
    made._context.sockets.truth()
    made.oldest = 0.1
    tracker = Tracker(real.world)
    tracker.late = 0.2
    late = TrackedTruth(real(devices={"tracker": tracker}, oldest=0.1))
    with pytest.raises(RigError, match=r"truth\.fresh failed: the truth is 0\.\d+ s old"):
        late.read()


def test_it_records_a_track(truth, real):
    made = truth(anemometer=Anemometer())
    real.world.schedule.every(
        0.1, lambda: real.world.hearing["observer"](ATTITUDE, lambda data: None), start=real.world.now()
    )
    track = made.record(over=0.3, around=Spot(north=1.0, east=2.0, up=3.5))
    assert track.r95_horizontal().value == 0.0
    assert track.r95_vertical().value == 0.5


def test_an_article_that_says_nothing_of_its_attitude_is_told(truth, real):
    with pytest.raises(RigError, match="set its stream rates"):
        truth(attitude=False).read()
    made = truth()
    run_for(real.world, 1.1)
    with pytest.raises(RigError, match="set its stream rates"):
        made.read()


def test_it_needs_a_tracker_and_a_bench(real, scene):
    with pytest.raises(RigError, match=r"add \[roles\.tracker\]"):
        TrackedTruth(real())
    from dataclasses import replace

    with pytest.raises(RigError, match="take the make 'plant'"):
        TrackedTruth(replace(scene.context(), devices={"tracker": Tracker(None)}))


@pytest.mark.parametrize(("sway", "ground", "refused"), [(0.0, False, True), (1e-6, False, False), (0.0, True, False)])
def test_a_tracker_that_repeats_what_it_last_saw_is_found_out(real, sway, ground, refused):
    tracker = Tracker(real.world)
    tracker.sway = sway
    made = TrackedTruth(real(devices={"tracker": tracker, "anemometer": Anemometer()}))

    def say():
        real.world.hearing["observer"](ATTITUDE + (STANDS if ground else b""), lambda data: None)

    real.world.schedule.every(0.1, say, start=real.world.now())
    run_for(real.world, 0.05)
    if refused:
        with pytest.raises(RigError, match=r"truth\.fresh failed: the same position for 1\.\d s of flight"):
            made.record(over=1.5, around=Spot(north=1.0, east=2.0, up=3.5))
    else:
        made.record(over=1.5, around=Spot(north=1.0, east=2.0, up=3.5))


def test_a_position_of_the_future_is_invalid(real):
    tracker = Tracker(real.world)
    tracker.late = -1.0
    made = TrackedTruth(real(devices={"tracker": tracker}))
    real.world.hearing["observer"](ATTITUDE, lambda data: None)
    with pytest.raises(RigError, match=r"truth\.fresh"):
        made.read()


def test_an_event_is_known_no_better_than_positions_come(real):
    made = TrackedTruth(real(devices={"tracker": Tracker(real.world)}, oldest=0.2))
    assert made.u_time == pytest.approx(0.2 / math.sqrt(12.0))


def test_outputs_that_were_told_once_are_not_known_for_ever(truth, real):
    made = truth()
    told = mavlink.MAVLink_servo_output_raw_message(0, 0, 1500, 1500, 1500, 1250, 0, 0, 0, 0).pack(MAV)
    real.world.hearing["observer"](told, lambda data: None)
    assert made.read().motors == (0.5, 0.5, 0.5, 0.25)
    run_for(real.world, 1.1)
    real.world.hearing["observer"](ATTITUDE, lambda data: None)
    assert all(map(math.isnan, made.read().motors))


@pytest.mark.parametrize(
    ("bearing", "north", "east"), [(0.0, -10.0, 0.0), (180.0, 10.0, 0.0), (270.0, 0.0, 10.0), (45.0, -7.0711, -7.0711)]
)
def test_a_wind_blows_to_the_other_side_of_where_it_comes_from(truth, bearing, north, east):
    reading = truth(anemometer=Anemometer(bearing)).read()
    assert (reading.wind_north, reading.wind_east) == pytest.approx((north, east), abs=1e-4)
