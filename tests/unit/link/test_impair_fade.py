"""Fading: the ramp, the receiver's curve, and the loss that follows."""

import math
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import RigError
from harness.link.impair_fade import Fade, FadingLoss, Sensitivity

RAMP = Fade(level=-60.0, start=10.0, slope=2.0, lowest=-110.0, end=60.0)


@pytest.mark.parametrize(("time", "level"), [(0, -60), (10, -60), (20, -80), (35, -110), (59.9, -110), (60, -60)])
def test_the_ramp_falls_stays_and_comes_back(time, level):
    assert RAMP.read(time) == pytest.approx(level)


@given(st.floats(0, 60), st.floats(0, 60))
def test_it_never_rises_before_its_end(one, two):
    early, late = sorted((one, two))
    if late < RAMP.end:
        assert RAMP.read(late) <= RAMP.read(early)


@given(st.floats(-300, 100), st.floats(-300, 100))
def test_a_weaker_signal_loses_no_less(one, two):
    receiver = Sensitivity()
    assert receiver.loss(min(one, two)) >= receiver.loss(max(one, two))
    assert 0.0 <= receiver.loss(one) <= 1.0


def test_half_is_lost_at_the_sensitivity_and_next_to_none_above():
    receiver = Sensitivity()
    assert receiver.loss(receiver.half) == pytest.approx(0.5)
    assert receiver.loss(receiver.half + 5 * receiver.width) < 0.01
    assert receiver.loss(-1e9) == pytest.approx(1.0)


def test_the_loss_follows_the_level(fakes):
    world, receiver = fakes.FakeWorld(), Sensitivity(half=-100.0)
    stage = FadingLoss(world, RAMP, receiver, Random("fade"))
    for time, share in ((5.0, 0.0), (30.0, 0.5), (50.0, 1.0)):
        world.time, before, lost = time, stage.offered, stage.lost
        for _ in range(4000):
            stage(b"x", lambda data: None)
        assert stage.offered - before == 4000
        assert abs(stage.lost - lost - 4000 * share) <= 5 * math.sqrt(4000 * share * (1 - share)) + 2


def test_a_fade_can_be_changed_while_it_lasts(fakes):
    stage = FadingLoss(fakes.FakeWorld(), Fade(), Sensitivity(), Random(1))
    stage.fade = Fade(level=-119.0)
    for _ in range(50):
        stage(b"x", lambda data: None)
    assert stage.lost == 50


@pytest.mark.parametrize(
    "values", [{"slope": -1.0}, {"level": math.nan}, {"lowest": -50.0}, {"start": 5.0, "end": 4.0}, {"end": math.nan}]
)
def test_an_impossible_fade_is_refused(values):
    with pytest.raises(RigError, match="no signal can fade"):
        Fade(**values)
