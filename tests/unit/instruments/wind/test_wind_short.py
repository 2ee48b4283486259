"""A wind or a gust that is right for a part of its time, on the real embedded drone."""

import pytest

from harness.errors import RigError
from harness.instruments.wind.wind import PlantWind

STEADY = {"fraction": 1.0, "azimuth": 0.0, "settle": 1.0}


def test_a_source_that_trips_before_the_end_is_found_out(scene):
    # the median of five seconds is sound, the last two are still
    with (
        pytest.raises(RigError, match=r"wind\.steady failed: commanded 12\.00 m/s, weakest mean of 3 s 4\.\d\d"),
        scene.hovering(),
        PlantWind(scene.context()).blowing(**STEADY),
    ):
        scene.run(3.0)
        scene.world.set_wind(0.0, 0.0)
        scene.run(2.0)
    assert scene.log.controls == [("wind.realised", True), ("wind.steady", False)]
    assert scene.log.exposures == []


class Spiking:
    """Air of a source that makes a spike of every gust: its peak in time, a tenth of its length."""

    def __init__(self, air):
        self._air = air

    def __getattr__(self, name):
        return getattr(self._air, name)

    def add_gust(self, *, start, duration, **rest):
        self._air.add_gust(start=start + 0.45 * duration, duration=0.1 * duration, **rest)


def test_a_spike_of_the_right_height_is_no_gust(scene):
    air = Spiking(scene.world.sockets.air)
    with scene.hovering(), PlantWind(scene.context()).blowing(**STEADY) as mean:
        wind = PlantWind(scene.context(sockets={"air": air}))
        with (
            pytest.raises(RigError, match=r"wind\.gust_width failed: above half of its amplitude for 0\.\d s"),
            wind.gusting(peak_fraction=1.0, mean=mean, duration=2.0),
        ):
            scene.run(6.0)
    assert scene.log.controls[:2] == [("wind.gust", True), ("wind.gust_width", False)]
