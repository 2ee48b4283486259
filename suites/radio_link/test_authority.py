"""Which ground station the aircraft obeys."""

from harness.plugin.marks import requirement


@requirement("RADIO-12")
def test_obeys_the_paired_station_alone(vehicle, observer, intruder, measure, authority):
    """A second station takes nothing over and pairs only by a physical act; then it, and not the first, is obeyed."""
    vehicle.linger(authority.settle)
    takeover = intruder.usurp(observer.read_state)
    measure("takeovers", takeover.takeovers)
    measure("unattended_pairings", takeover.unattended_pairings)
