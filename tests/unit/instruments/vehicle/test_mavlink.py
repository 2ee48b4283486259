import math
from dataclasses import replace
from typing import get_args

import pytest

from harness.catalogue.sections import Action
from harness.errors import RigError, VehicleError, VehicleTimeout
from harness.instruments.flight.track import Spot
from harness.instruments.radio.radio import CableRadio
from harness.instruments.story import Story
from harness.instruments.vehicle.mavlink import MavlinkVehicle, UsbObserver
from harness.judgement import Count
from harness.link.impair import Blackout
from harness.timing import run_for
from harness.vehicle.corrupt import is_legal
from harness.vehicle.observer import ArmedChange, ModeChange


@pytest.fixture
def vehicle(scene):
    """The vehicle role of the sound drone, which is on."""
    scene.world.power_on()
    return MavlinkVehicle(scene.context())


def silenced(stages):
    """Swallow everything of one direction from now on."""
    blackout = Blackout()
    blackout.cut()
    stages.append(blackout)


# -- the vehicle


def test_it_hovers_at_the_commanded_point_and_lands(scene, vehicle):
    with vehicle.hovering(at=4.0) as spot:
        assert (spot.north, spot.east, spot.up) == (0.0, 0.0, 4.0)
        assert math.isnan(spot.heading)
        motion = scene.truth().motion
        assert (motion.north, motion.east, motion.up) == pytest.approx((0.0, 0.0, 4.0), abs=1.2)
        assert not scene.truth().on_ground
    assert scene.truth().on_ground


def test_it_looks_where_it_is_ordered_to(scene, vehicle):
    with vehicle.hovering(at=4.0, heading=120.0) as spot:
        assert spot == Spot(north=0.0, east=0.0, up=4.0, heading=120.0)
        assert math.degrees(scene.truth().motion.yaw) == pytest.approx(120.0, abs=2.5)


@pytest.mark.parametrize(
    ("phase", "speeds"),
    [("hover", (0.0, 0.0)), ("cruise", (5.0, 0.0)), ("climb", (0.0, 2.0))],
    ids=lambda item: str(item),
)
def test_it_is_in_the_phase_on_entering(scene, vehicle, phase, speeds):
    with vehicle.flying(phase=phase, height=3.0) as home:
        motion = scene.truth().motion
        assert home == Spot(north=0.0, east=0.0, up=0.0)
        assert math.hypot(motion.v_north, motion.v_east) == pytest.approx(speeds[0], abs=1.5)
        assert motion.v_up == pytest.approx(speeds[1], abs=1.0)
    assert scene.truth().on_ground


def test_who_landed_far_out_cruises_back(scene, vehicle):
    with vehicle.flying(phase="cruise", height=3.0):
        run_for(scene.world, 40.0)
    assert scene.truth().motion.north == pytest.approx(200.0, abs=5.0)
    with vehicle.flying(phase="cruise", height=3.0):
        assert scene.truth().motion.v_north < -3.0


@pytest.mark.parametrize("phase", ["cruise", "climb"])
def test_who_does_not_set_out_is_not_in_the_phase(scene, vehicle, phase):
    vehicle._client.goto = lambda north, east, up: None
    flight = vehicle.flying(phase=phase, height=3.0)
    with pytest.raises(VehicleError, match=rf"no {phase}: 4 s after the order to fly it is still -?0\.\d\d m"), flight:
        pytest.fail("the case went on")
    assert scene.truth().on_ground


def test_an_unknown_phase_is_refused_before_anything_turns(scene, vehicle):
    loop = vehicle.flying(phase="loop", height=3.0)
    with pytest.raises(RigError, match=r"no phase 'loop'; it knows hover, cruise, climb"), loop:
        pass
    assert scene.world.now() == 0.0


def test_lingering_keeps_the_link_alive_on_the_ground(scene, vehicle):
    vehicle.linger(2.5)
    assert scene.world.now() == 2.5
    assert vehicle._client.telemetry.last_heard > 2.0


def test_a_target_without_a_radio_needs_another_make(scene):
    with pytest.raises(RigError, match="offers no radio link"):
        MavlinkVehicle(scene.context(sockets={"radio": None}))


# -- damaged orders and their twin


def test_damaged_orders_are_invalid_and_repeat_with_the_seed(stage, unit):
    def drawn(seed):
        scene = stage(unit)
        scene.world.power_on()
        orders = MavlinkVehicle(scene.context(seed=seed)).corrupted_orders(30, guaranteed=False)
        scene.world.power_off()
        assert not any(is_legal(order.data) for order in orders)
        # the signature's six bytes are of the unit's secret key
        return [(order.kind, order.order, order.data[:-6]) for order in orders]

    first = drawn(1)
    assert len(first) == 30
    assert drawn(1) == first
    assert drawn(2) != first


@pytest.mark.parametrize(("defects", "obeys"), [((), False), (("accepts-corrupt",), True)])
def test_answers_to_damaged_orders_are_counted(damaged, defects, obeys):
    scene = damaged(*defects)
    scene.world.power_on()
    vehicle, radio = MavlinkVehicle(scene.context()), CableRadio(scene.context())
    orders = vehicle.corrupted_orders(60, guaranteed=True)
    with vehicle.counting_answers() as answers:
        radio.inject(orders, rate=100.0)
    assert (answers.of(orders).events > 0) is obeys
    assert answers.of(orders).trials == 60
    counted = answers.count
    vehicle.assert_obeys()
    # what is answered afterwards is not counted
    assert answers.count == counted


def test_the_twin_is_obeyed_by_a_sound_drone(scene, vehicle):
    vehicle.make_ready()
    vehicle.assert_obeys()
    assert scene.log.controls == [("twin.obeys", True)]


def test_a_deaf_drone_fails_the_twin(scene, vehicle):
    vehicle.make_ready()
    silenced(scene.world.sockets.radio.up)
    with pytest.raises(RigError, match=r"twin\.obeys failed: .*silence"):
        vehicle.assert_obeys()
    assert scene.log.controls == [("twin.obeys", False)]


# -- the observer


def test_the_observer_hears_what_is_on(scene):
    observer = UsbObserver(scene.context())
    assert not observer.hears()
    scene.world.power_on()
    scene.run(2.0)
    assert observer.hears()
    scene.world.power_off()
    scene.run(4.0)
    assert not observer.hears()


def test_who_is_quiet_listens_when_it_is_asked(scene):
    """Where nobody asks for the links, neither hears a thing, and the drone need not speak."""
    vehicle, observer = MavlinkVehicle(scene.context(quiet=True)), UsbObserver(scene.context(quiet=True))
    port = scene.world.sockets.usb.air
    scene.world.power_on()
    scene.run(2.0)
    assert not port.heard
    began = scene.world.now()
    assert observer.hears()
    assert began < scene.world.now() <= began + 2.0
    vehicle.make_ready()
    assert vehicle.read_identifiers()


def test_a_quiet_observer_of_a_drone_that_is_off_hears_nothing(scene):
    observer = UsbObserver(scene.context(quiet=True))
    assert not observer.hears()


def test_the_observer_never_sends(scene):
    sent = []
    scene.world.sockets.usb.up.append(lambda data, forward: sent.append(data))
    scene.world.power_on()
    observer = UsbObserver(scene.context())
    with observer.watching():
        scene.run(3.0)
    assert observer.hears()
    assert sent == []


def lose_link(scene, within=8.0):
    """Cut the link in a hover and give what the observer saw."""
    scene.world.power_on()
    vehicle, observer, radio = (make(scene.context()) for make in (MavlinkVehicle, UsbObserver, CableRadio))
    with vehicle.hovering(at=3.0), radio.cut("both", Story()) as cut:
        reaction = observer.wait_reaction(since=cut.last_frame, within=within)
        observer.wait_landed(within=60.0)
        landed = scene.truth().on_ground
    return reaction, landed


def test_the_reaction_of_a_sound_drone_is_timed(damaged):
    reaction, landed = lose_link(damaged())
    # its timer is 3 s; half of the telling delay is taken off
    assert reaction.time.value == pytest.approx(3.0, abs=0.15)
    assert pytest.approx(2 * 0.05 / math.sqrt(3)) == reaction.time.U
    assert (reaction.wrong_actions.events, reaction.wrong_actions.trials) == (0, 1)
    assert landed


def test_another_action_than_declared_is_a_wrong_one(damaged):
    reaction, _ = lose_link(damaged("lands-on-link-loss"))
    assert reaction.wrong_actions.events == 1


def declaring(context, action):
    """An observer of a maker who declares that action, which has heard nothing yet."""
    link = context.declaration.link.model_copy(update={"loss_action": action})
    return UsbObserver(replace(context, declaration=context.declaration.model_copy(update={"link": link})))


def told(observer, modes=(), stops=()):
    """What an observer says that heard of these modes, and of the motors' stop, after a cut at 10 s."""
    witness = observer._observer
    witness.mode_changes += [ModeChange(time=1.0, mode="GUIDED")]
    witness.mode_changes += [ModeChange(time=time, mode=mode) for time, mode in modes]
    witness.armed_changes += [ArmedChange(time=time, armed=armed) for time, armed in ((1.0, False), (2.0, True))]
    witness.armed_changes += [ArmedChange(time=time, armed=False) for time in stops]
    return observer.wait_reaction(since=10.0, within=5.0)


@pytest.mark.parametrize(
    ("action", "right", "wrong"),
    [
        ("rtl", ("RTL", "SMART_RTL"), ("LAND", "BRAKE", "mode 99")),
        ("land", ("LAND",), ("RTL", "BRAKE")),
        ("hold", ("BRAKE", "LOITER", "POSHOLD"), ("RTL", "LAND", "ALT_HOLD")),
        ("terminate", (), ("RTL", "LAND", "BRAKE")),
    ],
)
def test_each_declared_action_is_known_by_its_modes(context, action, right, wrong):
    for mode in (*right, *wrong):
        reaction = told(declaring(context, action), [(13.0, mode), (14.0, "LAND")], [15.0])
        assert reaction.wrong_actions == Count(events=int(mode in wrong), trials=1)
        assert reaction.time.value == pytest.approx(3.0 - 0.05)


@pytest.mark.parametrize(("action", "wrong"), [("terminate", 0), ("land", 1), ("rtl", 1), ("hold", 1)])
def test_motors_that_stop_are_an_action_too(context, action, wrong):
    assert told(declaring(context, action), stops=[12.0]).wrong_actions.events == wrong
    assert told(declaring(context, "terminate"), [(12.0, "LAND")], [12.0]).wrong_actions.events == 0


def test_what_was_heard_before_the_cut_is_no_reaction(context):
    reaction = told(declaring(context, "rtl"), [(9.0, "LAND"), (13.0, "RTL")], [5.0])
    assert (reaction.time.value, reaction.wrong_actions.events) == (pytest.approx(2.95), 0)


@pytest.mark.parametrize("action", ["continue", "none", None])
def test_an_action_that_cannot_be_seen_to_begin_is_no_fault_of_the_article(context, action):
    with pytest.raises(RigError, match=rf"is {action or 'not stated'}, which nobody .* times rtl, land, hold, termin"):
        told(declaring(context, action), [(13.0, "RTL")])


def test_every_action_that_a_declaration_may_name_is_known_or_refused(context):
    seen = set(get_args(Action)) - {"continue", "none"}
    assert {action for action in seen if declaring(context, action)._declared_signs()} == seen


def test_a_port_that_tells_changes_late_makes_their_time_as_uncertain(context):
    slow = replace(context, sockets=replace(context.sockets, telling=lambda: 1.0))
    reaction = told(declaring(slow, "rtl"), modes=[(14.0, "RTL")])
    assert reaction.time.value == pytest.approx(14.0 - 10.0 - 0.5)
    assert pytest.approx(2 * 0.5 / math.sqrt(3)) == reaction.time.U


def test_no_reaction_is_the_articles_fault_while_the_observer_hears(damaged):
    with pytest.raises(VehicleTimeout, match="an action after the loss of the link"):
        lose_link(damaged("ignores-link-loss"))


def test_no_reaction_is_the_rigs_fault_when_the_observer_is_deaf(scene):
    scene.world.power_on()
    observer = UsbObserver(scene.context())
    scene.run(2.0)
    silenced(scene.world.sockets.usb.down)
    with pytest.raises(RigError, match="the observer has heard nothing"):
        observer.wait_reaction(since=0.0, within=5.0)


def test_a_drone_that_does_not_land_is_told_apart_from_a_silent_one(scene, vehicle):
    observer = UsbObserver(scene.context())
    with vehicle.hovering(at=3.0), pytest.raises(VehicleTimeout, match="landing after the loss"):
        observer.wait_landed(within=2.0)
    silenced(scene.world.sockets.usb.down)
    with pytest.raises(RigError, match="heard nothing"):
        scene.run(4.0)
        observer.wait_landed(within=2.0)


def test_changes_of_state_are_counted_while_watching(scene, vehicle):
    observer = UsbObserver(scene.context())
    vehicle.make_ready()
    with observer.watching() as changes:
        scene.run(1.0)
    assert changes.count == 0
    with observer.watching() as changes:
        vehicle.assert_obeys()
        scene.run(0.5)
    # to GUIDED, armed, disarmed
    assert changes.count == 3
    vehicle._client.land()
    assert changes.count == 3


def test_a_deaf_observer_cannot_say_that_nothing_changed(scene):
    scene.world.power_on()
    silenced(scene.world.sockets.usb.down)
    with pytest.raises(RigError, match="heard nothing"), UsbObserver(scene.context()).watching():
        scene.run(2.0)


def test_a_target_without_a_trusted_port_needs_another_make(scene):
    with pytest.raises(RigError, match="offers no trusted port"):
        UsbObserver(scene.context(sockets={"usb": None}))


def test_what_is_told_and_done_about_the_wind_is_watched(scene, vehicle):
    observer = UsbObserver(scene.context())
    with vehicle.hovering(at=3.0), observer.watching_wind_action() as alarm:
        vehicle._client.rtl()
        scene.run(1.0)
        ended = scene.world.now()
    assert (alarm.wrong_actions().events, alarm.missing_warnings().events) == (0, 1)
    assert {"RTL"} in alarm.signs.values()
    assert alarm.ended == ended


def test_a_deaf_observer_does_not_say_that_nobody_warned(scene, vehicle):
    observer = UsbObserver(scene.context())
    silenced(scene.world.sockets.usb.down)
    with pytest.raises(RigError, match="heard nothing"), observer.watching_wind_action():
        scene.run(5.0)
