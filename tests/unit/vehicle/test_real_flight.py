"""The client and the service around the real flight part: one flight with wind-free physics."""

import pytest

from harness.drone.flight.config import FlightConfig
from harness.drone.flight.flight import Flight
from harness.errors import VehicleError


@pytest.fixture
def bench(fakes):
    return fakes.Bench(flight=Flight(FlightConfig(), 7))


def test_it_arms_flies_returns_on_link_loss_and_lands(bench):
    observer, vehicle = bench.observer(), bench.vehicle()
    vehicle.connect()
    with pytest.raises(VehicleError, match=r"STABILIZE needs a pilot's sticks|not settled"):
        vehicle.arm()
    vehicle.wait_ready_to_arm()
    with vehicle.parameters(FS_GCS_TIMEOUT=4), vehicle.hovering(at=10):
        vehicle.goto(10, 5, 12)
        vehicle.wait_at((10, 5, 12), within=60)
        vehicle.stop_heartbeats()
        last = bench.world.now()
        reaction = observer.wait_mode("RTL", within=10) - last
        vehicle.start()
        vehicle.wait_disarmed(120)
    assert 3.0 <= reaction <= 4.2
    assert vehicle.read_position().distance_to(0, 0, 0) < 1.5
    assert [change.mode for change in observer.mode_changes] == ["STABILIZE", "GUIDED", "RTL"]
    assert any("lost" in text.text for text in vehicle.telemetry.texts)
