import pytest

from harness.errors import RigError, VehicleError
from harness.instruments.gnss.gnss import SimulatedSky


class Sky:
    """A sky that obeys, unless it is stuck."""

    def __init__(self, dark=False, stuck=False):
        self.dark, self.stuck = dark, stuck

    def set_dark(self, dark):
        self.dark = self.dark if self.stuck else dark

    def is_dark(self):
        return self.dark

    def set_place(self, latitude, longitude):
        self.place = latitude, longitude


def sky(scene, own, fault=""):
    return SimulatedSky(scene.context(fault, sockets={"sky": own}))


def test_aiding_is_stated_and_proven(scene):
    with sky(scene, Sky()).aiding():
        scene.run(5.0)
    assert scene.log.controls == [("gnss.sky", True)]
    assert scene.log.notes[0].startswith("position aiding: simulated sky")


def test_a_dark_sky_is_found_out_at_once(scene):
    with pytest.raises(RigError, match=r"gnss\.sky"), sky(scene, Sky(), "dark").aiding():
        pytest.fail("nothing is flown under it")
    assert scene.log.controls == [("gnss.sky", False)]


def test_a_sky_that_goes_dark_meanwhile_is_found_out(scene):
    own = Sky()
    with pytest.raises(RigError, match=r"no signals from 3\.0 s"), sky(scene, own).aiding():
        scene.run(2.5)
        own.dark = True
        scene.run(2.0)
        own.dark = False
        scene.run(1.0)


def test_the_control_is_recorded_also_where_the_body_fails(scene):
    with pytest.raises(VehicleError, match="it crashed"), sky(scene, Sky()).aiding():
        raise VehicleError("it crashed")
    assert scene.log.controls == [("gnss.sky", True)]


def test_signals_are_lost_and_come_back(scene):
    own = Sky()
    with sky(scene, own).lost():
        assert own.dark
    assert not own.dark and scene.log.controls == [("gnss.dark", True)]


def test_signals_that_stay_are_found_out(scene):
    with pytest.raises(RigError, match=r"gnss\.dark"), sky(scene, Sky(stuck=True)).lost():
        scene.run(1.0)


def test_a_target_without_a_sky_needs_another_make(scene):
    with pytest.raises(RigError, match="offers no sky"):
        SimulatedSky(scene.context(sockets={"sky": None}))


@pytest.mark.parametrize(("fault", "place"), [("", (1.0, 2.0)), ("elsewhere", None)])
def test_another_place(scene, fault, place):
    own = Sky()
    own.place = None
    sky(scene, own, fault).place_at(latitude=1.0, longitude=2.0)
    assert own.place == place
