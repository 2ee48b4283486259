from dataclasses import replace

import pytest

from harness.drone.flight.state import Battery
from harness.errors import RigError, VehicleTimeout
from harness.instruments.power.power import PlantMeter

FULL = Battery(voltage=25.0, current=10.0, used_wh=0.0, remaining=1.0)


class Pack:
    """A pack that is drawn at 250 W, as its own register counts it."""

    def __init__(self, scene, register=1.0):
        self.scene, self.register, self.loaded = scene, register, 0.0

    def __call__(self):
        used = self.register * 250.0 * self.scene.world.now() / 3600.0 + self.loaded
        return replace(FULL, used_wh=used, remaining=1.0 - used / 100.0)

    def load(self, energy):
        self.loaded += energy


@pytest.fixture
def pack(scene):
    return Pack(scene)


def meter(scene, pack, **changes):
    return PlantMeter(scene.context(sockets={"pack": pack, "load": pack.load}, **changes))


def test_it_integrates_the_power(scene, pack):
    with meter(scene, pack, uncertainty=0.01).metering() as used:
        scene.run(36.0)
    assert used.energy().value == pytest.approx(2.5, rel=1e-6)
    assert used.energy().terms["meter"] == pytest.approx(0.025)
    assert scene.log.controls == [("power.balance", True)]
    assert [chart.title for chart in scene.log.charts] == ["Battery power"]


@pytest.mark.parametrize("register", [0.97, 1.03])
def test_a_register_that_does_not_agree_is_the_rigs_fault(scene, register):
    with pytest.raises(RigError, match=r"power\.balance"), meter(scene, Pack(scene, register)).metering():
        scene.run(36.0)


def test_a_stuck_meter_is_found_out(scene, pack):
    with pytest.raises(RigError, match=r"power\.balance"), meter(scene, pack, fault="stuck").metering():
        scene.run(36.0)
    with pytest.raises(RigError, match=r"power\.load"):
        meter(scene, pack, fault="stuck").draw_beforehand(share=0.5)


def test_the_reserve_is_the_charge_that_is_left(scene, pack):
    pack.loaded = 60.0
    left = meter(scene, pack, uncertainty=0.01).reserve()
    assert (left.value, left.U) == (pytest.approx(40.0), pytest.approx(1.2))


def test_a_load_draws_a_share_of_the_declared_energy_and_the_rest_is_waited_for(scene, pack):
    tested = meter(scene, pack)
    tested.draw_beforehand(share=0.75)
    assert pack.loaded == pytest.approx(52.5)
    tested.wait_used()
    assert pack().used_wh == pytest.approx(70.0, rel=1e-3)
    tested.wait_used()
    assert scene.log.controls == [("power.load", True)]


def test_an_article_that_draws_nothing_does_not_use_its_pack(scene):
    with pytest.raises(VehicleTimeout, match="use of the pack"):
        meter(scene, Pack(scene, register=0.0)).wait_used()


def test_a_real_drone_is_drained_on_the_ground_only(scene):
    scene.world.power_on()
    tested = PlantMeter(scene.context())
    tested.draw_beforehand(share=0.5)
    assert tested.reserve().value == pytest.approx(100.0 * (1.0 - 35.0 / 130.0), abs=3.0)
    with scene.hovering(), pytest.raises(RigError, match="disarmed"):
        tested.draw_beforehand(share=0.1)
