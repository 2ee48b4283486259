"""What the aircraft does when its ground station falls silent."""

from harness.plugin.marks import requirement


@requirement("RADIO-01")
def test_acts_on_silence(vehicle, observer, radio, truth, measure, silence):
    """The declared action starts by itself, in time, when the link goes silent."""
    with (
        vehicle.flying(phase=silence.phase, height=silence.height) as home,
        truth.following(home),
        radio.cut(silence.direction) as cut,
    ):
        reaction = observer.wait_reaction(since=cut.last_frame, within=silence.window)
        measure("reaction_time", reaction.time)
        measure("wrong_actions", reaction.wrong_actions)
        observer.wait_landed(within=silence.landing)
        measure("landing_error", truth.distance_over_ground(home))
