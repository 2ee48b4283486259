"""The offset of two clocks from exchanges: bounds that hold, whatever the ways took, and what shows a bad clock."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.instruments.link.clocks import STEP, Exchange, Offset, Timebase, bound_boot, bound_unix

EPOCH = 1_767_225_600.0
ways = st.floats(0.0, 0.2)
OFFSETS = st.floats(-1e4, 1e4)


def exchange(start, up, down, offset=0.0):
    stamped = start + up + offset
    boot = math.floor(round(stamped / STEP, 6)) * STEP
    end = start + up + down
    return Exchange(start=start, unix=EPOCH + stamped, boot=boot, heard=end, acknowledged=end)


@given(OFFSETS, st.lists(st.tuples(st.floats(0.0, 100.0), ways, ways), min_size=1, max_size=20))
def test_the_truth_lies_between_the_bounds_whatever_each_way_took(offset, taken):
    found = bound_boot([exchange(start, up, down, offset) for start, up, down in taken], 0.0)
    assert found.low - 1e-6 <= offset <= found.high + 1e-6
    assert found.half <= min(up + down + STEP for _, up, down in taken) / 2.0 + 1e-6


def test_the_best_exchange_leaves_half_its_round_trip():
    found = bound_unix([exchange(1.0, 0.003, 0.001, 5.0), exchange(2.0, 0.3, 0.3, 5.0)], EPOCH)
    assert found.half == pytest.approx(0.002, abs=1e-6)
    assert found.middle == pytest.approx(5.001, abs=1e-6)


@given(st.floats(0.0, 0.02), st.floats(0.0, 0.02))
def test_a_test_clock_that_is_behind_when_read_is_allowed_for(at_start, at_end):
    true = exchange(1.0, 0.002, 0.002, 3.0)
    seen = Exchange(start=1.0 - at_start, unix=0.0, boot=true.boot, heard=true.heard - at_end, acknowledged=true.heard)
    found = bound_boot([seen], 0.02)
    assert found.low - 1e-9 <= 3.0 <= found.high + 1e-9


@pytest.mark.parametrize("stamps", [(0.0, 0.05), (0.05, 0.0)])
def test_a_clock_that_runs_unevenly_fits_no_offset(stamps):
    taken = [exchange(number, 0.005, 0.005, offset) for number, offset in enumerate(stamps)]
    assert bound_boot(taken, 0.0).half < 0.0


def test_no_exchange_bounds_nothing():
    assert bound_boot([], 0.0).half == math.inf


def test_how_a_stamp_is_read():
    sample = exchange(7.0, 0.005, 0.005, 2.0)
    assert Timebase(epoch=EPOCH).read(sample) == pytest.approx(9.005, abs=1e-6)
    assert Timebase(epoch=EPOCH).uncertainty() == 0.0
    own = Timebase(epoch=EPOCH, offset=Offset(low=1.999, high=2.001))
    assert own.read(sample) == pytest.approx(7.005, abs=STEP)


def test_what_the_clocks_drifted_is_uncertain():
    own = Timebase(epoch=EPOCH, offset=Offset(low=1.0, high=1.004))
    assert own.uncertainty() == pytest.approx(math.hypot(0.002 / math.sqrt(3), STEP / math.sqrt(12)))
    assert own.uncertainty(Offset(low=1.007, high=1.012)) > 0.010 / math.sqrt(3)
