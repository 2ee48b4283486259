"""The role on the twin of an analyser, without a socket between: what each fault of the two comes to."""

from dataclasses import dataclass, replace

import pytest

from harness.errors import NotOffered, NotShown, RigError
from harness.instruments.spectrum import scpi
from harness.instruments.spectrum.scpi import ScpiSpectrum
from harness.instruments.twins.analyser import spectrum
from harness.judgement import DecisionRule, Limit, Verdict, judge
from harness.judgement.estimate import Estimate

MEASURED = {"path_loss": 30.0, "path_loss_uncertainty": 0.3, "antenna_gain": 2.0, "antenna_gain_uncertainty": 0.3}
LIMITS = {"radiated_power": 20.0, "power_density": 10.0, "occupied_bandwidth": 20.0, "spurious_level": -30.0}
RELAY = {"relay": None}


@dataclass
class Plan:
    ranges: tuple = ((1.0, 6000.0, 1.0),)
    seeded: float = -45.0
    times: int = 1


class Direct:
    """A dialogue with the twin in memory."""

    where = "the twin"

    def __init__(self, answer):
        self.ask, self.closed = answer, False

    def close(self):
        self.closed = True


@pytest.fixture
def role(real, hall, monkeypatch):
    hall.powered = True

    def make(fault="", devices=(), **settings):
        monkeypatch.setattr(scpi, "VisaDialogue", lambda *_: Direct(spectrum(hall, fault)))
        return ScpiSpectrum(real(resource="x", devices=dict(devices), **{**MEASURED, **settings}))

    return make


def beyond(scan):
    """The quantities that are beyond their limits with their uncertainty."""
    rule = DecisionRule.GUARDED
    limits = {name: Limit(lower=None, upper=upper, unit="1") for name, upper in LIMITS.items()}
    found = {name for name, limit in limits.items() if judge(getattr(scan, name), limit, rule) is Verdict.FAIL}
    return found | ({"off_channel"} if scan.off_channel else set())


@pytest.mark.parametrize(
    ("fault", "wrong"),
    [
        ("", set()),
        ("strong", {"radiated_power"}),
        ("wrong-channel", {"off_channel"}),
        ("spurious", {"spurious_level"}),
        ("beacon", {"spurious_level", "off_channel"}),
    ],
)
def test_what_is_wrong_with_a_transmitter_is_found_and_nothing_else(role, real, fault, wrong):
    scan = role(fault).scan_emissions(Plan())
    assert beyond(scan) == wrong
    if not wrong:
        assert all(isinstance(getattr(scan, name), Estimate) for name in LIMITS)
        assert scan.radiated_power.value == pytest.approx(17.0, abs=0.2)
    assert {name for name, ok in real.log.controls if ok} == {"line.found"}
    assert "detector RMS, 30 dB from the antenna port" in real.log.notes[0]
    assert len(real.log.charts) == 1


@pytest.mark.parametrize(
    ("fault", "problem"),
    [
        ("noisy", r"line\.found failed: noise of -20 dBm"),
        ("overload", r"analyser\.linear failed: the analyser says it is overloaded"),
        ("stuck", r"line\.found failed: a line of -45 dBm at .* is the trace a fresh one"),
    ],
)
def test_an_analyser_that_lies_is_invalid(role, real, fault, problem):
    with pytest.raises(RigError, match=problem):
        role(fault).scan_emissions(Plan())
    assert False in dict(real.log.controls).values()
    assert real.log.charts == []


def test_an_article_that_emits_nothing_shows_nothing(role, hall):
    device = role()
    hall.powered = False
    with pytest.raises(RigError, match="nothing stands out of the noise"):
        device.scan_emissions(Plan())


def test_a_pre_scan_shows_nothing_and_an_accredited_bench_says_under_what(role, real):
    with pytest.raises(NotShown, match="a pre-scan only screens: beyond a limit it refutes"):
        role().assert_accredited()
    role(accredited="JAB RTL0001").assert_accredited()
    assert real.log.notes == ["measured under the accreditation JAB RTL0001"]


@pytest.mark.parametrize("name", MEASURED)
def test_where_the_way_to_the_analyser_was_not_measured_nothing_is_shown(role, name):
    with pytest.raises(NotShown, match=r"\[roles\.spectrum\.settings\] lacks"):
        role(**{name: None}).scan_emissions(Plan())


def test_without_declared_channels_there_is_nothing_to_hold_it_against(role):
    device = role()
    context = device._context
    link = context.declaration.link.model_copy(update={"channels": ()})
    device._context = replace(context, declaration=context.declaration.model_copy(update={"link": link}))
    with pytest.raises(RigError, match=r"does not state link\.channels"):
        device.scan_emissions(Plan())


class World:
    """A world whose article is heard while its power is on."""

    def __init__(self, hall, *, stays_on=False):
        self.hearing = {"radio": self}
        self._hall, self._stays_on, self._beats = hall, stays_on, 0

    @property
    def beats(self):
        self._beats += self._hall.powered
        return self._beats

    def power_off(self):
        self._hall.powered = self._stays_on

    def power_on(self):
        self._hall.powered = True


def tour(device, hall, **world):
    device._context = replace(device._context, world=World(hall, **world))
    ambient = device.sweep_off(Plan())
    return device.attribute(ambient, {"idle": device.sweep(Plan())})


@pytest.mark.parametrize(("fault", "count"), [("", 0), ("beacon", 1), ("spurious", 1), ("wrong-channel", 1)])
def test_a_hidden_beacon_is_an_undeclared_emitter(role, hall, real, fault, count):
    found = tour(role(fault, devices=RELAY), hall)
    assert (found.undeclared, found.swept_fraction) == (count, 1.0)
    assert ("article.off", True) in real.log.controls
    assert hall.powered


def test_the_benchs_own_line_is_subtracted_and_told(role, hall):
    found = tour(role("ambient", devices=RELAY), hall)
    assert found.undeclared == 0
    with pytest.raises(NotShown, match=r"0\.999[78] of 1 MHz to 6 GHz was swept; .*10[56]\.0 MHz"):
        _ = found.swept_fraction


def test_an_article_that_is_not_off_would_hide_its_beacon_in_the_bench_and_is_invalid(role, hall):
    with pytest.raises(RigError, match=r"article\.off failed: 1 heartbeats of the article while its power was off"):
        tour(role("beacon", devices=RELAY), hall, stays_on=True)


def test_without_a_relay_nobody_can_switch_it_off(role):
    with pytest.raises(NotOffered, match=r"no relay holds its power: add \[roles\.relay\]"):
        role().sweep_off(Plan())
