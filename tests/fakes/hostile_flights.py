"""The whole drone in flight under a flood of hostile frames."""

import random
from contextlib import contextmanager

import pytest
from hostile_frames import hostile

from harness.targets.embedded.embedded import EmbeddedTarget
from harness.timing import run_for
from harness.vehicle.codec import Identity
from harness.vehicle.vehicle import Vehicle

HEIGHT = 20.0  # m
RATE = 400.0  # frames a second: more than a radio link of 57600 baud carries


@contextmanager
def hovering(seed):
    """World and ground station of a drone that hovers at `HEIGHT`."""
    world = EmbeddedTarget().new_world(seed)
    world.power_on()
    vehicle = Vehicle(world.sockets.radio.ground, world, Identity(key=world.sockets.radio_key))
    vehicle.connect()
    vehicle.wait_ready_to_arm()
    vehicle.set_mode("GUIDED")
    vehicle.arm()
    vehicle.takeoff(HEIGHT)
    yield world, vehicle
    world.power_off()


def flood(world, *, radio, frames, seed):
    """Send `frames` hostile frames over a link of their own."""
    rng, cable = random.Random(seed), world.lay_cable(radio=radio)
    cable.ground.listen(lambda data: None)
    for _ in range(frames):
        cable.ground.send(hostile(rng))
        run_for(world, 1 / RATE)


def assert_radio_flood_changes_nothing(seed, frames):
    """Nothing that comes unsigned over a radio port moves the drone or changes it."""
    with hovering(seed) as (world, vehicle):
        flood(world, radio=True, frames=frames, seed=seed)
        position = vehicle.read_position()
        assert vehicle.read_armed() and vehicle.read_mode() == "GUIDED"
        assert (position.north, position.east, position.up) == pytest.approx((0.0, 0.0, HEIGHT), abs=2.0)
        assert vehicle.read_parameter("FS_GCS_TIMEOUT") == pytest.approx(3.0)


def assert_trusted_flood_is_survived(seed, frames):
    """A trusted port is obeyed, so the flood may do anything but bring the drone's service down."""
    with hovering(seed) as (world, vehicle):
        before = vehicle.version()
        flood(world, radio=False, frames=frames, seed=seed)
        station = Vehicle(world.lay_cable(radio=False).ground, world)
        station.connect()
        assert station.version() == before
