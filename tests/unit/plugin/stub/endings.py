"""Every way in which a case can end; copied into the suites of an inner run. WIND-xx has one quantity, RADIO-xx two."""

import math
import warnings

import pytest

from harness.errors import (
    EvidenceError,
    HarnessError,
    MaterialError,
    NotOffered,
    RigError,
    RigTimeout,
    VehicleTimeout,
)
from harness.judgement import Count, Estimate
from harness.plugin.marks import requirement


@requirement("WIND-01")
def test_good(vehicle, measure):
    """All is well."""
    vehicle.check(True)
    vehicle.show()
    measure("error", Estimate(value=1.0, U=0.5))


@requirement("WIND-02")
def test_over_the_limit(measure):
    """A measurement over its limit."""
    measure("error", 3.0)


@requirement("WIND-03")
def test_in_the_guard_band(measure):
    """A measurement inside the guard band."""
    measure("error", Estimate(value=1.9, U=0.2))


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
@requirement("WIND-04")
def test_not_finite(measure, value):
    """A value that is not finite."""
    measure("error", value)


@requirement("WIND-05")
def test_uncertainty_not_finite(measure):
    """An uncertainty that is not finite."""
    measure("error", Estimate(value=1.0, U=math.nan))


@requirement("WIND-06")
def test_exception(measure):
    """An exception after a good measurement."""
    measure("error", 1.0)
    raise ZeroDivisionError("no idea")


@requirement("WIND-07")
def test_exception_without_text(measure):
    """An exception that says nothing."""
    measure("error", 1.0)
    raise RuntimeError


@requirement("WIND-08")
def test_assertion(measure):
    """A bare assert is no measurement."""
    measure("error", 1.0)
    assert math.pi == 3


@requirement("WIND-09")
def test_refused_with_witness(vehicle, observer):
    """The article refuses, the observer hears it."""
    vehicle.refuse()


@requirement("WIND-10")
def test_refused_without_witness(vehicle, observer):
    """The article refuses, the observer hears nothing."""
    vehicle.fall_silent()
    vehicle.refuse()


@requirement("WIND-11")
def test_refused_after_measuring(vehicle, measure):
    """What was measured before the refusal stands, the case fails."""
    measure("error", 1.0)
    vehicle.refuse()


@requirement("RADIO-05")
def test_refused_after_half(vehicle, measure):
    """What was not measured before the refusal fails."""
    measure("error", 1.0)
    vehicle.refuse()


@requirement("WIND-42")
def test_refused_after_failing(vehicle, measure):
    """A proven FAIL stands, whoever is to blame later."""
    measure("error", 3.0)
    vehicle.refuse()


@pytest.fixture
def refused(vehicle):
    vehicle.refuse()


@requirement("WIND-12")
def test_refused_in_setup(refused):
    """The article refuses what a fixture asks."""


@requirement("WIND-13")
def test_timeout_of_the_article():
    """An awaited reaction that never comes, without any device."""
    raise VehicleTimeout("waited 5 s for a reaction")


@pytest.mark.parametrize("error", [RigError, RigTimeout, EvidenceError, MaterialError, HarnessError])
@requirement("WIND-14")
def test_not_the_article(vehicle, measure, error):
    """Any other party failed."""
    measure("error", 1.0)
    raise error("the bench broke")


@requirement("WIND-15")
def test_failed_control(vehicle, measure):
    """A control fails and raises."""
    measure("error", 1.0)
    vehicle.check(False)


@requirement("WIND-16")
def test_quiet_control(vehicle, measure):
    """A control fails and nobody raises."""
    measure("error", 1.0)
    vehicle.fail_quietly()


@requirement("WIND-43")
def test_quiet_control_and_skip(vehicle, measure):
    """A failed control is not skipped away."""
    measure("error", 1.0)
    vehicle.fail_quietly()
    pytest.skip("no time")


@requirement("WIND-17")
def test_skip(measure):
    """Skipped after a good measurement."""
    measure("error", 1.0)
    pytest.skip("no time")


@requirement("WIND-18")
def test_skip_after_failing(measure):
    """A proven FAIL is not skipped away."""
    measure("error", 3.0)
    pytest.skip("does not look good")


@pytest.mark.skip(reason="out of order")
@requirement("WIND-19")
def test_skip_mark(measure):
    """Skipped by a mark."""
    measure("error", 1.0)


@pytest.mark.xfail
@requirement("WIND-20")
def test_xfail_that_passes(measure):
    """Expected to fail, passes."""
    measure("error", 1.0)


@pytest.mark.xfail
@requirement("WIND-21")
def test_xfail_that_raises(measure):
    """Expected to fail, raises."""
    measure("error", 1.0)
    raise ZeroDivisionError


@pytest.mark.xfail(strict=True)
@requirement("WIND-22")
def test_strict_xfail_that_passes(measure):
    """Strictly expected to fail, passes."""
    measure("error", 1.0)


@pytest.mark.xfail(strict=True)
@requirement("WIND-23")
def test_strict_xfail_that_fails(measure):
    """Strictly expected to fail, fails: a proven FAIL stands."""
    measure("error", 3.0)


@pytest.mark.xfail(run=False)
@requirement("WIND-24")
def test_xfail_that_does_not_run(measure):
    """Expected to fail, not even run."""
    measure("error", 1.0)


@requirement("WIND-25")
def test_xfail_in_the_body(measure):
    """Says in its body that it fails."""
    measure("error", 1.0)
    pytest.xfail("known")


@pytest.mark.timeout(0.2)
@requirement("WIND-26")
def test_timeout(measure):
    """Stopped by pytest-timeout."""
    measure("error", 1.0)
    while True:
        pass


@pytest.fixture
def broken_setup():
    raise ZeroDivisionError("in setup")


@requirement("WIND-27")
def test_setup_error(broken_setup, measure):
    """A fixture breaks."""
    measure("error", 1.0)


@pytest.fixture
def broken_teardown():
    yield
    raise ZeroDivisionError("in teardown")


@requirement("WIND-28")
def test_teardown_error(broken_teardown, measure):
    """The article cannot be restored."""
    measure("error", 1.0)


@pytest.fixture
def refused_in_teardown(vehicle):
    yield
    vehicle.refuse()


@requirement("WIND-29")
def test_refused_in_teardown(refused_in_teardown, measure):
    """The article refuses to be restored."""
    measure("error", 1.0)


@pytest.fixture
def skipped_in_teardown():
    yield
    pytest.skip("does not look good")


@requirement("WIND-47")
def test_refused_and_skipped_in_teardown(vehicle, observer, skipped_in_teardown):
    """A refusal that was seen is not skipped away."""
    vehicle.refuse()


@pytest.mark.xfail
@requirement("WIND-47")
def test_refused_and_marked_xfail(vehicle, observer):
    """Nor is it expected away."""
    vehicle.refuse()


@requirement("WIND-30")
def test_unmeasured():
    """Nothing is measured."""


@requirement("RADIO-01")
def test_half_measured(measure):
    """One of two quantities is measured."""
    measure("error", 1.0)


@requirement("RADIO-02")
def test_both_seen(measure):
    """The second quantity is seen although the first is over its limit."""
    measure("error", 3.0)
    measure("delay", 1.0)


@requirement("RADIO-03")
def test_worst_first(measure):
    """INCONCLUSIVE and FAIL are FAIL."""
    measure("error", Estimate(value=1.9, U=0.2))
    measure("delay", 9.0)


@requirement("WIND-31")
def test_missing_role(radio, measure):
    """The rig has no such role."""
    measure("error", 1.0)


@requirement("WIND-32")
def test_unknown_fixture(oracle, measure):
    """The harness has no such role."""
    measure("error", 1.0)


@requirement("WIND-33")
def test_fail(measure):
    """pytest.fail is no measurement."""
    measure("error", 1.0)
    pytest.fail("I say so")


@requirement("WIND-34")
def test_value_of_another_kind(measure):
    """A value that is no number, but reads like one."""
    measure("error", "1.0")


@requirement("WIND-35")
def test_none(measure):
    """No value."""
    measure("error", None)


@requirement("WIND-36")
def test_warning(measure):
    """A warning is an error here."""
    measure("error", 1.0)
    warnings.warn("late", stacklevel=1)


@requirement("WIND-37")
async def test_coroutine(measure):
    """Nobody awaits it."""
    measure("error", 1.0)


@requirement("WIND-38")
def test_returns(measure):
    """A returned value is a mistake."""
    measure("error", 1.0)
    return True


@requirement("WIND-39", "RADIO-04.delay")
def test_two_requirements(measure):
    """Shows two requirements."""
    measure("WIND-39.error", 1.0)
    measure("RADIO-04.delay", Count(events=1, trials=10))


@pytest.mark.parametrize("value", [1.0, 3.0, 1.0])
@requirement("WIND-40")
def test_worst_case(measure, value):
    """One of three cases fails."""
    measure("error", value)


@requirement("WIND-41")
def test_system_exit(measure):
    """The body tries to leave."""
    measure("error", 1.0)
    raise SystemExit(0)


@pytest.mark.parametrize("value", [1.0, 3.0])
@pytest.mark.parametrize("wind", [11.0, 13.0])
@requirement("WIND-42")
def test_exposed(vehicle, measure, wind, value):
    """The article was exposed to another wind than the one of the case."""
    vehicle.expose(wind)
    measure("error", value)


@pytest.mark.parametrize("value", [1.0, 3.0])
@requirement("WIND-45")
def test_not_offered(measure, value):
    """The rig cannot do the rest; what was measured before stands."""
    measure("error", value)
    raise NotOffered("there is one unit on this bench")


@requirement("WIND-46")
def test_not_offered_and_control(vehicle, measure):
    """A control that failed is not forgotten for what the rig cannot do."""
    vehicle.fail_quietly()
    raise NotOffered("there is one unit on this bench")
