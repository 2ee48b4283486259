"""What a recorded flight leaves beside its medium, and what its log tells."""

from harness.plugin.marks import requirement


@requirement("DAR-06")
def test_no_residue_elsewhere(vehicle, storage, measure, recording):
    """Nothing of a recorded mission lies on the companion's own flash or on the ground station."""
    with storage.showing_canaries(), vehicle.hovering(at=recording.height):
        vehicle.linger(recording.duration)
    residue = storage.search_places(storage.acquire())
    measure("residue_hits", residue.residue_hits)
    measure("unexamined_places", residue.unexamined_places)


@requirement("DAR-12")
def test_log_holds_only_what_is_declared(vehicle, storage, measure, recording):
    """The log of a flight holds no personal or position data beyond the declared fields."""
    with storage.showing_canaries(), vehicle.hovering(at=recording.height):
        vehicle.linger(recording.duration)
    measure("undeclared_fields", storage.count_undeclared_fields(storage.acquire()))
