"""The analyser by SCPI over a socket, as a bench has it."""

from dataclasses import replace
from functools import partial

import pytest

from harness.errors import RigError
from harness.instruments import dialogue
from harness.instruments.context import CalibratedRange
from harness.instruments.spectrum.scpi import ScpiAnalyser
from harness.instruments.twins.analyser import spectrum
from harness.instruments.twins.answerers import LineAnswerer, plain

SPAN = {"centre": 2.44e9, "span": 100e6, "resolution": 1e6}


@pytest.fixture
def serve(hall):
    """Serves what answers, and gives its VISA name."""

    def at(answer):
        port = hall.tcp(partial(LineAnswerer, answer=answer, shape=plain)).partition(":")[2]
        return f"TCPIP::127.0.0.1::{port}::SOCKET"

    return at


@pytest.fixture
def analyser(real, hall, serve, monkeypatch):
    monkeypatch.setattr(dialogue, "ANSWER_WITHIN", 0.3)
    made = []

    def make(fault="", answer=None, settings=(), **changes):
        resource = serve(answer or spectrum(hall, fault))
        context = replace(real(resource=resource, points=101, **dict(settings)), **changes)
        made.append(ScpiAnalyser(context))
        return made[-1]

    yield make
    for each in made:
        each.close()


def test_it_sees_the_radio_when_it_is_on_and_a_line_when_it_is_seeded(analyser, hall):
    device = analyser()
    assert device.identify() == "Dronecert,Twin analyser,TWIN0004,1.0"
    assert max(device.read_trace(**SPAN).levels) < -85.0
    device.seed(2.40e9, -40.0)
    assert device.read_trace(**SPAN).strongest == (2.40e9, -70.0)
    device.seed_nothing()
    hall.powered = True
    trace = device.read_trace(**SPAN)
    assert (trace.start, trace.step, len(trace.levels)) == (2.39e9, 1e6, 101)
    assert trace.strongest[1] == pytest.approx(15.0 - 30.0 - 12.55, abs=0.01)
    assert trace.occupied_bandwidth() == pytest.approx(18e6, abs=1e6)


def test_a_generator_of_its_own_is_asked_for_the_line(analyser, serve):
    orders = []

    def generator(question):
        orders.append(question)
        return "done" if question == "RF?" else ""

    settings = {
        "seed_resource": serve(generator),
        "seed_set": "FREQ {frequency:.0f};POW {level:.1f}",
        "seed_loss": 20.0,
        "seed_on": "RF?",
    }
    analyser(settings=settings).seed(1e9, -45.0)
    assert orders == ["FREQ 1000000000;POW -25.0", "RF?"]


@pytest.mark.parametrize(("fault", "problem"), [("silent", "does not answer"), ("garbling", "reports")])
def test_a_silent_or_garbling_one_is_told(analyser, fault, problem):
    with pytest.raises(RigError, match=problem):
        analyser(fault).read_trace(**SPAN)


@pytest.mark.parametrize(
    ("question", "said", "problem"),
    [
        ("BAND?", "3000000", r"has a resolution bandwidth of 3e\+06 Hz, 1e\+06 Hz is wanted"),
        ("TRAC? TRACE1", "-90,-91", r"gives 2 levels, 101 are wanted: correct `points`"),
        ("TRAC? TRACE1", "-90,nan", r"answers 'nan' where a number was asked for"),
        ("SYST:ERR?", '-222,"Data out of range"', "reports '-222,"),
        ("STAT:QUES:POW:COND?", "4", r"analyser\.linear failed: the analyser says it is overloaded"),
    ],
)
def test_settings_that_were_not_taken_and_traces_that_are_none_are_told(analyser, hall, question, said, problem):
    sound = spectrum(hall, "")
    with pytest.raises(RigError, match=problem):
        analyser(answer=lambda asked: said if asked == question else sound(asked)).read_trace(**SPAN)


def test_a_level_that_was_not_calibrated_is_invalid(analyser, hall):
    hall.powered = True
    ranges = (CalibratedRange(low=-120.0, high=-50.0, uncertainty=1.0),)
    with pytest.raises(RigError, match=r"a level of -27\.55 is outside of what was calibrated"):
        analyser(ranges=ranges).read_trace(**SPAN)
