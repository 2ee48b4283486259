"""What the pilot is told of the link, and what the aircraft does on a weak one."""

from harness.plugin.marks import requirement


@requirement("RADIO-09.warning_lead_time", "RADIO-09.warning_lead_margin", "RADIO-09.missing_warnings")
def test_warns_before_the_link_is_lost(vehicle, observer, attenuator, measure, fade):
    """A link that fades slowly is warned of in time, with signal left."""
    with vehicle.hovering(at=fade.height), attenuator.fading(slope=fade.slope) as fading:
        fading.wait_action(observer.read_state, within=fade.window)
    warned = vehicle.read_warning(since=fading.start)
    fading.show(warned)
    measure("warning_lead_time", fading.lead_time(warned))
    measure("warning_lead_margin", fading.lead_margin(warned))
    measure("missing_warnings", fading.missing(warned))


@requirement("RADIO-09.uninhibited_takeoffs")
def test_does_not_arm_on_a_weak_link(vehicle, attenuator, measure, weak):
    """On a link that is nearly lost the aircraft does not arm; on a strong one it does."""
    vehicle.linger(weak.settle)
    with attenuator.holding(above_loss=weak.above_loss):
        vehicle.linger(weak.settle)
        measure("uninhibited_takeoffs", vehicle.try_to_arm(weak.attempts))
    vehicle.linger(weak.settle)
    vehicle.assert_obeys()
