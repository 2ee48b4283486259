"""TIMESYNC both ways."""

import pytest
from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.drone.mavlink.timekeeping import Timekeeping


class Clock:
    time = 2.0

    def now(self):
        return self.time


class Post:
    def __init__(self):
        self.sent = []

    def send(self, channel, messages, component):
        self.sent += messages


@pytest.fixture
def part():
    part = Timekeeping(Clock())
    part.start(Post())
    return part


def hear(part, tc1, ts1):
    part.handlers["TIMESYNC"](None, mavlink.MAVLink_timesync_message(tc1, ts1))


def test_a_request_is_answered_with_the_own_clock(part):
    hear(part, 0, 1234)
    (answer,) = part.post.sent
    assert (answer.tc1, answer.ts1) == (2_000_000_000, 1234)


def test_an_own_request_is_answered_by_the_other_clock(part):
    request = part.reports["TIMESYNC"]()
    assert request.tc1 == 0
    part._clock.time += 0.2
    hear(part, 102_100_000_000, request.ts1)
    assert part.offset == pytest.approx(100.0)
    assert part.post.sent == []


@pytest.mark.parametrize("asked", [0, -5, 9_000_000_000])
def test_an_answer_to_nothing_that_was_asked_is_left_alone(part, asked):
    hear(part, 5, asked)
    assert part.offset is None
