"""What is measured of a transmitter whose spectrum was made up."""

import math

import pytest

from harness.catalogue.sections import Band
from harness.errors import RigError
from harness.instruments.spectrum.airsweep import Look, Swept
from harness.instruments.spectrum.emissions import Trace
from harness.instruments.spectrum.prescan import Chain, Prescan, held, near_look, strongest

CHANNEL = Band(name="command link", low=2432.0, high=2452.0)
CHAIN = Chain(gain=2.0, gain_u=0.3, loss_u=0.3, analyser_u=0.4)


def swept(low, high, resolution, lines=()):
    """A sweep with blocks of (from, to, level), MHz and dBm."""
    count = round((high - low) / resolution) + 1
    levels = [-80.0] * count
    for start, end, level in lines:
        for place in range(count):
            if start <= low + place * resolution <= end:
                levels[place] = level
    trace = Trace(start=low * 1e6, step=resolution * 1e6, levels=tuple(levels))
    return Swept(look=Look(low=low, high=high, resolution=resolution), trace=trace, floors=(-80.0,) * count)


def scan(*lines):
    wide = (swept(1000.0, 6000.0, 1.0, [(2433.0, 2451.0, 2.5), *lines]),)
    near = (swept(2412.0, 2472.0, 0.1, [(2433.0, 2451.0, -7.5)]),)
    return Prescan(wide=wide, near=near, channels=(CHANNEL,), chain=CHAIN)


def test_power_density_and_bandwidth_are_those_of_the_block():
    found = scan()
    # 180 or 181 steps of 0.1 MHz at -7.5 dBm, and 2 dB of the antenna
    assert found.radiated_power.value == pytest.approx(-7.5 + 10 * math.log10(181) + 2.0, abs=0.05)
    wanted = 2 * math.sqrt(0.4**2 + 0.3**2 + 0.3**2 + 0.25 / 3)
    assert math.isclose(found.radiated_power.U, wanted)
    assert found.power_density.value == pytest.approx(10 * 10**-0.75, rel=1e-3)
    assert found.occupied_bandwidth.value == pytest.approx(18.0, abs=0.1001)


def test_a_clean_transmitter_has_noise_where_a_spurious_one_would_have_its_line():
    found = scan()
    assert (found.spurious_level.value, found.off_channel) == (-80.0, 0)
    assert scan((1234.0, 1234.0, -20.0)).spurious_level.value == -20.0
    # a by-product is no carrier, and what is near the channel is not in its spurious domain
    assert scan((1234.0, 1234.0, -20.0)).off_channel == 0
    assert scan((2480.0, 2480.0, -20.0)).spurious_level.value == -80.0


def test_carriers_off_the_channels_are_counted():
    found = scan((2463.0, 2481.0, 2.5), (5800.0, 5800.0, -10.0))
    assert (found.off_channel, found.strays[1]) == (2, "5800.0 MHz -10 dBm")
    assert "carriers off the declared channels: 2463.0 MHz" in found.describe()


def test_where_nothing_is_emitted_nothing_is_measured():
    with pytest.raises(RigError, match="nothing stands out of the noise, -80 dBm at most"):
        strongest((swept(1000.0, 6000.0, 1.0),))
    assert strongest(scan().wide) == 2433.0


def test_what_lies_in_the_channels_alone_shows_no_spurious_emission():
    inside = Prescan(wide=(swept(2432.0, 2452.0, 1.0),), near=(), channels=(CHANNEL,), chain=CHAIN)
    with pytest.raises(RigError, match="nothing was swept outside of the channels"):
        _ = inside.spurious_level


def test_a_closer_look_is_about_the_channel_or_where_the_emission_is():
    assert near_look(2433.0, [CHANNEL]) == Look(low=2412.0, high=2472.0, resolution=0.1)
    assert near_look(2480.0, [CHANNEL]) == Look(low=2450.0, high=2510.0, resolution=0.1)


def test_what_is_held_over_sweeps_is_the_greatest_and_the_chart_shows_the_channels():
    both = held([(swept(1.0, 5.0, 1.0, [(2.0, 2.0, 0.0)]),), (swept(1.0, 5.0, 1.0, [(4.0, 4.0, 1.0)]),)])
    assert both[0].trace.levels == (-80.0, 0.0, -80.0, 1.0, -80.0)
    chart = scan().chart()
    assert chart.spans == (("declared: command link", 2432.0, 2452.0),)
    assert len(chart.lines[0][1]) == 5001
