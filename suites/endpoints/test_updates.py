"""Which updates the article takes."""

from harness.plugin.marks import requirement


@requirement("ENDP-11")
def test_takes_signed_updates_that_were_asked_for(network, measure):
    """Only the released update is installed, from the declared host and when the operator asked for it."""
    updates = network.try_updates()
    measure("accepted_bad_updates", updates.accepted_bad_updates)
    measure("unrequested_updates", updates.unrequested_updates)
