"""Who may command the aircraft over its links."""

from harness.plugin.marks import requirement


@requirement("RADIO-06")
def test_refuses_what_is_not_authentic(vehicle, observer, intruder, measure, forgery):
    """No forged, replayed or stale command is obeyed on any link; its rightly signed twin is, in the same state."""
    vehicle.linger(forgery.settle)
    tried = intruder.forge(observer.read_state, repetitions=forgery.repetitions)
    measure("accepted_illegitimate", tried.accepted)
    measure("accepted_in_window", tried.accepted_in_window)
    measure("state_changes", tried.changed)
