"""The pilot's verbs, over a signed radio link to the drone's service."""

import pytest
from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.drone.mavlink.config import MavlinkConfig
from harness.errors import RigError, UsageError, VehicleError, VehicleTimeout
from harness.link.impair import Blackout, Delay
from harness.timing import run_for


def test_a_whole_flight(bench):
    vehicle = bench.ready()
    vehicle.set_mode("GUIDED")
    vehicle.arm()
    assert vehicle.read_armed() and vehicle.read_mode() == "GUIDED"
    vehicle.takeoff(10)
    vehicle.goto(30, -20, 15)
    vehicle.wait_at((30, -20, 15), within=30)
    assert vehicle.read_position().distance_to(30, -20, 15) < 1
    vehicle.rtl()
    vehicle.wait_disarmed(within=60)
    assert bench.flight.position == pytest.approx([0, 0, 0], abs=0.2)
    assert not bench.radio_channel.refused and not vehicle.telemetry.codec.refused


def test_landing_on_the_spot_and_disarming(bench):
    vehicle = bench.ready()
    vehicle.set_mode("GUIDED")
    vehicle.arm()
    vehicle.disarm()
    assert not vehicle.read_armed()
    vehicle.arm()
    vehicle.takeoff(5)
    vehicle.land()
    assert vehicle.read_mode() == "LAND"
    vehicle.wait_disarmed(10)


def test_goto_with_a_heading(bench):
    vehicle = bench.ready()
    vehicle.set_mode("GUIDED")
    vehicle.goto(0, 0, 5, yaw=1.0)
    run_for(bench.world, 0.1)
    assert bench.flight.yaw == 1.0


def test_heartbeats_are_one_a_second_and_stop(bench):
    vehicle = bench.vehicle()
    vehicle.start()
    vehicle.start()
    run_for(bench.world, 10.5)
    assert len(bench.flight.heard) == 11
    vehicle.stop_heartbeats()
    vehicle.stop_heartbeats()
    run_for(bench.world, 10)
    assert len(bench.flight.heard) == 11
    vehicle.start()
    run_for(bench.world, 1)
    assert len(bench.flight.heard) > 11


def test_it_says_nothing_before_it_is_started(bench):
    vehicle = bench.vehicle()
    run_for(bench.world, 5)
    assert vehicle.read_mode() == "STABILIZE"
    assert bench.radio_channel.received == 0


def test_lost_heartbeats_bring_the_link_loss_action(bench):
    vehicle = bench.ready()
    with vehicle.parameters(FS_GCS_TIMEOUT=5):
        vehicle.set_mode("GUIDED")
        vehicle.arm()
        vehicle.takeoff(10)
        vehicle.stop_heartbeats()
        run_for(bench.world, 4.5)
        assert vehicle.read_mode() == "GUIDED"
        vehicle.wait_mode("RTL", within=2)
        vehicle.start()
        vehicle.wait_disarmed(30)


def test_a_blackout_silences_both_ways_and_ends_in_silence_errors(bench):
    vehicle = bench.ready()
    up, down = Blackout(), Blackout()
    bench.radio.up.append(up)
    bench.radio.down.append(down)
    up.cut()
    down.cut()
    run_for(bench.world, 0.1)
    heard, received = vehicle.telemetry.last_heard, bench.radio_channel.received
    run_for(bench.world, 5)
    assert (vehicle.telemetry.last_heard, bench.radio_channel.received) == (heard, received)
    assert up.swallowed_pieces == 5 and down.swallowed_pieces > 40
    with pytest.raises(VehicleTimeout, match="answer to MAV_CMD_DO_SET_MODE"):
        vehicle.set_mode("GUIDED", within=3)
    up.restore()
    down.restore()
    vehicle.set_mode("GUIDED")


def test_a_slow_link_still_works(bench):
    vehicle = bench.ready()
    bench.radio.up.append(Delay(bench.world, bench.world.schedule, 0.7))
    bench.radio.down.append(Delay(bench.world, bench.world.schedule, 0.7))
    vehicle.set_mode("GUIDED")
    vehicle.arm()


def test_an_unsigned_client_hears_and_is_not_obeyed(bench):
    vehicle = bench.vehicle(key=None)
    vehicle.connect()
    with pytest.raises(VehicleTimeout, match=r"answer to .* got silence"):
        vehicle.set_mode("GUIDED")
    assert bench.radio_channel.refused["unsigned"] >= 5
    assert not bench.flight.heard


def test_a_client_with_a_wrong_key_does_not_even_hear(bench):
    vehicle = bench.vehicle(key=bytes(32))
    with pytest.raises(VehicleTimeout, match="frames refused"):
        vehicle.connect(within=3)


def test_a_silent_drone_is_a_timeout(bench):
    bench.service.stop()
    with pytest.raises(VehicleTimeout, match="heartbeat: wanted HEARTBEAT, got silence"):
        bench.vehicle().connect(within=3)


def test_nothing_heard_is_an_error_and_not_a_value(bench):
    with pytest.raises(VehicleTimeout, match="no HEARTBEAT has come"):
        bench.vehicle().read_mode()
    with pytest.raises(VehicleTimeout, match="no LOCAL_POSITION_NED"):
        bench.vehicle().read_position()


def test_readiness_names_what_is_missing(bench):
    vehicle = bench.vehicle()
    vehicle.connect()
    bench.flight.read_arming_problem = lambda: "not level"
    with pytest.raises(VehicleTimeout, match="got missing pre-arm checks"):
        vehicle.wait_ready_to_arm(within=3)


def test_version(fakes):
    config = MavlinkConfig(firmware_version=(4, 5, 6), firmware_hash=bytes(range(32)), serial=99)
    vehicle = fakes.Bench(config=config).ready()
    version = vehicle.version()
    assert (version.firmware, version.firmware_hash, version.serial) == ((4, 5, 6), "0001020304050607", 99)
    assert version.capabilities & mavlink.MAV_PROTOCOL_CAPABILITY_MAVLINK2
    assert vehicle.version() == version


def test_the_trusted_port_needs_no_key(bench):
    vehicle = bench.usb()
    vehicle.connect()
    vehicle.wait_ready_to_arm()
    vehicle.set_mode("GUIDED")
    vehicle.arm()


def test_a_closed_vehicle_is_a_rig_error(bench):
    vehicle = bench.ready()
    vehicle.close()
    run_for(bench.world, 3)
    with pytest.raises(RigError, match="closed"):
        vehicle.set_mode("GUIDED")


def test_a_bad_key_is_a_usage_error(bench):
    with pytest.raises(UsageError, match="32 bytes"):
        bench.vehicle(key=b"short")


def test_a_drone_that_accepts_but_does_not_act_is_seen(bench):
    vehicle = bench.ready()
    bench.flight.arm = lambda: ""
    with pytest.raises(VehicleTimeout, match="arming: wanted armed, got False"):
        vehicle.arm()
    bench.flight.set_mode = lambda mode: ""
    with pytest.raises(VehicleTimeout, match="flight mode: wanted GUIDED, got STABILIZE"):
        vehicle.set_mode("GUIDED")


def test_a_takeoff_that_does_not_rise_and_a_point_not_reached(bench):
    vehicle = bench.ready()
    vehicle.set_mode("GUIDED")
    vehicle.arm()
    bench.flight._move = lambda step: None
    with pytest.raises(VehicleTimeout, match=r"take-off: wanted at least 9.50 m up, got 0.00 m north"):
        vehicle.takeoff(10, within=5)
    with pytest.raises(VehicleTimeout, match=r"arrival: wanted within 1.00 m of 1.00 m north, 2.00 m east, 3.00 m up"):
        vehicle.wait_at((1, 2, 3), within=5)
    with pytest.raises(VehicleTimeout, match="disarming"):
        vehicle.wait_disarmed(within=2)


def test_refusals_are_vehicle_errors(bench):
    vehicle = bench.ready()
    with pytest.raises(VehicleError, match="GUIDED and armed"):
        vehicle.takeoff(10)
