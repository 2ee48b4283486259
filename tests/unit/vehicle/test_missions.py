"""Mission upload, against a peer that follows a script."""

from collections import defaultdict

import pytest
from fake_world import FakeWorld
from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.errors import VehicleError, VehicleTimeout
from harness.vehicle.missions import MissionClient, Origin, change_speed, waypoint
from harness.vehicle.texts import Text

ORIGIN = Origin(latitude=35.0, longitude=139.0, metres_per_degree=111_000.0)
ITEMS = (change_speed(8.0), waypoint(1110.0, 0.0, 20.0), waypoint(0.0, 100.0, 30.0))
ACCEPTED, DENIED, FENCE = mavlink.MAV_MISSION_ACCEPTED, mavlink.MAV_MISSION_DENIED, mavlink.MAV_MISSION_TYPE_FENCE


class Peer:
    """An article: asks for one item after another, and acknowledges; what `loses` says yes to never arrives."""

    system, component = 7, 1

    def __init__(self, world, result=ACCEPTED, loses=lambda message: False, old=False):
        self.world, self.result, self.loses, self.old = world, result, loses, old
        self.texts, self.got, self.counts, self.listeners = [], {}, [], defaultdict(list)

    def subscribe(self, kind, subscriber):
        self.listeners[kind].append(subscriber)
        return lambda: self.listeners[kind].remove(subscriber)

    def say(self, message):
        kind = message.get_type()
        self.world.schedule.at(self.world.now() + 0.05, lambda: [tell(message) for tell in self.listeners[kind]])

    def hear(self, message):
        if self.loses(message):
            return
        if message.get_type() == "MISSION_COUNT":
            self.counts.append(message.count)
            self.ask(0)
        else:
            self.got[message.seq] = message
            self.ask(message.seq + 1)

    def ask(self, number):
        if number < self.counts[-1]:
            old, new = mavlink.MAVLink_mission_request_message, mavlink.MAVLink_mission_request_int_message
            self.say((old if self.old else new)(255, 190, number, 0))
        else:
            self.say(mavlink.MAVLink_mission_ack_message(255, 190, self.result, 0))


def upload(within=10.0, **behaviour):
    world = FakeWorld()
    peer = Peer(world, **behaviour)
    return peer, lambda: MissionClient(peer, world, peer.hear).upload(ITEMS, ORIGIN, within)


@pytest.mark.parametrize("old", [True, False])
def test_all_items_arrive_with_home_before_them(old):
    peer, run = upload(old=old)
    assert run() == 3
    assert (peer.counts, sorted(peer.got)) == ([4], [0, 1, 2, 3])
    assert [peer.got[n].command for n in range(4)] == [16, 178, 16, 16]
    assert {item.get_type() for item in peer.got.values()} == {"MISSION_ITEM_INT"}
    assert {(item.target_system, item.target_component) for item in peer.got.values()} == {(7, 1)}
    assert not any(peer.listeners.values())


def test_places_are_in_degrees_of_the_autopilots_own_frame():
    peer, run = upload()
    run()
    north, east = peer.got[2], peer.got[3]
    assert (north.x, north.y, north.z) == (350_100_000, 1_390_000_000, 20.0)
    assert (east.x, east.z) == (350_000_000, 30.0)
    assert east.y == 1_390_000_000 + round(100.0 / (111_000.0 * 0.81915204) * 1e7)
    assert (peer.got[1].x, peer.got[1].param2) == (0, 8.0)


def once(kind, number=None):
    """Says yes to the first message of that kind."""
    lost = []

    def loses(message):
        match = message.get_type() == kind and number in (None, getattr(message, "seq", None)) and not lost
        lost.extend([message] * match)
        return match

    return loses


@pytest.mark.parametrize("loses", [once("MISSION_COUNT"), once("MISSION_ITEM_INT", 3)])
def test_a_lost_announcement_and_a_lost_last_item_are_sent_again(loses):
    peer, run = upload(loses=loses)
    assert run() == 3
    assert sorted(peer.got) == [0, 1, 2, 3]


def test_a_refusal_names_result_and_reason():
    peer, run = upload(result=DENIED)
    peer.world.schedule.at(0.01, lambda: peer.texts.append(Text(time=0.0, severity=4, text="AUTO is flying it")))
    with pytest.raises(VehicleError, match="MAV_MISSION_DENIED: AUTO is flying it"):
        run()


def test_an_article_that_stops_asking_is_a_timeout_that_says_how_far_it_came():
    peer, run = upload(loses=lambda message: getattr(message, "seq", 0) == 2)
    with pytest.raises(VehicleTimeout, match="asked for 3 of 4 items"):
        run()
    assert not any(peer.listeners.values())


def test_what_belongs_to_another_list_or_is_no_item_is_left_aside():
    peer, run = upload(loses=lambda message: message.get_type() == "MISSION_COUNT", within=3.0)
    peer.world.schedule.at(0.5, lambda: peer.say(mavlink.MAVLink_mission_ack_message(255, 190, ACCEPTED, FENCE)))
    peer.world.schedule.at(0.6, lambda: peer.say(mavlink.MAVLink_mission_request_int_message(255, 190, 0, FENCE)))
    peer.world.schedule.at(0.7, lambda: peer.say(mavlink.MAVLink_mission_request_int_message(255, 190, 99, 0)))
    with pytest.raises(VehicleTimeout, match="asked for 0 of 4"):
        run()
    assert peer.got == {}


def test_where_no_item_stands_for_home_none_is_added():
    world = FakeWorld()
    peer = Peer(world)
    assert MissionClient(peer, world, peer.hear, home_first=False).upload(ITEMS, ORIGIN, 10.0) == 2
    assert [peer.got[n].command for n in range(3)] == [178, 16, 16]


def test_an_item_without_a_place_names_no_frame_of_one():
    peer, run = upload()
    run()
    assert peer.got[1].frame == mavlink.MAV_FRAME_MISSION
    assert {peer.got[n].frame for n in (0, 2, 3)} == {mavlink.MAV_FRAME_GLOBAL_RELATIVE_ALT_INT}
