"""The twin of an analyser: any bytes are borne, and each fault is in its traces."""

import pytest
from fake_bench import QuietHall
from hypothesis import given
from hypothesis import strategies as st

from harness.instruments.twins import analyser


def trace(fault, powered=True, *orders, centre=2.44e9):
    hall = QuietHall()
    hall.powered = powered
    answer = analyser.spectrum(hall, fault)
    for order in (f"FREQ:CENT {centre:.0f}", "SWE:POIN 101", *orders, "INIT:IMM"):
        answer(order)
    return [float(level) for level in answer("TRAC? TRACE1").split(",")]


@given(question=st.text(max_size=60), fault=st.sampled_from(["", "silent", "garbling", "stuck", *analyser.FAULTS]))
def test_any_question_is_borne(question, fault):
    assert isinstance(analyser.spectrum(QuietHall(), fault)(question), str)


def test_the_radio_is_seen_when_it_is_on_and_not_else():
    assert max(trace("")) == pytest.approx(15.0 - 30.0 - 12.55, abs=0.01)
    assert max(trace("", False)) < -85.0


@pytest.mark.parametrize(
    ("fault", "powered", "centre", "level"),
    [
        ("strong", True, 2.44e9, -21.55),
        ("spurious", True, 1.234e9, -50.0),
        ("beacon", True, 868.3e6, -30.0),
        ("ambient", False, 105.5e6, -50.0),
        ("noisy", False, 3e9, -50.0),
    ],
)
def test_each_fault_is_in_the_trace(fault, powered, centre, level):
    assert max(trace(fault, powered, centre=centre)) == pytest.approx(level, abs=3.0)
    assert max(trace("", powered, centre=centre)) != pytest.approx(level, abs=3.0)


def test_one_on_the_wrong_channel_is_30_mhz_beside():
    wrong = trace("wrong-channel", centre=2.472e9)
    assert (wrong[50] > -30.0, trace("", centre=2.472e9)[50] < -80.0) == (True, True)


def test_a_seeded_line_and_one_that_is_stuck():
    line = ("SOUR:FREQ 2400000000;:SOUR:POW -40", "OUTP ON")
    assert max(trace("", False, *line)) == pytest.approx(-70.0)
    assert max(trace("stuck", False, "INIT:IMM", *line)) < -85.0


def test_an_overloaded_one_says_so_and_nonsense_is_an_error():
    assert analyser.spectrum(QuietHall(), "overload")("STAT:QUES:POW:COND?") == "1"
    answer = analyser.spectrum(QuietHall(), "")
    answer("FREQ:CENT abc")
    assert answer("SYST:ERR?") == '-104,"Data type error"'
    answer("DO:WHAT")
    assert answer("SYST:ERR?") == '-113,"Undefined header"'
    assert answer("INIT:IMM;*OPC?") == "1"
