"""What a corrupted frame does to the aircraft."""

from harness.plugin.marks import requirement


@requirement("RADIO-05")
def test_ignores_corrupted_frames(vehicle, observer, radio, measure, corruption):
    """No corrupted frame is obeyed or changes the state of the aircraft."""
    caught = vehicle.corrupted_orders(corruption.frames // 2, guaranteed=True)
    others = vehicle.corrupted_orders(corruption.frames // 2, guaranteed=False)
    with observer.watching() as changes:
        with vehicle.counting_answers() as answers_to_caught:
            radio.inject(caught, rate=corruption.rate)
        with vehicle.counting_answers() as answers_to_others:
            radio.inject(others, rate=corruption.rate)
    vehicle.assert_obeys()
    measure("accepted_guaranteed", answers_to_caught.of(caught))
    measure("accepted_corrupt", answers_to_others.of(others))
    measure("state_changes", changes.of([*caught, *others]))
