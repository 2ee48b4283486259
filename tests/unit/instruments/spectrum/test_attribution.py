"""Whose a line is."""

import pytest

from harness.catalogue.sections import Band
from harness.errors import NotShown
from harness.instruments.spectrum.airsweep import Look, Swept
from harness.instruments.spectrum.attribution import attribute
from harness.instruments.spectrum.emissions import Trace

LOOK = Look(low=1.0, high=6000.0, resolution=1.0)
LINK = Band(name="command link", low=2432.0, high=2452.0)


def air(**lines):
    """A sweep of everything with lines at MHz, as ``at_2442=-20``."""
    levels = [-90.0] * 6000
    for name, level in lines.items():
        levels[int(name.removeprefix("at_")) - 1] = float(level)
    trace = Trace(start=1e6, step=1e6, levels=tuple(levels))
    return (Swept(look=LOOK, trace=trace, floors=(-90.0,) * 6000),)


def test_a_band_and_its_harmonics_belong_to_who_declared_it():
    found = attribute(air(), {"linked": air(at_2442=10, at_4884=-60, at_2453=-50)}, (LINK,))
    assert (found.undeclared, found.swept_fraction) == (0, 1.0)
    assert found.known["linked"][1:] == (
        "2453.0 MHz -50 dBm (command link)",
        "4884.0 MHz -60 dBm (command link, harmonic 2)",
    )


def test_what_nobody_declared_is_counted_once_over_the_modes():
    modes = {"idle": air(at_868=-40), "linked": air(at_868=-42, at_2442=10, at_2412=-30)}
    found = attribute(air(), modes, (LINK,))
    assert found.undeclared == 2
    assert "idle: declared nothing; undeclared 868.0 MHz -40 dBm" in found.describe()
    assert attribute(air(), modes, (LINK, Band(name="b", low=868.0, high=869.0))).undeclared == 1


def test_what_is_there_with_the_article_off_is_the_benchs_and_masks_its_band():
    found = attribute(air(at_105=-50), {"idle": air(at_105=-49, at_300=-50)}, (LINK,))
    assert [line.frequency for line in found.unknown["idle"]] == [300.0]
    assert found.share == pytest.approx(5998 / 5999)
    with pytest.raises(
        NotShown, match=r"0\.9998 of 1 MHz to 6 GHz was swept; .* off: 105\.0 MHz -50 dBm: shield the box"
    ):
        _ = found.swept_fraction


def test_an_emitter_that_is_stronger_than_the_benchs_line_is_still_seen():
    found = attribute(air(at_105=-50), {"idle": air(at_105=-30)}, (LINK,))
    assert [line.frequency for line in found.unknown["idle"]] == [105.0]


def test_a_part_of_the_band_is_no_whole():
    half = Swept(look=Look(low=1.0, high=3000.0, resolution=1.0), trace=air()[0].trace, floors=air()[0].floors)
    with pytest.raises(NotShown, match=r"0\.4999 of 1 MHz to 6 GHz"):
        _ = attribute((half,), {"idle": (half,)}, ()).swept_fraction
