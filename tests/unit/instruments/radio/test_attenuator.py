"""The staircase on the real drone behind a simulated path: a rehearsal."""

from dataclasses import dataclass, replace

import pytest

from harness.errors import NotShown, RigError
from harness.instruments.radio.attenuator import StepAttenuator
from harness.instruments.vehicle.mavlink import MavlinkVehicle


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
