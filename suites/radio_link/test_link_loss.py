"""What the aircraft does when its ground station falls silent."""

from harness.instruments.repeats import sum_of, worst_of
from harness.plugin.marks import requirement


@requirement("RADIO-01")
def test_acts_on_silence(vehicle, observer, radio, truth, measure, silence):
    """The declared action starts by itself, in time, when the link goes silent."""
    reactions, errors = [], []
    with truth.following(vehicle.home) as story, observer.telling(story):
        for _ in range(silence.runs):
            with (
                vehicle.flying(phase=silence.phase, height=silence.height) as home,
                radio.cut(silence.direction, story) as cut,
            ):
                reactions.append(observer.wait_reaction(since=cut.last_frame, within=silence.window))
                observer.wait_landed(within=silence.landing)
                errors.append(truth.distance_over_ground(home))
    measure("reaction_time", worst_of([reaction.time for reaction in reactions]))
    measure("wrong_actions", sum_of([reaction.wrong_actions for reaction in reactions]))
    measure("landing_error", worst_of(errors))


@requirement("RADIO-01.wrong_actions", "RADIO-01.landing_error")
def test_lands_on_through_silence(vehicle, observer, radio, truth, measure, landing_silence):
    """A landing that is under way goes on, as declared, when the link goes silent."""
    departures, errors = [], []
    with truth.following(vehicle.home) as story, observer.telling(story):
        for _ in range(landing_silence.runs):
            with (
                vehicle.flying(phase="landing", height=landing_silence.height) as home,
                radio.cut("both", story) as cut,
            ):
                observer.wait_landed(within=landing_silence.landing)
                departures.append(observer.count_departures(since=cut.last_frame))
                errors.append(truth.distance_over_ground(home))
    measure("wrong_actions", sum_of(departures))
    measure("landing_error", worst_of(errors))


@requirement("RADIO-01")
def test_acts_on_a_closed_socket(vehicle, observer, radio, truth, measure, closed_socket):
    """The declared action starts by itself, in time, when the far end of the link is closed, which is no silence."""
    reactions, errors = [], []
    with truth.following(vehicle.home) as story, observer.telling(story):
        for _ in range(closed_socket.runs):
            with (
                vehicle.flying(phase=closed_socket.phase, height=closed_socket.height) as home,
                vehicle.hung_up(),
                radio.closed(story) as cut,
            ):
                reactions.append(observer.wait_reaction(since=cut.last_frame, within=closed_socket.window))
                observer.wait_landed(within=closed_socket.landing)
                errors.append(truth.distance_over_ground(home))
    measure("reaction_time", worst_of([reaction.time for reaction in reactions]))
    measure("wrong_actions", sum_of([reaction.wrong_actions for reaction in reactions]))
    measure("landing_error", worst_of(errors))
