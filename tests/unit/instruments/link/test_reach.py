"""From an attenuation to a range: by figures worked out by hand, and never where the path is not known."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import NotShown
from harness.instruments.link.bothways import Shares
from harness.instruments.link.reach import Ascent, Claims, PathLosses, Reach, Stair, free_range, path_loss
from harness.judgement import DecisionRule, Limit, Verdict, judge

PATH = PathLosses(fixed=67.2, fixed_u=0.2, gain=1.0, gain_u=0.3)


def reach(*borne, losses=PATH, way="up"):
    stairs = (
        Stair(attenuation=0.0, shares=Shares(down=1.0, up=1.0)),
        Stair(attenuation=46.0, shares=Shares(down=0.0, up=math.nan)),
    )
    ascents = tuple(Ascent(borne=each, lost=each + 1.0, way=way) for each in borne)
    claims = Claims(range=2000.0, frequency=2442.0, least=0.9)
    return Reach(stairs=stairs, ascents=ascents, losses=losses, claims=claims, calibration=0.1)


def test_the_loss_of_a_kilometre_at_a_gigahertz_is_the_published_one():
    # ITU-R P.525: 32.4 + 20 log f (MHz) + 20 log d (km)
    assert path_loss(1000.0, 1000.0) == pytest.approx(32.4 + 60.0, abs=0.06)


@given(st.floats(1.0, 1e6), st.floats(1.0, 1e5))
def test_a_range_has_the_path_loss_that_it_came_from(distance, frequency):
    assert free_range(path_loss(distance, frequency), frequency) == pytest.approx(distance)


def test_the_worst_ascent_counts_with_all_that_is_uncertain():
    found = reach(45.0, 44.0, 45.0)
    assert found.attenuation.value == pytest.approx(44.5 + 67.2 + 1.0)
    assert found.attenuation.terms == pytest.approx(
        {"attenuator": 0.1, "step": 1 / math.sqrt(12), "fixed_loss": 0.2, "antenna_gain": 0.3, "repeatability": 0.57735}
    )
    assert pytest.approx(2 * math.sqrt(0.01 + 1 / 12 + 0.04 + 0.09 + 1 / 3), abs=1e-3) == found.attenuation.U
    assert found.margin.value == pytest.approx(112.7 - path_loss(2000.0, 2442.0))
    assert found.margin.U == found.attenuation.U


def test_the_range_is_as_uncertain_as_the_decibels_behind_it():
    found = reach(45.0)
    assert path_loss(found.range.value, 2442.0) == pytest.approx(found.attenuation.value)
    higher = free_range(found.attenuation.value + 0.01, 2442.0)
    assert pytest.approx((higher - found.range.value) / 0.01 * found.attenuation.U, rel=1e-2) == found.range.U


def test_a_connector_that_loses_3_db_takes_a_margin_that_was_just_met():
    limit = Limit(lower=6.0, upper=None, unit="dB")
    verdicts = [judge(reach(borne).margin, limit, DecisionRule.GUARDED) for borne in (45.0, 42.0)]
    assert verdicts == [Verdict.PASS, Verdict.FAIL]


def test_where_the_path_is_not_known_nothing_is_shown_but_the_chart_is_drawn():
    found = reach(45.0, losses=PathLosses(unknown="a rehearsal"))
    for name in ("attenuation", "range", "margin"):
        with pytest.raises(NotShown, match="a rehearsal"):
            getattr(found, name)
    chart = found.chart("Delivery")
    assert chart.title == "Delivery (rehearsal)"
    assert chart.lines == (("down", (0.0, 46.0), (100.0, 0.0)), ("up", (0.0,), (100.0,)))


def test_the_chart_marks_the_loss_and_the_declared_range():
    chart = reach(45.0, 44.0).chart("Delivery")
    assert chart.title == "Delivery"
    assert dict(chart.events) == pytest.approx({"loss": 112.7, "declared range": path_loss(2000.0, 2442.0)})


def test_it_is_told_which_way_was_lost_first():
    assert "1x borne 44 dB, lost at 45 dB, first up; 2x borne 45 dB" in reach(45.0, 44.0, 45.0).describe()
    assert "first down, so that of the way up nobody hears" in reach(45.0, way="down").describe()
