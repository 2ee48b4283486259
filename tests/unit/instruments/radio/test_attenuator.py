"""The staircase on the real drone behind a simulated path: a rehearsal."""

import math
from dataclasses import dataclass, replace

import pytest

from harness.errors import NotShown, RigError
from harness.instruments.radio.attenuator import StepAttenuator
from harness.instruments.vehicle.mavlink import MavlinkVehicle
from harness.link.signal import Signal


@dataclass
class Plan:
    step: float = 1.0
    coarse: float = 40.0
    runs: int = 1
    settle: float = 0.1
    dwell: float = 0.3
    within: float = 2.0


def test_a_rehearsal_is_drawn_and_not_judged(scene):
    scene.world.power_on()
    vehicle, device = MavlinkVehicle(scene.context()), StepAttenuator(scene.context())
    found = device.find_loss(vehicle.try_both_ways, Plan())
    assert [(each.borne, each.lost) for each in found.ascents] == [(45.0, 46.0)]
    assert [chart.title for chart in scene.log.charts] == ["Delivery both ways over the path loss (rehearsal)"]
    assert device.read_attenuation() == 0.0
    with pytest.raises(NotShown, match=r"a rehearsal, drawn and not judged: in simulation .*docs/bench\.md"):
        _ = found.margin


def test_one_that_is_stuck_is_invalid_and_not_drawn(scene):
    scene.world.power_on()
    vehicle, device = MavlinkVehicle(scene.context()), StepAttenuator(scene.context("stuck"))
    with pytest.raises(RigError, match=r"attenuation\.realised failed"):
        device.find_loss(vehicle.try_both_ways, Plan())
    assert scene.log.charts == []


@pytest.mark.parametrize("key", ["range", "frequency", "loss_tolerance"])
def test_what_is_not_declared_cannot_be_measured(scene, key):
    context = scene.context()
    link = context.declaration.link.model_copy(update={key: None})
    context = replace(context, declaration=context.declaration.model_copy(update={"link": link}))
    with pytest.raises(RigError, match=f"does not state link.{key}"):
        StepAttenuator(context).find_loss(lambda duration: None, Plan())


# -- a fade


class Fallen(Signal):
    """A path whose level falls `haste` times as fast as it is told; below the sensitivity something is lost."""

    def __init__(self, clock, haste=1.0):
        super().__init__(clock)
        self._haste = haste

    def set_level(self, level, *, slope=0.0):
        super().set_level(level, slope=self._haste * slope)

    def read_level(self, at=None):
        level = super().read_level(at)
        self.lost += level < self.sensitivity
        return level


def faded(scene, haste=1.0, seconds=6.0):
    context = scene.context(sockets={"signal": Fallen(scene.world, haste)}, uncertainty=0.3)
    with StepAttenuator(context).fading(slope=4.0) as fading:
        scene.run(seconds)
        fading._signal.read_level()
    return fading


def test_a_warning_is_timed_and_levelled_by_the_fade(scene):
    scene.world.power_on()
    fading = faded(scene)
    assert scene.log.controls == [("fade.realised", True), ("fade.level", True)]
    # 20 dB over the loss at the start, 4 dB less each second
    warned, fading.action = fading.start + 2.0, fading.start + 5.5
    assert fading.lead_time(warned).value == pytest.approx(3.5)
    margin = fading.lead_margin(warned)
    assert (margin.value, margin.U) == (
        pytest.approx(12.0),
        pytest.approx(2.0 * math.hypot(0.25 / math.sqrt(3.0), 0.3)),
    )
    assert [fading.missing(each).events for each in (warned, None, fading.action)] == [0, 1, 1]
    assert (fading.lead_time(None).value, fading.lead_margin(None).value) == (0.0, 0.0)
    fading.show(warned)
    assert scene.log.charts[-1].events == (
        ("warning", warned),
        ("loss", pytest.approx(fading.start + 5.0)),
        ("action", fading.action),
    )


@pytest.mark.parametrize("haste", [1.5, 0.85])
def test_a_fade_that_does_not_follow_its_order_is_found_out(scene, haste):
    scene.world.power_on()
    with pytest.raises(RigError, match=r"fade\.level failed: [+-]\d+\.\d dB off the ordered level"):
        faded(scene, haste)


def test_a_fade_that_takes_nothing_is_found_out(scene):
    scene.world.power_on()
    with pytest.raises(RigError, match=r"fade\.realised failed: 0 pieces"):
        faded(scene, seconds=1.0)
