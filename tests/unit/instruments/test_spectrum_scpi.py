from dataclasses import replace
from functools import partial

import pytest

from harness.errors import RigError
from harness.instruments import dialogue
from harness.instruments.context import CalibratedRange
from harness.instruments.spectrum_scpi import ScpiSpectrum, Trace
from harness.instruments.twins import answerers
from harness.instruments.twins.answerers import LineAnswerer, plain


@pytest.fixture
def analyser(real, hall, monkeypatch):
    monkeypatch.setattr(dialogue, "ANSWER_WITHIN", 0.3)
    made = []

    def make(fault="", **changes):
        answer = answerers.spectrum(hall, fault)
        port = hall.tcp(partial(LineAnswerer, answer=answer, shape=plain)).partition(":")[2]
        context = replace(real(resource=f"TCPIP::127.0.0.1::{port}::SOCKET"), **changes)
        made.append(ScpiSpectrum(context))
        return made[-1]

    yield make
    for each in made:
        each.close()


def test_it_sees_the_radio_when_it_is_on(analyser, hall):
    device = analyser()
    assert device.identify() == "Dronecert,Twin analyser,TWIN0004,1.0"
    assert max(device.read_trace(centre=2.44e9, span=100e6).levels) == -95.0
    hall.powered = True
    trace = device.read_trace(centre=2.44e9, span=100e6)
    assert (max(trace.levels), trace.start, trace.step) == (-30.0, 2.39e9, 0.5e6)
    assert trace.occupied_bandwidth() == pytest.approx(20e6, rel=0.05)


def test_flat_noise_fills_the_span():
    assert Trace(start=0.0, step=1.0, levels=(0.0,) * 100).occupied_bandwidth() == pytest.approx(99.0, abs=1.0)


@pytest.mark.parametrize(("fault", "problem"), [("silent", "does not answer"), ("garbling", "reports")])
def test_a_silent_or_garbling_one_is_told(analyser, fault, problem):
    with pytest.raises(RigError, match=problem):
        analyser(fault).read_trace(centre=2.44e9, span=100e6)


def test_a_level_that_was_not_calibrated_is_invalid(analyser, hall):
    hall.powered = True
    ranges = (CalibratedRange(low=-120.0, high=-50.0, uncertainty=1.0),)
    with pytest.raises(RigError, match="a level of -30 is outside of what was calibrated"):
        analyser(ranges=ranges).read_trace(centre=2.44e9, span=100e6)
