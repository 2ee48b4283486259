import pytest
from scipy import stats

from harness.storage.search import hits


@pytest.mark.parametrize(("count", "expected"), [(1, 0.01), (3, 0.5), (12, 4.0), (1100, 1000.0), (5, 1e-9)])
def test_the_chance_is_that_of_scipy(count, expected):
    assert hits._poisson_tail(count, expected) == pytest.approx(stats.poisson.sf(count - 1, expected), rel=1e-6)
