"""What the observer says of a drone and its link."""

from dataclasses import replace

import pytest

from harness.errors import RigError
from harness.instruments.link.beats import Silence
from harness.instruments.story import Story
from harness.instruments.vehicle.mavlink import UsbObserver
from harness.vehicle.observer import ArmedChange, ModeChange


def heard(context, modes=(), stops=(), **link):
    """An observer of a maker who declares `link`, that heard of GUIDED at 1 s and then of these modes."""
    declared = context.declaration.link.model_copy(update=link)
    declaration = context.declaration.model_copy(update={"link": declared})
    observer = UsbObserver(replace(context, declaration=declaration))
    witness = observer._observer
    witness.telemetry.last_heard = 0.0
    witness.mode_changes += [ModeChange(time=time, mode=mode) for time, mode in ((1.0, "GUIDED"), *modes)]
    witness.armed_changes += [ArmedChange(time=1.0, armed=True)]
    witness.armed_changes += [ArmedChange(time=time, armed=False) for time in stops]
    return observer


@pytest.mark.parametrize(
    ("silence", "modes", "surprises"),
    [
        (1.0, (), 0),
        (1.0, ((12.0, "RTL"),), 1),
        (10.0, ((13.0, "RTL"),), 0),
        (10.0, (), 0),
        (10.0, ((13.0, "LAND"),), 1),
        (10.0, ((13.0, "RTL"), (21.0, "GUIDED")), 1),
        (10.0, ((9.0, "BRAKE"), (13.0, "RTL")), 0),
    ],
)
def test_only_the_declared_action_after_a_long_silence_is_no_surprise(context, silence, modes, surprises):
    count = heard(context, modes).count_surprises(since=10.0, silence=silence)
    assert (count.events, count.trials) == (surprises, 1)


@pytest.mark.parametrize(("modes", "events"), [((), 0), (((9.0, "LAND"),), 0), (((12.0, "RTL"),), 1)])
def test_a_phase_that_goes_on_is_not_left(context, modes, events):
    assert heard(context, modes).count_departures(since=10.0).events == events


@pytest.mark.parametrize("action", ["rtl", None])
def test_a_landing_that_is_declared_to_do_something_else_is_not_shown_so(context, action):
    with pytest.raises(RigError, match="this method shows continue"):
        heard(context, loss_action_landing=action).count_departures(since=10.0)


def test_actions_are_held_against_silences_and_the_pilot_s_mode_is_none(context):
    observer = heard(context, ((15.0, "RTL"), (17.0, "GUIDED"), (30.5, "RTL")))
    silences = [Silence(start=one, end=two) for one, two in ((12.0, 18.0), (18.0, 19.0), (30.0, 31.0))]
    assert (observer.count_unowed(silences).events, observer.count_unowed(silences).trials) == (1, 2)
    assert (observer.count_missed(silences).events, observer.count_missed(silences).trials) == (0, 1)


def test_a_declaration_without_a_tolerance_cannot_be_judged(context):
    with pytest.raises(RigError, match=r"does not state link\.tolerated_silence"):
        heard(context, tolerated_silence=None).count_surprises(since=1.0, silence=1.0)


def test_changes_are_marked_on_the_story(context):
    observer, story = heard(context), Story()
    with observer.telling(story):
        observer._observer.mode_changes.append(ModeChange(time=3.0, mode="RTL"))
        observer._observer.armed_changes.append(ArmedChange(time=9.0, armed=False))
    assert story.events == [("RTL", 3.0), ("disarmed", 9.0)]


def test_a_deaf_observer_says_nothing_of_the_article(scene):
    scene.world.power_on()
    deaf = UsbObserver(scene.context("deaf"))
    scene.run(3.0)
    assert not deaf.hears()
    for ask in (
        deaf.read_seen,
        lambda: deaf.count_departures(since=0.0),
        lambda: deaf.count_surprises(since=0.0, silence=1.0),
        lambda: deaf.count_unowed([Silence(start=0.0, end=1.0)]),
    ):
        with pytest.raises(RigError, match="the observer has heard nothing"):
            ask()


def test_it_sees_heading_mode_and_arming(scene):
    scene.world.power_on()
    observer = UsbObserver(scene.context())
    scene.run(2.0)
    seen = observer.read_seen()
    assert (seen.mode, seen.armed) == ("STABILIZE", False)
    assert -180.0 <= seen.heading <= 180.0


def test_a_fall_back_to_rest_as_it_disarms_is_no_act_and_a_later_one_is(context):
    resting = replace(context.sockets, dialect=replace(context.sockets.dialect, rests_in="GUIDED"))
    context = replace(context, sockets=resting)
    landed = heard(context, ((13.0, "RTL"), (40.0, "GUIDED")), stops=(40.0,))
    assert landed.count_surprises(since=10.0, silence=10.0).events == 0
    flying = heard(context, ((13.0, "RTL"), (21.0, "GUIDED")))
    assert flying.count_surprises(since=10.0, silence=10.0).events == 1
    later = heard(context, ((13.0, "RTL"), (45.0, "GUIDED")), stops=(40.0,))
    assert later.count_surprises(since=10.0, silence=10.0).events == 1
