from dataclasses import replace

import pytest

from harness.drone.flight.state import Load
from harness.errors import RigError
from harness.instruments.crew.crew import PlantCrew

CORNER = {"load": 1.0, "forward": 1.0, "right": -1.0, "degraded": True}


class Hands:
    """A crew that does as it is told, but for what it forgets."""

    def __init__(self, **forgets):
        self.load, self.forgets, self.charge = Load(mass=2.2), forgets, 0.4

    def refit(self, load):
        self.load = replace(load, **self.forgets)

    def weigh(self):
        return self.load

    def swap_battery(self):
        self.charge = self.forgets.get("charge", 1.0)

    def read_charge(self):
        return self.charge


def declaring(scene, hands, fault="", **envelope):
    declaration = scene.context().declaration
    changed = declaration.model_copy(update={"envelope": declaration.envelope.model_copy(update=envelope)})
    return PlantCrew(scene.context(fault, declaration=changed, sockets={"crew": hands}))


def test_a_corner_is_in_the_declared_figures(scene):
    hands = Hands()
    declaring(scene, hands).fit_out(**CORNER)
    assert hands.load == Load(mass=pytest.approx(2.4), centre=(0.02, -0.02, 0.0), gnss_noise=2.0)
    assert scene.log.controls == [("load.weighed", True)]


def test_half_a_load_and_no_degradation(scene):
    hands = Hands()
    declaring(scene, hands).fit_out(load=0.5, forward=0.0, right=0.0, degraded=False)
    assert hands.load == Load(mass=pytest.approx(2.3))


def test_a_degraded_motor_is_left_with_its_declared_thrust(scene):
    hands = Hands()
    crew = declaring(scene, hands, degraded_gnss_noise=None, degraded_motor_thrust=90.0)
    crew.fit_out(**CORNER)
    assert hands.load.motor_thrust == (0.9, 1.0, 1.0, 1.0) and hands.load.gnss_noise == 1.0


@pytest.mark.parametrize(
    "forgets",
    [{"mass": 2.35}, {"centre": (0.02, 0.0, 0.0)}, {"gnss_noise": 1.0}, {"motor_thrust": (1.0, 1.0, 1.0, 0.9)}],
    ids=lambda value: next(iter(value)),
)
def test_what_the_scales_do_not_show_was_not_fitted(scene, forgets):
    with pytest.raises(RigError, match=r"load\.weighed"):
        declaring(scene, Hands(**forgets)).fit_out(**CORNER)
    assert scene.log.controls == [("load.weighed", False)]


@pytest.mark.parametrize("numbers", [(None, None), (2.0, 90.0)])
def test_a_degradation_that_is_not_one_number_cannot_be_put_in(scene, numbers):
    noise, thrust = numbers
    crew = declaring(scene, Hands(), degraded_gnss_noise=noise, degraded_motor_thrust=thrust)
    with pytest.raises(RigError, match="GNSS position noise doubled"):
        crew.fit_out(**CORNER)


@pytest.mark.parametrize("key", ["mass_max", "cg_offset_max"])
def test_what_is_not_declared_cannot_be_fitted(scene, key):
    with pytest.raises(RigError, match=f"does not state envelope.{key}"):
        declaring(scene, Hands(), **{key: None}).fit_out(**CORNER)


def test_a_swap_ends_with_a_full_pack(scene):
    declaring(scene, Hands()).swap_battery()
    assert scene.log.controls == [("battery.fresh", True)]
    with pytest.raises(RigError, match=r"40% before the swap, 90% after"):
        declaring(scene, Hands(charge=0.9)).swap_battery()


def test_the_faults_are_found_out(scene):
    with pytest.raises(RigError, match=r"load\.weighed"):
        declaring(scene, Hands(), "empty-handed").fit_out(**CORNER)
    with pytest.raises(RigError, match=r"battery\.fresh"):
        declaring(scene, Hands(), "forgetful").swap_battery()


def test_a_target_without_a_crew_needs_another_make(scene):
    with pytest.raises(RigError, match="offers no ground crew"):
        PlantCrew(scene.context(sockets={"crew": None}))
