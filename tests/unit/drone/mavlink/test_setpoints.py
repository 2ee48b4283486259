"""Set-points: what is flown to, and what is refused."""

import math

import pytest
from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.drone.flight.orders import SetPoint
from harness.drone.flight.state import Mode
from harness.drone.mavlink.geodesy import Home
from harness.drone.mavlink.setpoints import SetPoints

HOME = Home(latitude=35.0, longitude=139.0, altitude=40.0)
ZERO = (0.0, 0.0, 0.0)
PLACE, VELOCITY, BOTH = 0xDF8, 0xDC7, 0xDC0
LOCAL, OFFSET, BODY, BODY_OFFSET = 1, 7, 8, 9


class Post:
    def __init__(self):
        self.said, self.clock, self.time = [], self, 0.0

    def now(self):
        return self.time

    def say(self, severity, text):
        self.said.append(text)


@pytest.fixture
def flight(fakes):
    flight = fakes.FakeFlight()
    flight.mode, flight.position, flight.yaw = Mode.GUIDED, [100.0, 200.0, 30.0], math.pi / 2
    return flight


@pytest.fixture
def part(flight):
    part = SetPoints(flight, HOME)
    part.start(Post())
    return part


def tell(part, message):
    part.handlers[message.get_type()](None, message)
    return part.post.said[-1] if part.post.said else ""


def local(place=(1.0, 2.0, -3.0), mask=PLACE, frame=LOCAL, velocity=ZERO, turning=ZERO[:2]):
    message = mavlink.MAVLink_set_position_target_local_ned_message
    return message(0, 1, 1, frame, mask, *place, *velocity, 0, 0, 0, *turning)


def world(latitude, alt, frame, mask=PLACE):
    return mavlink.MAVLink_set_position_target_global_int_message(
        0, 1, 1, frame, mask, round(latitude * 1e7), round(139e7), alt, 1, 2, 3, 0, 0, 0, 0, 0
    )


def test_a_local_target_is_metres_from_home_and_down_is_negative_up(part, flight):
    assert tell(part, local()) == ""
    assert flight.steered == [SetPoint(place=(1.0, 2.0, 3.0))]
    tell(part, local(mask=PLACE & ~0xC00, turning=(1.5, 0.25)))
    assert flight.steered[-1] == SetPoint(place=(1.0, 2.0, 3.0), yaw=1.5, yaw_rate=0.25)


def test_the_bit_for_force_says_nothing_where_no_acceleration_is_given(part, flight):
    # as MAVProxy's "velocity 1 0 0" does
    assert tell(part, local(mask=4039, velocity=(1.0, 0.0, 0.0))) == ""
    assert flight.steered == [SetPoint(velocity=(1.0, 0.0, 0.0))]


def test_velocities_alone_and_with_a_place(part, flight):
    tell(part, local(mask=VELOCITY, velocity=(1.0, 2.0, 3.0)))
    tell(part, local(mask=BOTH, velocity=(1.0, 2.0, 3.0)))
    assert flight.steered == [
        SetPoint(velocity=(1.0, 2.0, -3.0)),
        SetPoint(place=(1.0, 2.0, 3.0), velocity=(1.0, 2.0, -3.0)),
    ]


@pytest.mark.parametrize(
    ("frame", "place", "velocity"),
    [
        (OFFSET, (101.0, 202.0, 33.0), (1.0, 0.0, 0.0)),
        (BODY, (98.0, 201.0, 33.0), (0.0, 1.0, 0.0)),
        (BODY_OFFSET, (98.0, 201.0, 33.0), (0.0, 1.0, 0.0)),
    ],
)
def test_offsets_are_from_where_it_is_and_body_frames_turn_with_it(part, flight, frame, place, velocity):
    tell(part, local(mask=BOTH & ~0x400, frame=frame, velocity=(1.0, 0.0, 0.0), turning=(0.5, 0.0)))
    (wanted,) = flight.steered
    assert wanted.place == pytest.approx(place) and wanted.velocity == pytest.approx(velocity)
    assert wanted.yaw == pytest.approx(0.5 if frame == OFFSET else 0.5 + math.pi / 2)


@pytest.mark.parametrize(("frame", "alt"), [(3, 30.0), (6, 30.0), (0, 70.0), (5, 70.0)])
def test_a_global_target_in_every_frame(part, flight, frame, alt):
    assert tell(part, world(35.001, alt, frame)) == ""
    assert flight.steered[0].place == pytest.approx((111.3, 0.0, 30.0), abs=0.1)
    tell(part, world(35.001, alt, frame, mask=VELOCITY))
    assert flight.steered[1] == SetPoint(velocity=(1.0, 2.0, -3.0))


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        (local((math.nan, 2.0, -3.0)), "not a number"),
        (local((1.0, 2.0, math.inf)), "not a number"),
        (local(mask=VELOCITY, velocity=(0.0, math.nan, 0.0)), "not a number"),
        (local(mask=PLACE & ~0x400, turning=(math.nan, 0.0)), "not a number"),
        (local(mask=PLACE & ~0x800, turning=(0.0, math.inf)), "not a number"),
        (local(mask=PLACE | 1), "all three"),
        (local(mask=0xDFF), "neither"),
        (local(mask=0xC38), "accelerations"),
        (local(mask=0xE38), "forces"),
        (local(frame=12), "frame 12"),
        (world(35.0, 30.0, 1), "frame 1"),
    ],
)
def test_what_is_refused_moves_nothing(part, flight, message, reason):
    assert reason in tell(part, message)
    assert flight.steered == [] and part.target is None


def test_outside_guided_the_flight_part_refuses(part, flight):
    flight.mode = Mode.LAND
    assert tell(part, local()) == "target: not in GUIDED"


def test_the_target_is_remembered_until_it_is_flown_to_no_more(part, flight):
    tell(part, local())
    part.watch()
    assert part.target.place == (1.0, 2.0, 3.0)
    flight.mode = Mode.RTL
    part.watch()
    assert part.target is None


def test_a_refusal_is_said_once_a_second(part, flight):
    flight.mode = Mode.LAND
    for number in range(100):
        part.post.time = number // 2 * 0.1
        tell(part, local())
    assert part.post.said == ["target: not in GUIDED"] * 5
    tell(part, local((math.nan, 0.0, 0.0)))
    assert part.post.said[-1] == "target: not a number"
