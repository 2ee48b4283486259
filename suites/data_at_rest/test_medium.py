"""What a powered-off unit gives to whoever takes its storage medium."""

from harness.plugin.marks import requirement


@requirement("DAR-01")
def test_mission_data_is_unreadable(vehicle, storage, measure, recording):
    """Nothing of a recorded mission can be read from the medium of a powered-off unit."""
    with storage.showing_canaries(), vehicle.hovering(at=recording.height):
        vehicle.linger(recording.duration)
    found = storage.search(storage.acquire())
    measure("canary_hits", found.canary_hits)
    measure("signature_hits", found.signature_hits)
    measure("coordinate_hits", found.coordinate_hits)
    measure("scanned_fraction", found.scanned_fraction)


@requirement("DAR-02")
def test_algorithm_is_approved(vehicle, storage, measure, recording):
    """The volume uses an approved algorithm, mode, key length and key derivation, and its sectors do not repeat."""
    with storage.showing_canaries(), vehicle.hovering(at=recording.height):
        vehicle.linger(recording.duration)
    volume = storage.examine(storage.acquire())
    measure("unapproved_parameters", volume.unapproved_parameters)
    measure("key_bits", volume.key_bits)
    measure("repeated_blocks", volume.repeated_blocks)


@requirement("DAR-03")
def test_keys_are_not_beside_the_data(vehicle, storage, measure, recording):
    """Neither the master key, its schedule nor the credential lies on the medium that it protects."""
    with storage.showing_canaries(), vehicle.hovering(at=recording.height):
        vehicle.linger(recording.duration)
    measure("key_hits", storage.search_keys(storage.acquire()))
