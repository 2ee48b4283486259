"""What a corrupted frame does to the aircraft."""

from harness.plugin.marks import requirement


@requirement("RADIO-05")
def test_ignores_corrupted_frames(vehicle, observer, radio, measure, corruption):
    """No corrupted frame is obeyed or changes the state of the aircraft."""
    orders = vehicle.corrupted_orders(corruption.frames)
    with observer.watching() as changes, vehicle.counting_answers() as answers:
        radio.inject(orders, rate=corruption.rate)
    vehicle.assert_obeys()
    measure("accepted_corrupt", answers.of(orders))
    measure("state_changes", changes.of(orders))
