"""Sweeps by an analyser of numbers: pieces that join, and a line that must be found in each."""

import pytest

from harness.errors import RigError
from harness.instruments.spectrum.airsweep import AirSweep, Look, read_looks
from harness.instruments.spectrum.emissions import Trace

LOOK = Look(low=1000.0, high=1250.0, resolution=1.0)


class Analyser:
    points = 101

    def __init__(self, *, noise=-100.0, gain=0.0, frozen=False):
        self.noise, self.gain, self.frozen, self.line, self.seen, self._first = noise, gain, frozen, None, [], None

    def read_trace(self, *, centre, span, resolution):
        start, step = centre - span / 2, span / (self.points - 1)
        assert step == pytest.approx(resolution)
        self.seen.append((start, start + span))
        levels = [self.noise] * self.points
        if self.line:
            frequency, level = self.line
            levels[round((frequency - start) / step)] = level - 30.0 + self.gain
        trace = Trace(start=start, step=step, levels=tuple(levels))
        self._first = self._first or trace
        return self._first if self.frozen else trace

    def seed(self, frequency, level):
        self.line = (frequency, level)

    def seed_nothing(self):
        self.line = None


@pytest.fixture
def sweep(real):
    return lambda analyser: AirSweep(real(), analyser, 30.0).sweep((LOOK,), -40.0)


def test_pieces_join_without_gaps_and_end_where_the_range_does(sweep, real):
    analyser = Analyser()
    (swept,) = sweep(analyser)
    assert (len(swept.trace.levels), len(swept.floors)) == (251, 251)
    assert swept.trace.frequency(250) == 1250e6
    assert sorted(set(analyser.seen)) == [(1000e6, 1100e6), (1101e6, 1201e6), (1150e6, 1250e6)]
    assert (set(swept.floors), set(swept.thresholds)) == ({-70.0}, {-60.0})
    assert real.log.controls == [("line.found", True)]
    assert analyser.line is None


@pytest.mark.parametrize(
    ("lies", "problem"),
    [
        ({"frozen": True}, r"a line of -40 dBm at 1000\.0 MHz reads -70\.0 dBm: is the trace a fresh one"),
        ({"noise": -75.0}, r"noise of -45 dBm about 1000\.0 MHz hides a line of -40 dBm: attenuate less"),
        ({"gain": -4.0}, r"reads -44\.0 dBm: is the trace a fresh one, and `path_loss` right"),
    ],
)
def test_an_analyser_that_lies_is_invalid(sweep, real, lies, problem):
    with pytest.raises(RigError, match=problem):
        sweep(Analyser(**lies))
    assert real.log.controls == [("line.found", False)]


@pytest.mark.parametrize("rows", [[], [[1.0, 2.0]], [[5.0, 1.0, 0.1]], [[1.0, 2.0, 0.0]]])
def test_ranges_that_are_none(rows):
    with pytest.raises(RigError, match=r"\[from, to, resolution\] in MHz"):
        read_looks(rows)
