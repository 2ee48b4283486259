import pytest
from fake_truth import reading
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import RigError
from harness.instruments.flight.effort import Effort


def effort(outputs, tilts=None):
    tilts = tilts or [10.0] * len(outputs)
    readings = [reading(0.02 * n, motors=tuple(out), tilt=tilts[n]) for n, out in enumerate(outputs)]
    return Effort(readings=readings, period=0.02, tilt_limit=45.0, u_tilt=0.0)


def test_the_worst_motor_counts_in_percent_of_its_range():
    steady = effort([(0.6, 0.7, 0.8, 0.5)] * 100).motor_p99()
    assert (steady.value, steady.U) == (pytest.approx(80.0), pytest.approx(0.0))


def test_a_single_peak_is_no_99th_percentile_and_two_in_a_hundred_are():
    calm, peak = (0.7,) * 4, (0.7, 0.7, 0.7, 1.0)
    assert effort([peak, *[calm] * 199]).motor_p99().value == pytest.approx(70.0)
    assert effort([*[peak] * 4, *[calm] * 196]).motor_p99().value == pytest.approx(100.0)


def test_what_differs_from_block_to_block_is_less_certain():
    assert effort([(0.5,) * 4] * 60 + [(0.9,) * 4] * 60).motor_p99().U > 1.0


def test_saturation_is_the_longest_unbroken_stretch_at_either_end():
    full, idle, calm = (0.7, 1.0, 0.7, 0.7), (0.05, 0.7, 0.7, 0.7), (0.7,) * 4
    assert effort([full] * 10 + [calm] * 5 + [full] * 6 + [idle] * 14 + [calm] * 5).saturation_time().value == (
        pytest.approx(0.4)
    )
    assert effort([(0.98, 0.06, 0.5, 0.5)] * 20).saturation_time().value == 0.0


def test_the_tilt_margin_is_what_the_declared_limit_leaves():
    assert effort([(0.5,) * 4] * 50, [30.0] * 50).tilt_margin().value == pytest.approx(15.0)
    assert effort([(0.5,) * 4] * 50, [50.0] * 50).tilt_margin().value == pytest.approx(-5.0)


NAN = float("nan")


@pytest.mark.parametrize(
    "outputs",
    [
        [(0.5,) * 4] * 11,
        [()] * 50,
        # nobody tells them: not one of them may pass for a motor that is never at its end
        [(NAN,)] * 50,
        [(0.5, NAN, 0.5, 0.5)] * 50,
        [(NAN,)] * 5 + [(0.5,) * 4] * 45,
        [(0.5,) * 4] * 45 + [(0.5,) * 8] * 5,
    ],
)
def test_too_few_readings_or_no_motors_are_the_rigs_fault(outputs):
    for figure in (effort(outputs).motor_p99, effort(outputs).saturation_time, effort(outputs).tilt_margin):
        with pytest.raises(RigError, match="what the motors did"):
            figure()


@given(st.lists(st.floats(0.0, 1.0), min_size=12, max_size=60))
def test_no_output_leaves_the_range(outputs):
    assert 0.0 <= effort([(out,) * 4 for out in outputs]).motor_p99().value <= 100.0
