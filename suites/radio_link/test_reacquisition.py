"""What the aircraft does when its link comes back."""

from harness.instruments.repeats import sum_of, worst_of
from harness.plugin.marks import requirement


@requirement("RADIO-02")
def test_is_commanded_again(vehicle, observer, radio, truth, measure, return_of_link):
    """Telemetry and command are back in time, nothing happens unasked, and the pilot's next order is obeyed."""
    back, surprises, refusals = [], [], []
    silence = return_of_link.silence
    with truth.following(vehicle.home) as story, observer.telling(story):
        for _ in range(return_of_link.runs):
            with vehicle.flying(phase=return_of_link.phase, height=return_of_link.height):
                with radio.cut("both", story) as cut:
                    vehicle.linger(silence)
                back.append(vehicle.wait_regained(within=return_of_link.within))
                vehicle.linger(return_of_link.watch)
                surprises.append(observer.count_surprises(since=cut.last_frame, silence=silence))
                refusals.append(vehicle.count_refusals())
    measure("telemetry_time", worst_of([each.telemetry for each in back]))
    measure("reacquisition_time", worst_of([each.control for each in back]))
    measure("unintended_mode_changes", sum_of(surprises))
    measure("orders_refused", sum_of(refusals))
