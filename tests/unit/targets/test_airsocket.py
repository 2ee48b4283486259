from contextlib import contextmanager

import pytest

from harness.errors import RigError
from harness.plant.weather import PowerLaw, Turbulence
from harness.targets.airsocket import AirSocket
from harness.targets.programs.ardusim import ARDUSIM
from harness.targets.programs.simair import SimulatedAir


def test_every_word_of_a_wind_source_reaches_the_air():
    air = SimulatedAir(1, ARDUSIM.wind, lambda name, value: None)
    socket = AirSocket(lambda: air)
    socket.set_wind(-6.0, 2.0)
    socket.add_gust(start=1.0, duration=2.0, north=-3.0, east=0.0)
    socket.add_operating_gust(start=4.0, duration=2.0, north=-3.0, east=0.0)
    socket.set_direction_change(start=1.0, duration=2.0, angle=0.1)
    socket.set_swing(0.1, 10.0)
    socket.set_shear(0.1, 0.0)
    socket.set_profile(PowerLaw())
    socket.set_turbulence(Turbulence(seed=1, w20=5.0))
    air.move_to(2.0, 10.0)
    wind = socket.read_wind()
    assert wind == air.read()
    assert wind.gust[0] < -1.0 and wind.turbulence != (0.0, 0.0, 0.0)


def test_without_power_nothing_blows():
    def off():
        raise RigError("no power")

    with pytest.raises(RigError, match="no power"):
        AirSocket(off).set_wind(1.0, 0.0)


def test_who_else_moves_the_air_is_kept_away_meanwhile():
    air, held = SimulatedAir(1, ARDUSIM.wind, lambda name, value: None), []

    @contextmanager
    def hold():
        held.append(air.read())
        yield
        held.append(air.read())

    AirSocket(lambda: air, hold).set_wind(-6.0, 2.0)
    assert len(held) == 2 and held[0] != held[1]
