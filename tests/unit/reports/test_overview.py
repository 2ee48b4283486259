from types import SimpleNamespace

import pytest

from harness.judgement import Limit
from harness.reports.overview import overviews
from harness.reports.plots import render_png


def run(*rows, limit=None):
    """A run of WIND-01 with (conditions, value) rows."""
    info = SimpleNamespace(name="r95", title="R95 error", limit=limit or Limit(unit="m", upper=2.0))
    cases = [
        SimpleNamespace(
            conditions=conditions,
            measurements=(SimpleNamespace(requirement="WIND-01", quantity=info, value=value, U=0.1),),
        )
        for conditions, value in rows
    ]
    return SimpleNamespace(cases=cases, requirements=[SimpleNamespace(id="WIND-01", title="holds a point")])


def at(azimuth, fraction=1.0):
    return {"azimuth": str(azimuth), "fraction": str(fraction), "height": "10.0"}


def test_values_over_the_wind_have_limit_and_guard_band():
    (plot,) = overviews(run((at(0, 0.5), 0.4), (at(0), 0.9), (at(90), 1.2)), "WIND-01")
    assert plot.title == "WIND-01 holds a point: R95 error"
    assert plot.lines == (("worst", (0.5, 1.0), (0.4, 1.2)),)
    assert plot.points[0][1:] == ((0.5, 1.0, 1.0), (0.4, 0.9, 1.2))
    assert plot.limits == (("limit <= 2 m", 2.0),)
    assert plot.guard_bands[0][1:] == pytest.approx((1.9, 2.1))
    assert render_png(plot)


def test_a_round_of_azimuths_is_a_closed_polar_plot():
    (plot,) = overviews(run((at(0), 0.4), (at(120), 0.9), (at(240), 1.2)), "WIND-01")
    assert (plot.kind, plot.lines[0][1]) == ("polar", (0.0, 120.0, 240.0, 360.0))


def test_of_a_lower_limit_the_least_is_the_worst():
    lower = Limit(unit="%", lower=15.0)
    (plot,) = overviews(run((at(0, 0.5), 40.0), (at(0), 30.0), (at(90), 20.0), limit=lower), "WIND-01")
    assert plot.lines[0][2] == (40.0, 20.0) and plot.limits[0][0] == "limit >= 15 %"


@pytest.mark.parametrize(
    "rows", [(), ((at(0), 1.0), (at(90), 1.0)), (({}, 1.0), ({}, 2.0)), ((at(0, 0.5), None), (at(0), None))]
)
def test_too_little_makes_no_plot(rows):
    assert overviews(run(*rows), "WIND-01") == []
    assert overviews(run((at(0, 0.5), 0.4), (at(0), 0.9)), "WIND-02") == []
