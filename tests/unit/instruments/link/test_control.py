"""Holding on to a drone over a bad link: pings, orders whose effect is seen, reacquisition."""

import pytest
from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.errors import RigError, VehicleTimeout
from harness.instruments.figures import Seen
from harness.instruments.link.control import Grip, LinkControl
from harness.instruments.vehicle.mavlink import UsbObserver
from harness.judgement import Count
from harness.link.impair import Blackout
from harness.link.impair_plan import Impairment


class Flown:
    """A drone in a hover with a pilot, a witness and a way to worsen its link."""

    def __init__(self, scene, vehicle):
        self.scene, self.world, self.client = scene, scene.world, vehicle._client
        self.control = LinkControl(self.client, scene.world)
        self.cable = scene.world.sockets.radio

    def worsen(self, **row):
        for way, line in (("up", self.cable.up), ("down", self.cable.down)):
            line += Impairment(**row).make_stages(self.world, self.world.schedule, f"seed {way}")


@pytest.fixture
def hover(damaged):
    """Makes a hover with a witness: (flown, witness)."""
    contexts = []

    def make(*defects):
        scene = damaged(*defects)
        observer = UsbObserver(scene.context())
        context = scene.hovering(height=5.0)
        contexts.append(context)
        return Flown(scene, context.__enter__()), observer

    return make


def test_the_longest_time_without_control_counts_both_ends():
    assert Grip(start=0.0, answers=[0.1, 0.2, 1.0], end=1.1).longest_without().value == pytest.approx(0.8)
    assert Grip(start=0.0, answers=[0.9, 1.0], end=1.1).longest_without().value == pytest.approx(0.9)
    assert Grip(start=0.0, answers=[], end=7.0).longest_without().value == pytest.approx(7.0)


def test_pings_prove_control_and_its_loss(hover):
    flown, _ = hover()
    cut = Blackout()
    flown.cable.down.append(cut)
    with flown.control.holding() as grip:
        flown.scene.run(2.0)
        cut.cut()
        flown.scene.run(1.5)
        cut.restore()
        flown.scene.run(1.0)
    assert grip.longest_without().value == pytest.approx(1.6, abs=0.11)
    said = len(grip.answers)
    flown.scene.run(1.0)
    assert len(grip.answers) == said


def test_answers_that_nobody_asked_for_prove_no_control(hover):
    # nothing gets up; the article sends answers with stamps of its own making, and one answer again and again
    flown, _ = hover()
    telemetry, heard = flown.client.telemetry, []
    with flown.control.holding() as grip:
        telemetry.subscribe("TIMESYNC", lambda message: heard.append(message.ts1))
        flown.scene.run(0.5)
        flown.cable.up.insert(0, lambda data, forward: None)
        real = len(grip.answers)

        def make_up():
            for stamp in (round(flown.world.now() * 1e9) + 1, heard[0]):
                message = mavlink.MAVLink_timesync_message(5, stamp)
                for act in telemetry._subscribers["TIMESYNC"]:
                    act(message)

        flown.world.schedule.every(0.1, make_up, start=flown.world.now())
        flown.scene.run(2.0)
    assert len(grip.answers) - real <= 1
    assert grip.longest_without().value > 1.8


def test_an_acknowledgement_of_something_else_is_no_control(hover):
    flown, _ = hover()
    flown.cable.up.insert(0, lambda data, forward: None)

    def make_up():
        other = mavlink.MAVLink_command_ack_message(mavlink.MAV_CMD_NAV_LAND, 0)
        for act in flown.client.telemetry._subscribers["COMMAND_ACK"]:
            act(other)

    flown.world.schedule.at(flown.world.now() + 0.3, make_up)
    with pytest.raises(VehicleTimeout, match="control after the link came back"):
        flown.control.wait_regained(1.0)


@pytest.mark.parametrize(("defects", "repeated"), [((), 0), (("repeats-orders",), 4)])
def test_orders_that_are_asked_again_are_obeyed_once_by_a_sound_drone(hover, defects, repeated):
    flown, observer = hover(*defects)
    flown.worsen(delay=0.6)
    orders, void = flown.control.turn(4, 8.0, observer.read_seen)
    assert (orders.missed, orders.repeated, void) == (Count(events=0, trials=4), Count(events=repeated, trials=4), 0)


def test_orders_that_do_not_get_through_are_missed(hover):
    flown, observer = hover()
    flown.cable.up.insert(0, lambda data, forward: forward(data) if data[7:10] == b"\x00\x00\x00" else None)
    orders, _ = flown.control.turn(1, 3.0, observer.read_seen)
    assert (orders.missed.events, orders.repeated.events) == (1, 0)


def test_an_article_that_acts_by_itself_all_the_time_gives_no_figure(hover):
    flown, _ = hover()
    modes = iter(["GUIDED", "GUIDED", "GUIDED", "RTL"] * 20)
    with pytest.raises(RigError, match="orders were void"):
        flown.control.turn(1, 5.0, lambda: Seen(heading=0.0, mode=next(modes), armed=True))


def test_regained_is_timed_from_the_return_of_the_link(hover):
    flown, _ = hover()
    cut = Blackout()
    flown.cable.up.append(cut)
    cut.cut()
    flown.world.schedule.at(flown.world.now() + 1.05, cut.restore)
    back = flown.control.wait_regained(10.0)
    assert back.telemetry.value < 0.2
    assert back.control.value == pytest.approx(1.2, abs=0.02)
    cut.cut()
    with pytest.raises(VehicleTimeout, match="control after the link came back"):
        flown.control.wait_regained(2.0)
    cut.restore()


def test_a_refusal_is_counted_and_an_obeyed_order_is_not(hover):
    flown, observer = hover()
    assert flown.control.count_refusals(5.0) == Count(events=0, trials=1)
    assert observer.read_seen().mode == "BRAKE"
    assert flown.control.count_refusals(5.0) == Count(events=0, trials=1)
    assert observer.read_seen().mode == "GUIDED"
    flown.cable.up.insert(0, lambda data, forward: None)
    assert flown.control.count_refusals(2.0) == Count(events=1, trials=1)
