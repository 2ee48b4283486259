import math

import pytest

from harness.errors import NotShown
from harness.plant.weather import Turbulence
from harness.targets.programs.ardusim import ARDUSIM, LAG, SPEED
from harness.targets.programs.sih import SIH
from harness.targets.programs.simair import Rests, SimulatedAir
from harness.targets.programs.simulator import Saving


@pytest.fixture
def wires():
    """An air, and an autopilot that echoes what it is sent."""
    sent = []

    def send(name, value):
        sent.append((name, value))
        air.hear(name, value)

    air = SimulatedAir(3, ARDUSIM.wind, send)
    return air, sent


def test_what_blows_follows_the_echoed_parameters_behind_the_lag(wires):
    air, _ = wires
    air.set_wind(-10.0, 0.0)
    air.move_to(1.0, 10.0)
    assert air.blows() == (0.0, 0.0, 0.0)
    air.move_to(1.0 + LAG, 10.0)
    assert air.blows()[0] == pytest.approx(-10.0 * (1.0 - math.exp(-1.0)))
    air.move_to(3.0, 10.0)
    assert air.blows() == pytest.approx((-10.0, 0.0, 0.0), abs=1e-5)


def test_what_was_not_echoed_does_not_blow():
    air = SimulatedAir(3, ARDUSIM.wind, lambda name, value: None)
    air.set_wind(-10.0, 0.0)
    for step in range(1, 40):
        air.move_to(0.1 * step, 10.0)
    assert air.blows() == (0.0, 0.0, 0.0)


def test_a_parameter_is_sent_until_it_is_echoed_and_then_no_more(wires):
    air, sent = wires
    air.set_wind(-10.0, 0.0)
    air.move_to(0.1, 10.0)
    first = len(sent)
    air.move_to(0.2, 10.0)
    assert first == 1 and len(sent) == first


def test_a_gust_is_streamed_and_ends(wires):
    air, sent = wires
    air.set_wind(-5.0, 0.0)
    air.add_gust(start=1.0, duration=2.0, north=-6.0, east=0.0)
    for step in range(1, 80):
        air.move_to(0.05 * step, 10.0)
    assert max(value for name, value in sent if name == SPEED) == pytest.approx(11.0, abs=0.05)
    assert air.blows() == pytest.approx((-5.0, 0.0, 0.0), abs=0.01)


def test_nothing_changes_while_the_autopilot_writes_its_parameters_down():
    """As PX4 does: 0.3 s after a change, then every 2 s; a change meanwhile stops its simulator for ever."""
    sent = []

    def send(name, value):
        sent.append(round(now, 3))
        air.hear(name, value)

    air, step = SimulatedAir(3, SIH.wind, send), 0.01
    air.add_gust(start=1.0, duration=8.0, north=-6.0, east=0.0)
    for number in range(1, 1200):
        now = step * number
        air.move_to(now, 10.0)
    saving = SIH.wind.saving
    writes = [sent[0] + saving.delay + number * saving.period for number in range(4)]
    for write in writes:
        assert not any(write - saving.before + step < time < write + saving.after - step for time in sent)
        assert any(write + saving.after < time < write + saving.after + 0.1 for time in sent)
    # the gust has ended, and all is quiet at its value
    assert air.blows() == (0.0, 0.0, 0.0)


def test_a_change_long_after_the_last_begins_anew():
    rests = Rests(Saving(delay=0.3, period=2.0, before=0.06, after=0.14))
    rests.note(1.0)
    assert [rests.holds(time) for time in (1.2, 1.3, 1.4, 1.5)] == [False, True, True, False]
    rests.note(10.0)
    assert [rests.holds(time) for time in (10.2, 10.3, 10.5)] == [False, True, False]
    # soon after one, the next is a period away
    rests.note(10.6)
    assert [rests.holds(time) for time in (10.9, 12.2, 12.3, 12.5)] == [False, False, True, False]


def test_a_simulator_of_level_wind_is_shown_no_turbulence():
    air = SimulatedAir(3, SIH.wind, lambda name, value: None)
    with pytest.raises(NotShown, match="no wind up or down: use a build of PX4"):
        air.set_turbulence(Turbulence(seed=1, w20=10.0))
    air.set_turbulence(None)
