"""Log list and download: paced, complete, for several stations at once."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.drone.mavlink.parts.logs import CHUNK, MOST_REQUESTS, Logs

LOG = bytes(range(256)) * 40


class Rig:
    def __init__(self, helpers):
        self.post, self.files, self.armed, self.helpers = helpers.FakePost(), helpers.FakeFiles(), False, helpers
        self.files.files = {"FLIGHT.LOG": LOG, "IMG_0001.JPG": b"jpeg", "OLD.LOG": b"old\n"}
        self.logs = Logs(self.files, lambda: self.armed)
        self.logs.start(self.post)

    def say(self, message, channel=None, **sender):
        channel = channel or self.helpers.USB
        self.logs.handlers[message.get_type()](channel, self.helpers.from_station(message, **sender))

    def ask(self, number=1, offset=0, count=2**32 - 1, **how):
        self.say(mavlink.MAVLink_log_request_data_message(1, 1, number, offset, count), **how)

    def list(self, start=0, end=0xFFFF):
        self.say(mavlink.MAVLink_log_request_list_message(1, 1, start, end))
        return [(each.id, each.num_logs, each.last_log_num, each.size) for each in self.post.take()]


@pytest.fixture
def rig(helpers):
    return Rig(helpers)


def joined(messages, size):
    data = bytearray(size)
    for message in messages:
        data[message.ofs : message.ofs + message.count] = bytes(message.data[: message.count])
    return bytes(data)


def test_logs_are_listed_and_photos_are_not(rig):
    assert rig.list() == [(1, 2, 2, len(LOG)), (2, 2, 2, 4)]
    assert rig.list(2, 2) == rig.list(9, 9) == rig.list(2, 0) == [(2, 2, 2, 4)]


def test_without_logs_or_power_there_are_none(rig):
    rig.files.off = True
    assert rig.list() == [(0, 0, 0, 0)]
    rig.files.off, rig.files.files = False, {"IMG_0001.JPG": b""}
    assert rig.list() == [(0, 0, 0, 0)]


@pytest.mark.parametrize("radio", [True, False])
def test_a_log_comes_whole_and_at_a_pace_that_the_port_bears(rig, helpers, radio):
    rig.ask(channel=helpers.RADIO if radio else helpers.USB)
    got, most = [], 0
    while not rig.logs.idle:
        turn = rig.post.take()
        most, got = max(most, len(turn)), got + turn
        rig.post.run(0.1)
    got += rig.post.take()
    assert joined(got, len(LOG)) == LOG
    assert [message.ofs for message in got] == list(range(0, len(LOG), CHUNK))
    assert most * CHUNK == (270 if radio else 4950)
    assert not rig.post.waiting


def test_a_gap_is_sent_again(rig):
    rig.ask(offset=900, count=180)
    assert [(message.ofs, message.count) for message in rig.post.take()] == [(900, 90), (990, 90)]
    rig.ask(offset=45, count=50)
    (first,) = rig.post.take()
    assert (first.ofs, first.count, bytes(first.data[:50])) == (45, 50, LOG[45:95])


@pytest.mark.parametrize(
    ("number", "offset", "count"), [(1, len(LOG), 90), (1, 2**32 - 1, 5), (0, 0, 90), (7, 0, 90), (1, 0, 0)]
)
def test_what_is_not_there_is_answered_with_nothing(rig, number, offset, count):
    rig.ask(number, offset, count)
    assert [(each.id, each.ofs, each.count) for each in rig.post.take()] == [(number, offset, 0)]
    assert rig.logs.idle


def test_two_stations_are_served_in_turn(rig, helpers):
    rig.ask(1, channel=helpers.RADIO)
    rig.ask(2, channel=helpers.RADIO, system=250)
    rig.post.run(0.25)
    assert {message.id for message in rig.post.take()} == {1, 2}


def test_a_request_that_waits_already_is_not_taken_twice(rig, helpers):
    rig.ask(channel=helpers.RADIO, count=5000)
    for _ in range(3):
        rig.ask(channel=helpers.RADIO, offset=9000)
    rig.post.run(30.0)
    assert sum(message.count for message in rig.post.take()) == 5000 + len(LOG) - 9000
    assert rig.logs.idle


def test_a_request_can_be_ended_by_who_made_it(rig, helpers):
    rig.ask(channel=helpers.RADIO)
    end = mavlink.MAVLink_log_request_end_message(1, 1)
    rig.say(end, channel=helpers.RADIO, system=9)
    rig.say(end, channel=helpers.USB)
    assert not rig.logs.idle
    rig.say(end, channel=helpers.RADIO)
    assert rig.logs.idle


def test_a_flood_of_requests_has_an_end(rig, helpers):
    for number in range(3 * MOST_REQUESTS):
        rig.ask(channel=helpers.RADIO, offset=number, count=9000)
    rig.post.take()
    rig.post.run(3000.0)
    assert rig.logs.idle and len(rig.post.take()) <= MOST_REQUESTS * 101


def test_erasing(rig):
    erase, rig.armed = mavlink.MAVLink_log_erase_message(1, 1), True
    rig.say(erase)
    assert rig.post.texts == ["logs are not erased while armed"] and rig.files.files["FLIGHT.LOG"] == LOG
    rig.armed = False
    rig.say(erase)
    assert rig.list()[0][3] == 0 and rig.files.files["IMG_0001.JPG"] == b"jpeg"
    rig.files.off = True
    rig.say(erase)
    assert rig.post.texts[1:] == ["no power"]


def test_a_recorder_that_goes_off_ends_the_download(rig, helpers):
    rig.ask(channel=helpers.RADIO)
    rig.files.off = True
    rig.post.run(1.0)
    assert rig.logs.idle and not rig.post.waiting


def test_power_off_leaves_nothing(rig, helpers):
    rig.ask(channel=helpers.RADIO)
    rig.logs.stop()
    assert not rig.post.waiting and rig.logs.idle


SMALL, U32 = st.integers(0, 3), st.integers(0, 12_000) | st.integers(0, 2**32 - 1)
ANY = st.one_of(
    st.builds(mavlink.MAVLink_log_request_list_message, st.just(1), st.just(1), SMALL, st.integers(0, 65_535)),
    st.builds(mavlink.MAVLink_log_request_data_message, st.just(1), st.just(1), SMALL, U32, U32),
    st.builds(mavlink.MAVLink_log_request_end_message, st.just(1), st.just(1)),
    st.builds(mavlink.MAVLink_log_erase_message, st.just(1), st.just(1)),
)


@settings(max_examples=80, deadline=None)
@given(st.lists(st.tuples(ANY, st.integers(1, 2), st.booleans()), max_size=20))
def test_nothing_that_comes_in_raises_and_it_comes_to_rest(helpers, messages):
    rig = Rig(helpers)
    for message, system, trusted in messages:
        rig.say(message, channel=helpers.USB if trusted else helpers.RADIO, system=system)
        rig.post.run(0.1)
    rig.post.run(200.0)
    assert rig.logs.idle and not rig.post.waiting
