"""Traces with powers that were worked out by hand."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.instruments.spectrum.emissions import Line, Trace, hold, lines_above, to_decibels, to_milliwatts

# 20 MHz of a megahertz each at 0 dBm, in 100 MHz
BLOCK = Trace(start=2.4e9, step=1e6, levels=(-90.0,) * 40 + (0.0,) * 20 + (-90.0,) * 40)


def test_power_is_the_sum_over_steps_and_not_over_resolution_bandwidths():
    assert BLOCK.power(1e6) == pytest.approx(to_decibels(20.0), abs=1e-3)
    assert BLOCK.power(0.5e6) == pytest.approx(to_decibels(40.0), abs=1e-3)


def test_density_is_that_of_the_strongest_megahertz():
    assert BLOCK.density(1e6) == pytest.approx(1.0)
    fine = Trace(start=0.0, step=1e5, levels=(-90.0,) * 20 + (-10.0,) * 5 + (0.0,) * 5 + (-90.0,) * 20)
    assert fine.density(1e5) == pytest.approx(5 * 0.1 + 5 * 1.0, rel=1e-6)


def test_the_occupied_bandwidth_is_that_of_the_block_and_of_flat_noise_the_span():
    assert BLOCK.occupied_bandwidth() == pytest.approx(20e6)
    assert Trace(start=0.0, step=1.0, levels=(0.0,) * 100).occupied_bandwidth() == pytest.approx(99.0, abs=1.0)


def test_floor_strongest_and_what_was_before_a_loss():
    trace = Trace(start=1e6, step=1e6, levels=(-90.0, -80.0, -20.0, -90.0, -90.0))
    assert (trace.floor, trace.strongest) == (-90.0, (3e6, -20.0))
    assert trace.raised(30.0).levels[2] == 10.0


def test_lines_are_neighbours_that_stand_out():
    trace = Trace(start=100e6, step=1e6, levels=(-40.0, -90.0, -50.0, -30.0, -50.0, -90.0, -20.0))
    found = lines_above(trace, [-60.0] * 7)
    assert found == [
        Line(frequency=100.0, level=-40.0, width=1.0),
        Line(frequency=103.0, level=-30.0, width=3.0),
        Line(frequency=106.0, level=-20.0, width=1.0),
    ]
    assert str(found[1]) == "103.0 MHz -30 dBm"
    assert lines_above(trace, [-10.0] * 7) == []


@given(st.lists(st.floats(-150.0, 30.0), min_size=1, max_size=60), st.floats(-150.0, 30.0))
def test_every_level_over_the_threshold_is_in_one_line(levels, threshold):
    trace = Trace(start=0.0, step=1e6, levels=tuple(levels))
    lines = lines_above(trace, [threshold] * len(levels))
    assert sum(line.width for line in lines) == pytest.approx(sum(level > threshold for level in levels))
    assert trace.power(1e6) >= max(levels) - 1e-6 and math.isfinite(trace.density(1e6))


def test_what_is_held_is_the_greatest_of_each_place():
    one, two = (Trace(start=0.0, step=1.0, levels=levels) for levels in ((1.0, 5.0), (3.0, 4.0)))
    assert hold([one, two]).levels == (3.0, 5.0)
    assert hold([one]).levels == (1.0, 5.0)
    assert to_milliwatts(10.0) == pytest.approx(10.0)
