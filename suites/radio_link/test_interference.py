"""What the aircraft does when link and satellite navigation are jammed."""

from harness.plugin.marks import requirement


@requirement("RADIO-11")
def test_lands_safely_when_link_and_satellites_are_lost(vehicle, observer, truth, jammer, measure, jammed):
    """Without link and satellites the declared action follows, and the aircraft stays where it was."""
    with vehicle.hovering(at=jammed.height) as spot:
        measure("jamming_ratio", jammer.raise_to_loss())
        vehicle.linger(jammed.settle)
        with truth.following(spot), jammer.jamming() as jamming:
            jamming.wait_landed(observer.read_state, within=jammed.window)
    measure("excursion", jamming.excursion)
    measure("wrong_actions", jamming.wrong)
    measure("flyaways", jamming.flown_away)
