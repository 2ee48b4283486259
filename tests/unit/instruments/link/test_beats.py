"""Silences between heartbeats, as the far side heard them."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.instruments.link.beats import is_heartbeat, read_silences


@pytest.mark.parametrize("version_1", [False, True])
def test_a_heartbeat_is_told_by_its_header(version_1):
    mav = mavlink.MAVLink(None, 255, 190)
    beat = mavlink.MAVLink_heartbeat_message(6, 8, 0, 0, 4, 3).pack(mav, force_mavlink1=version_1)
    other = mavlink.MAVLink_timesync_message(0, 1).pack(mav, force_mavlink1=version_1)
    assert is_heartbeat(beat)
    assert not is_heartbeat(other)
    assert not is_heartbeat(beat[:9])
    assert not is_heartbeat(b"\x00" + beat[1:])


def test_a_silence_begins_with_the_last_heartbeat_before():
    silences = read_silences([1.0, 2.0, 3.0, 6.0, 7.0], since=3.4, until=7.5)
    assert [(each.start, each.end) for each in silences] == [(3.0, 6.0), (6.0, 7.0), (7.0, 7.5)]
    assert silences[0].duration == 3.0


def test_where_none_came_before_it_begins_with_the_watch():
    assert [(each.start, each.end) for each in read_silences([], since=2.0, until=5.0)] == [(2.0, 5.0)]


@given(beats=st.lists(st.floats(0, 50), max_size=30), since=st.floats(0, 20), lasting=st.floats(0, 30))
def test_silences_follow_each_other_without_a_gap(beats, since, lasting):
    silences = read_silences(sorted(beats), since, since + lasting)
    assert silences[0].start <= since
    assert silences[-1].end == since + lasting
    assert all(one.end == two.start for one, two in itertools.pairwise(silences))
