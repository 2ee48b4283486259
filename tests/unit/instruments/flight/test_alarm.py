import pytest

from harness.instruments.flight.alarm import Alarm
from harness.vehicle.texts import Text


def alarm(*texts, signs=(), ended=100.0):
    said = [Text(time=time, severity=severity, text=text) for time, severity, text in texts]
    return Alarm(
        word="wind", wanted=frozenset({"RTL"}), telling=0.1, u_clock=0.0, texts=said, signs=dict(signs), ended=ended
    )


def test_the_first_warning_counts_from_the_crossing():
    seen = alarm((50.0, 4, "Wind above limit: 19 m/s"), (60.0, 4, "Wind above limit: RTL"))
    assert seen.delay(since=47.0).value == pytest.approx(3.0)
    assert seen.missing_warnings().events == 0


def test_what_was_told_and_done_first_is_described():
    seen = alarm((50.0, 4, "High wind"), (51.0, 4, "High wind"), signs={61.0: {"LAND"}, 60.0: {"RTL", "motors off"}})
    assert seen.describe() == "first warning at 50.0 s: High wind; first action at 60.0 s: RTL and motors off"
    assert alarm().describe() == "no warning; no action"


@pytest.mark.parametrize(
    ("texts", "signs", "false"),
    [
        ((), {}, 0),
        (((50.0, 4, "High wind"),), {60.0: {"RTL"}}, 0),
        (((39.0, 4, "High wind"), (50.0, 4, "High wind")), {60.0: {"RTL"}}, 1),
        (((39.0, 6, "Wind 1 m/s"), (38.0, 4, "Battery low")), {}, 0),
        (((50.0, 4, "High wind"),), {39.0: {"RTL"}}, 1),
    ],
)
def test_what_comes_before_the_wind_does_is_false(texts, signs, false):
    assert alarm(*texts, signs=signs).false_alarms(before=40.0).events == false


def test_a_warning_before_the_crossing_is_no_delay():
    assert alarm((50.0, 4, "HIGH WIND")).delay(since=51.0).value == 0.0


@pytest.mark.parametrize("text", [(50.0, 6, "Wind 19 m/s"), (50.0, 4, "Battery low")])
def test_what_is_no_warning_of_the_wind_is_none(text):
    seen = alarm(text)
    assert (seen.missing_warnings().events, seen.missing_warnings().trials) == (1, 1)
    assert seen.delay(since=40.0).value == pytest.approx(60.0)


@pytest.mark.parametrize(
    ("signs", "wrong"),
    [
        ({60.0: {"RTL"}, 70.0: {"LAND"}}, 0),
        ({60.0: {"LAND"}, 70.0: {"RTL"}}, 1),
        ({60.0: {"motors off", "RTL"}}, 0),
        ({}, 1),
    ],
)
def test_the_first_action_is_the_declared_one_or_wrong(signs, wrong):
    assert alarm(signs=signs).wrong_actions().events == wrong
