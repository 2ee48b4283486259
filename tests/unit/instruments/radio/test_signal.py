import pytest
from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.errors import RigError
from harness.instruments.context import CalibratedRange
from harness.instruments.radio.signal import BenchSignal, attenuated
from harness.timing import run_for


class Device:
    greatest = 60.0

    def __init__(self):
        self.orders = [0.0]

    def set_attenuation(self, attenuation):
        self.orders.append(attenuation)

    def read_attenuation(self):
        return self.orders[-1]


PATH = {"zero_level": -50.0, "sensitivity": -100.0}
BEAT = mavlink.MAVLink_heartbeat_message(2, 3, 0, 0, 4, 3).pack(mavlink.MAVLink(None, 1, 1))


def test_a_level_is_an_attenuation(real):
    device = Device()
    signal = BenchSignal(real(**PATH), device)
    signal.set_level(-73.1)
    assert (device.orders[-1], signal.read_level()) == (23.0, -73.0)
    with pytest.raises(RigError, match=r"-111 dBm is not in reach of the attenuator \(-110 to -50 dBm\)"):
        signal.set_level(-111.0)


def test_a_fade_goes_in_steps_and_stops_at_the_end_of_the_range(real):
    device = Device()
    signal = BenchSignal(real(**PATH), device)
    signal.set_level(-105.0, slope=50.0)
    run_for(real.world, 0.25)
    steps = device.orders[1:]
    assert steps[0] == 55.0 and steps[-1] == 60.0
    assert steps == sorted(steps) and len(steps) > 10
    signal.set_level(-50.0)
    run_for(real.world, 0.05)
    assert device.orders[-1] == 0.0


def test_what_only_the_observer_hears_is_lost(real):
    signal, world = BenchSignal(real(**PATH), Device()), real.world
    both = (world.hearing["radio"], world.hearing["observer"])
    for link in both:
        link(BEAT, lambda data: None)
    run_for(world, 0.6)
    assert signal.lost == 0
    for _ in range(3):
        both[1](BEAT, lambda data: None)
    run_for(world, 0.6)
    assert signal.lost == 3


def test_an_attenuation_that_was_not_calibrated_is_invalid(real):
    from dataclasses import replace

    context = replace(real(**PATH), ranges=(CalibratedRange(low=0.0, high=30.0, uncertainty=0.1),))
    signal = BenchSignal(context, Device())
    signal.set_level(-80.0)
    with pytest.raises(RigError, match=r"an attenuation of 40 is outside of what was calibrated"):
        signal.set_level(-90.0)


def test_without_an_observer_nobody_could_tell(real):
    real.world.hearing.pop("observer")
    with pytest.raises(RigError, match="give the target an observer's port"):
        attenuated(real(**PATH), Device())
