"""Upload, download, clearing and progress, with what goes wrong on the way."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.drone.flight.orders import MissionState, Progress
from harness.drone.mavlink.parts.missions import PATIENCE, TRIES, Missions
from harness.drone.mavlink.parts.plans import MOST_ITEMS, FencePlan, MissionPlan

MISSION, FENCE, RALLY = 0, 1, 2
RELATIVE = mavlink.MAV_FRAME_GLOBAL_RELATIVE_ALT_INT
PORT, OTHER_PORT = object(), object()
NAN = math.nan


DEFAULTS = {"frame": RELATIVE, "command": 16, "x": 350_010_000, "y": 1_390_000_000, "z": 20.0, "kind": 0}


def item(number, values=(0, 0, 0, NAN), **fields):
    frame, command, x, y, z, kind = (DEFAULTS | fields).values()
    return mavlink.MAVLink_mission_item_int_message(1, 1, number, frame, command, 0, 1, *values, x, y, z, kind)


class Station:
    """A ground station that speaks to the part directly."""

    def __init__(self, post, flight, helpers, kept=None):
        self.post, self.flight, self.helpers = post, flight, helpers
        self.kept = {} if kept is None else kept
        plans = (MissionPlan(flight, helpers.HOME, self.kept), FencePlan(flight, helpers.HOME, self.kept))
        self.part = Missions(flight, plans)
        self.part.start(post)
        post.run(0.05)
        post.take()

    def say(self, message, channel=PORT, **sender):
        self.part.handlers[message.get_type()](channel, self.helpers.from_station(message, **sender))
        answers = [answer for port, _, answer in self.post.sent if port is channel]
        self.told = [answer for port, _, answer in self.post.sent if port is None]
        self.post.sent = []
        return answers

    def count(self, number, kind=MISSION, **sender):
        return self.say(mavlink.MAVLink_mission_count_message(1, 1, number, kind), **sender)

    def upload(self, items, kind=MISSION):
        answers = self.count(len(items), kind)
        for message in items:
            assert answers[0].get_type() == "MISSION_REQUEST_INT" and answers[0].seq == message.seq
            answers = self.say(message)
        return answers[0]

    def download(self, kind=MISSION):
        count = self.say(mavlink.MAVLink_mission_request_list_message(1, 1, kind))[0]
        asks = [mavlink.MAVLink_mission_request_int_message(1, 1, number, kind) for number in range(count.count)]
        return [self.say(ask)[0] for ask in asks]


@pytest.fixture
def station(post, flight, helpers):
    return Station(post, flight, helpers)


MISSION_ITEMS = [item(0), item(1, command=22, x=0, y=0, z=15.0), item(2, values=(3, 0, 0, NAN)), item(3, command=20)]


def acknowledged(answers, result, kind=MISSION):
    assert [(answer.get_type(), answer.type, answer.mission_type) for answer in answers] == [
        ("MISSION_ACK", result, kind)
    ]


# -- upload


def test_a_mission_is_asked_for_item_by_item_and_flown_without_home(station, flight):
    assert station.upload(MISSION_ITEMS).type == mavlink.MAV_MISSION_ACCEPTED
    assert [each.command for each in flight.mission] == [22, 16, 20]
    takeoff, waypoint, rtl = flight.mission
    assert takeoff.place == (0.0, 0.0, 15.0) and rtl.place is None
    assert waypoint.place == pytest.approx((111.3, 0.0, 20.0), abs=0.1)
    assert waypoint.values[0] == 3 and math.isnan(waypoint.values[3])
    assert station.part.idle


def test_altitudes_above_the_sea_are_brought_to_home(station, flight):
    station.upload([item(0), item(1, frame=mavlink.MAV_FRAME_GLOBAL, z=65.0)])
    assert flight.mission[0].place[2] == 25.0


def test_old_items_in_degrees_are_taken_too(station, flight):
    station.count(2)
    station.say(mavlink.MAVLink_mission_item_message(1, 1, 0, 0, 16, 0, 1, 0, 0, 0, 0, NAN, NAN, NAN))
    old = mavlink.MAVLink_mission_item_message(1, 1, 1, 3, 16, 0, 1, 0, 0, 0, 0, 35.001, 139.0, 20.0)
    acknowledged(station.say(old), mavlink.MAV_MISSION_ACCEPTED)
    assert flight.mission[0].place == pytest.approx((111.3, 0.0, 20.0), abs=0.1)


def test_the_old_mission_stays_until_the_new_one_is_whole(station, flight):
    station.upload(MISSION_ITEMS)
    before = list(flight.mission)
    station.count(3)
    station.say(item(0))
    assert flight.mission == before
    station.say(mavlink.MAVLink_mission_ack_message(1, 1, mavlink.MAV_MISSION_OPERATION_CANCELLED, MISSION))
    assert flight.mission == before and station.part.idle
    assert len(station.download()) == 4


def test_what_the_flight_part_refuses_leaves_the_old_mission(station, flight, post):
    station.upload(MISSION_ITEMS)
    flight.refusal = "too far away"
    assert station.upload(MISSION_ITEMS[:3]).type == mavlink.MAV_MISSION_ERROR
    assert post.texts == ["too far away"]
    assert len(station.download()) == 4


def test_a_lost_item_is_asked_for_again_and_the_upload_given_up_in_the_end(station, post):
    station.count(2)
    asked = []
    for _ in range(TRIES - 1):
        post.run(PATIENCE)
        asked += [message.seq for message in post.take() if message.get_type() == "MISSION_REQUEST_INT"]
    assert asked == [0] * (TRIES - 1) and not station.part.idle
    post.run(PATIENCE)
    acknowledged(post.take(), mavlink.MAV_MISSION_OPERATION_CANCELLED)
    assert station.part.idle


def test_every_item_gets_its_own_tries(station, post):
    station.count(3)
    for number in range(3):
        post.run(PATIENCE * (TRIES - 1))
        post.take()
        answers = station.say(item(number))
    assert answers[0].type == mavlink.MAV_MISSION_ACCEPTED


def test_an_item_that_comes_twice_is_passed_over(station):
    station.count(3)
    station.say(item(0))
    assert station.say(item(0)) == []
    assert station.say(item(1))[0].seq == 2


def test_a_lost_acknowledgement_is_repeated(station):
    station.upload(MISSION_ITEMS)
    acknowledged(station.say(MISSION_ITEMS[-1]), mavlink.MAV_MISSION_ACCEPTED)


def test_an_item_nobody_asked_for_is_an_error(station):
    acknowledged(station.say(item(0)), mavlink.MAV_MISSION_ERROR)


def test_a_number_too_far_ahead_ends_the_upload(station):
    station.count(3)
    acknowledged(station.say(item(2)), mavlink.MAV_MISSION_INVALID_SEQUENCE)
    assert station.part.idle


def test_another_station_is_denied_and_the_same_may_begin_again(station):
    station.count(3)
    acknowledged(station.count(2, system=250), mavlink.MAV_MISSION_DENIED)
    acknowledged(station.count(2, channel=OTHER_PORT), mavlink.MAV_MISSION_DENIED)
    acknowledged(station.say(item(0), system=250), mavlink.MAV_MISSION_DENIED)
    clear = mavlink.MAVLink_mission_clear_all_message(1, 1, MISSION)
    acknowledged(station.say(clear, system=250), mavlink.MAV_MISSION_DENIED)
    acknowledged(station.say(mavlink.MAVLink_mission_request_list_message(1, 1, 0)), mavlink.MAV_MISSION_DENIED)
    station.say(mavlink.MAVLink_mission_ack_message(1, 1, 15, MISSION), system=250)
    assert station.count(1)[0].seq == 0
    acknowledged(station.say(item(0)), mavlink.MAV_MISSION_ACCEPTED)


def test_mission_and_fence_may_be_loaded_at_once(station):
    station.count(2)
    assert station.count(1, FENCE, system=250)[0].mission_type == FENCE


@pytest.mark.parametrize(
    ("bad", "result"),
    [
        (item(1, x=900_000_001), mavlink.MAV_MISSION_INVALID_PARAM5_X),
        (item(1, y=-1_800_000_001), mavlink.MAV_MISSION_INVALID_PARAM6_Y),
        (item(1, z=NAN), mavlink.MAV_MISSION_INVALID_PARAM7),
        (item(1, z=math.inf), mavlink.MAV_MISSION_INVALID_PARAM7),
        (item(1, values=(math.inf, 0, 0, 0)), mavlink.MAV_MISSION_INVALID_PARAM1),
        (item(1, values=(0, 0, 0, -math.inf)), mavlink.MAV_MISSION_INVALID_PARAM4),
        (item(1, frame=mavlink.MAV_FRAME_LOCAL_NED), mavlink.MAV_MISSION_UNSUPPORTED_FRAME),
        (item(1, frame=mavlink.MAV_FRAME_GLOBAL_TERRAIN_ALT), mavlink.MAV_MISSION_UNSUPPORTED_FRAME),
        (item(1, frame=mavlink.MAV_FRAME_MISSION), mavlink.MAV_MISSION_UNSUPPORTED_FRAME),
        (item(1, command=31_000), mavlink.MAV_MISSION_UNSUPPORTED),
    ],
)
def test_an_impossible_item_ends_the_upload_and_says_what_is_wrong(station, bad, result, flight):
    station.upload(MISSION_ITEMS)
    station.count(2)
    station.say(item(0))
    acknowledged(station.say(bad), result)
    assert len(flight.mission) == 3 and station.part.idle


@pytest.mark.parametrize(("x", "y", "result"), [(NAN, 0, 10), (1e9, 0, 10), (0, math.inf, 11)])
def test_degrees_that_no_integer_holds(station, x, y, result):
    station.count(2)
    station.say(item(0))
    bad = mavlink.MAVLink_mission_item_message(1, 1, 1, 3, 16, 0, 1, 0, 0, 0, 0, x, y, 1.0)
    acknowledged(station.say(bad), result)


def test_too_many_items_and_types_that_are_not_flown(station):
    acknowledged(station.count(MOST_ITEMS + 1), mavlink.MAV_MISSION_NO_SPACE)
    for kind in (RALLY, 77, 255):
        acknowledged(station.count(1, kind), mavlink.MAV_MISSION_UNSUPPORTED, kind)
    for ask in (
        mavlink.MAVLink_mission_request_list_message(1, 1, RALLY),
        mavlink.MAVLink_mission_request_int_message(1, 1, 0, RALLY),
        mavlink.MAVLink_mission_write_partial_list_message(1, 1, 0, 0, RALLY),
        mavlink.MAVLink_mission_clear_all_message(1, 1, RALLY),
    ):
        acknowledged(station.say(ask), mavlink.MAV_MISSION_UNSUPPORTED, RALLY)


# -- partial


def test_a_part_of_the_mission_is_replaced(station, flight):
    station.upload(MISSION_ITEMS)
    ask = station.say(mavlink.MAVLink_mission_write_partial_list_message(1, 1, 2, 2, MISSION))
    assert ask[0].seq == 2
    acknowledged(station.say(item(2, z=33.0)), mavlink.MAV_MISSION_ACCEPTED)
    assert [each.command for each in flight.mission] == [22, 16, 20] and flight.mission[1].place[2] == 33.0


@pytest.mark.parametrize(("first", "last"), [(-1, 0), (2, 1), (0, 4), (9, 9)])
def test_a_part_that_is_not_there(station, first, last):
    station.upload(MISSION_ITEMS)
    partial = mavlink.MAVLink_mission_write_partial_list_message(1, 1, first, last, MISSION)
    acknowledged(station.say(partial), mavlink.MAV_MISSION_INVALID_SEQUENCE)


# -- download and clearing


def test_what_was_uploaded_comes_back_with_home_before_it(station):
    assert station.download() == []
    station.upload(MISSION_ITEMS)
    home, *rest = station.download()
    assert (home.x, home.y, home.z, home.frame) == (350_000_000, 1_390_000_000, 40.0, mavlink.MAV_FRAME_GLOBAL)
    for sent, got in zip(MISSION_ITEMS[1:], rest, strict=True):
        names = ("seq", "frame", "command", "x", "y", "z", "param1", "autocontinue")
        assert [getattr(got, name) for name in names] == [getattr(sent, name) for name in names]


def test_the_old_request_gets_degrees(station):
    station.upload(MISSION_ITEMS)
    old = station.say(mavlink.MAVLink_mission_request_message(1, 1, 2, MISSION))[0]
    assert old.get_type() == "MISSION_ITEM" and (old.x, old.y) == pytest.approx((35.001, 139.0))


def test_a_number_beyond_the_end(station):
    station.upload(MISSION_ITEMS)
    ask = mavlink.MAVLink_mission_request_int_message(1, 1, 4, MISSION)
    acknowledged(station.say(ask), mavlink.MAV_MISSION_INVALID_SEQUENCE)


def test_clearing_one_type_and_all(station, flight):
    station.upload(MISSION_ITEMS)
    circle = item(0, command=5003, values=(50, 0, 0, 0), kind=FENCE)
    assert station.upload([circle], FENCE).type == mavlink.MAV_MISSION_ACCEPTED
    acknowledged(station.say(mavlink.MAVLink_mission_clear_all_message(1, 1, MISSION)), 0)
    assert flight.mission == [] and len(flight.fence) == 1
    station.upload(MISSION_ITEMS)
    acknowledged(station.say(mavlink.MAVLink_mission_clear_all_message(1, 1, 255)), 0, 255)
    assert flight.mission == flight.fence == [] == station.download() == station.download(FENCE)


def test_a_mission_of_nothing_or_of_home_alone_is_no_mission(station, flight):
    for items in ([], MISSION_ITEMS[:1]):
        station.upload(MISSION_ITEMS)
        assert station.upload(items).type == mavlink.MAV_MISSION_ACCEPTED
        assert flight.mission == [] == station.download()


def test_clearing_that_the_flight_part_refuses(station, flight):
    station.upload(MISSION_ITEMS)
    flight.refusal = "in flight"
    acknowledged(station.say(mavlink.MAVLink_mission_clear_all_message(1, 1, MISSION)), mavlink.MAV_MISSION_ERROR)
    assert len(station.download()) == 4


# -- progress


def named(messages, name):
    return [message for message in messages if message.get_type() == name]


def test_where_the_mission_stands(station, flight, post):
    report = station.part.reports["MISSION_CURRENT"]
    assert (report().seq, report().total, report().mission_state) == (0, 65_535, 1)
    station.upload(MISSION_ITEMS)
    assert (report().seq, report().total, report().mission_state) == (1, 3, 2)
    flight.progress, flight.mode = Progress(state=MissionState.ACTIVE, current=1, reached=(0,)), 3
    post.take()
    post.run(0.1)
    told = post.take()
    assert [(each.seq, each.mission_state, each.mission_mode) for each in named(told, "MISSION_CURRENT")] == [(2, 3, 1)]
    assert [each.seq for each in named(told, "MISSION_ITEM_REACHED")] == [1]
    post.run(1.0)
    assert post.take() == []


def test_an_item_reached_again_is_told_again(station, flight, post):
    station.upload(MISSION_ITEMS)
    for reached, told in [((0, 1), [1, 2]), ((0, 1, 1), [2]), ((), []), ((0,), [1])]:
        flight.progress = Progress(state=MissionState.ACTIVE, current=1, reached=reached)
        post.run(0.1)
        assert [each.seq for each in named(post.take(), "MISSION_ITEM_REACHED")] == told


def test_setting_the_current_item(station, flight, post, helpers):
    station.upload(MISSION_ITEMS)
    station.say(mavlink.MAVLink_mission_set_current_message(1, 1, 3))
    assert flight.progress.current == 2 and [each.seq for each in station.told] == [3]
    station.say(mavlink.MAVLink_mission_set_current_message(1, 1, 9))
    assert station.told == [] and post.texts == ["no item 8"]
    station.say(mavlink.MAVLink_mission_set_current_message(1, 1, 0))
    assert flight.progress.current == 0


@pytest.mark.parametrize(
    ("values", "result", "current"),
    [((3.0,), 0, 2), ((-1.0, 1.0), 0, 0), ((-1.0,), 0, 1), ((9.0,), 4, 1), ((1.5,), 2, 1), ((NAN,), 2, 1),
     ((math.inf,), 2, 1), ((-7.0,), 2, 1)],
)  # fmt: skip
def test_the_command_for_it(station, helpers, values, result, current):
    flight = station.flight
    station.upload(MISSION_ITEMS)
    flight.set_current_item(1)
    outcome = station.part.actions[224](helpers.order(224, *values))
    assert (outcome.result, flight.progress.current) == (result, current)


# -- over a reboot


def test_mission_and_fence_survive_a_reboot(station, helpers, post):
    station.upload(MISSION_ITEMS)
    station.upload([item(0, command=5004, values=(50, 0, 0, 0), kind=FENCE)], FENCE)
    station.part.stop()
    assert not post.waiting
    rebooted = helpers.FakeFlight()
    again = Station(post, rebooted, helpers, station.kept)
    assert len(rebooted.mission) == 3 and len(rebooted.fence) == 1 and len(again.download()) == 4


def test_a_kept_mission_that_is_refused_is_told(station, helpers, post):
    station.upload(MISSION_ITEMS)
    Station(post, helpers.FakeFlight(refusal="no"), helpers, station.kept)
    assert post.texts == ["kept mission or fence not loaded: no"]


# -- anything that comes

NUMBER = st.integers(0, 5) | st.integers(0, 65_535)
KIND = st.sampled_from([0, 0, 0, 1, 1, 2, 255, 9])
REAL = st.floats(width=32) | st.sampled_from([0.0, 3.0, 50.0, NAN, math.inf])
COMMAND = st.sampled_from([16, 20, 21, 22, 177, 5000, 5001, 5003]) | st.integers(0, 65_535)
FRAME = st.sampled_from([0, 2, 3, 5, 6]) | st.integers(0, 255)
INT32 = st.integers(-(2**31), 2**31 - 1)
ANY = st.one_of(
    st.builds(mavlink.MAVLink_mission_count_message, st.just(1), st.just(1), NUMBER, KIND),
    st.builds(
        mavlink.MAVLink_mission_item_int_message, st.just(1), st.just(1), NUMBER, FRAME, COMMAND, st.just(0),
        st.just(1), REAL, REAL, REAL, REAL, INT32, INT32, REAL, KIND,
    ),
    st.builds(
        mavlink.MAVLink_mission_item_message, st.just(1), st.just(1), NUMBER, FRAME, COMMAND, st.just(0),
        st.just(1), REAL, REAL, REAL, REAL, REAL, REAL, REAL, KIND,
    ),
    st.builds(mavlink.MAVLink_mission_ack_message, st.just(1), st.just(1), st.integers(0, 255), KIND),
    st.builds(mavlink.MAVLink_mission_request_list_message, st.just(1), st.just(1), KIND),
    st.builds(mavlink.MAVLink_mission_request_int_message, st.just(1), st.just(1), NUMBER, KIND),
    st.builds(mavlink.MAVLink_mission_request_message, st.just(1), st.just(1), NUMBER, KIND),
    st.builds(mavlink.MAVLink_mission_clear_all_message, st.just(1), st.just(1), KIND),
    st.builds(mavlink.MAVLink_mission_set_current_message, st.just(1), st.just(1), NUMBER),
    st.builds(
        mavlink.MAVLink_mission_write_partial_list_message, st.just(1), st.just(1), st.integers(-2, 5),
        st.integers(-2, 5), KIND,
    ),
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(
    messages=st.lists(st.tuples(ANY, st.sampled_from([250, 255]), st.floats(0, 2)), max_size=25),
    refusal=st.sampled_from(["", "no"]),
)
def test_nothing_that_comes_in_raises_and_every_upload_ends(helpers, messages, refusal):
    post, flight = helpers.FakePost(), helpers.FakeFlight(refusal=refusal)
    station = Station(post, flight, helpers)
    for message, system, pause in messages:
        station.say(message, system=system)
        post.run(pause)
    post.run(PATIENCE * (TRIES + 1))
    post.take()
    assert station.part.idle
    assert len(station.download()) == (len(flight.mission) + 1 if flight.mission else 0)
    station.part.stop()
    assert not post.waiting
