"""The vehicle role's verbs for a lost, bad or late link, on the real drone."""

import math

import pytest

from harness.errors import RigError
from harness.instruments.link.clocks import Timebase
from harness.instruments.link.latency import Latencies
from harness.instruments.vehicle.mavlink import MavlinkVehicle, UsbObserver
from harness.vehicle.codec import Identity

ONE_CLOCK = Timebase(epoch=Identity().epoch)


@pytest.fixture
def vehicle(scene):
    scene.world.power_on()
    return MavlinkVehicle(scene.context())


def latencies(seconds, back=None):
    samples = {"command": (seconds,) * 5, "telemetry": (back or seconds,) * 5, "round_trip": (2 * seconds,) * 5}
    return Latencies(**samples, unanswered=0, clock=0.0)


def test_home_is_the_launch_point(vehicle):
    assert (vehicle.home.north, vehicle.home.east, vehicle.home.up) == (0.0, 0.0, 0.0)


def test_a_ground_station_that_hung_up_is_gone_and_comes_back(scene, vehicle):
    vehicle.make_ready()
    cable = scene.world.sockets.radio
    with vehicle.hung_up():
        assert cable.air.closed_by_peer
        scene.run(3.0)
    assert not cable.air.closed_by_peer
    vehicle.linger(2.0)
    assert vehicle._client.telemetry.last_heard > scene.world.now() - 1.0


def test_the_latency_of_the_drone_is_taken_noted_and_drawn(scene, vehicle):
    taken = vehicle.time_commands(20, ONE_CLOCK)
    assert len(taken.round_trip) == 20
    assert scene.log.notes[0].startswith("20 commands, 0 unanswered: command p50/p95/p99/max 5.00/")
    assert "clocks:" in scene.log.notes[1]
    assert [chart.title for chart in scene.log.charts] == ["Latency of 20 commands"]


@pytest.mark.parametrize("taken", [latencies(-0.02, back=0.04), latencies(0.04, back=-0.02)])
def test_an_article_with_a_clock_of_its_own_is_found_out(vehicle, scene, taken, monkeypatch):
    """What came before it was sent tells two clocks apart; then neither way can be told."""
    monkeypatch.setattr("harness.instruments.vehicle.link_pilot.LatencyMeter.take", lambda *_: taken)
    with pytest.raises(RigError, match=r"came 20\.0 ms before it was sent.*not the rig's"):
        vehicle.time_commands(5, ONE_CLOCK)
    assert ("clock.agrees", False) in scene.log.controls


def test_an_added_delay_that_is_seen_in_full_proves_the_meter(scene, vehicle):
    vehicle.assert_sees_delay(latencies(0.005), latencies(0.505), 0.5)
    assert scene.log.controls == [("latency.twin", True)]


@pytest.mark.parametrize("after", [latencies(0.005), latencies(0.45), latencies(0.505, back=0.005)])
def test_one_that_is_not_fails_it(vehicle, after):
    with pytest.raises(RigError, match=r"latency\.twin failed: 500 ms added each way, seen"):
        vehicle.assert_sees_delay(latencies(0.005), after, 0.5)


def test_no_answer_at_all_fails_it_too(vehicle):
    none = Latencies(command=(), telemetry=(), round_trip=(math.inf,), unanswered=1, clock=0.0)
    with pytest.raises(RigError, match="seen nan ms"):
        vehicle.assert_sees_delay(latencies(0.005), none, 0.5)


def test_a_landing_is_a_phase_that_can_be_flown(damaged):
    scene = damaged()
    scene.world.power_on()
    vehicle, observer = MavlinkVehicle(scene.context()), UsbObserver(scene.context())
    with vehicle.flying(phase="landing", height=10.0):
        assert observer.read_seen().mode == "LAND"
        assert 1.0 < scene.truth().motion.up < 9.0


def test_what_acted_by_itself_is_taken_back_and_turned(scene, vehicle):
    observer = UsbObserver(scene.context())
    with vehicle.hovering(at=5.0):
        vehicle._client.set_mode("RTL")
        vehicle.retake()
        assert observer.read_seen().mode == "GUIDED"
        with vehicle.holding_control() as grip:
            assert vehicle.turn(2, witness=observer.read_seen).missed.events == 0
        assert grip.longest_without().value < 0.3
        assert vehicle.count_refusals().events == 0
    assert "2 orders counted; 0 void" in scene.log.notes[-1]


def test_missions_are_exchanged_and_control_is_regained(vehicle):
    assert vehicle.exchange_missions(1, within=20.0).intact == 1
    assert vehicle.wait_regained(within=5.0).control.value < 0.2
