"""The receiver: latest by type, one article only, and real recordings."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.errors import VehicleTimeout
from harness.link.mavframes import frame_length
from harness.link.virtual import VirtualCable
from harness.timing import run_for
from harness.vehicle.codec import Codec, Identity
from harness.vehicle.dialects.ardupilot import ARDUPILOT
from harness.vehicle.observer import Observer
from harness.vehicle.receiver import Receiver

DATA = Path(__file__).parents[1] / "link" / "data"


@pytest.fixture
def link(fakes):
    world = fakes.FakeWorld()
    cable = VirtualCable(world, world.schedule)
    return world, cable, Receiver(cable.ground, world, Codec(Identity(), world))


def beat(system=1, component=1, autopilot=3, kind=2):
    return bytes(
        mavlink.MAVLink_heartbeat_message(kind, autopilot, 81, 4, 4, 3).pack(mavlink.MAVLink(None, system, component))
    )


def test_the_latest_message_and_its_time(link):
    world, cable, receiver = link
    cable.air.send(beat())
    run_for(world, 1.0)
    cable.air.send(beat())
    run_for(world, 1.0)
    assert receiver.latest["HEARTBEAT"].time == receiver.last_heard == 1.005
    assert receiver.read("HEARTBEAT").custom_mode == 4


def test_only_the_first_autopilot_is_the_article(link):
    world, cable, receiver = link
    cable.air.send(beat(system=255, autopilot=8, kind=6))  # another ground station
    cable.air.send(beat(system=5) + beat(system=6) + beat(system=5, component=191, autopilot=8))
    run_for(world, 1.0)
    assert (receiver.system, receiver.component) == (5, 1)
    assert receiver.read("HEARTBEAT").get_srcSystem() == 5
    assert receiver.read("HEARTBEAT").autopilot == 3


def test_waiting_for_a_new_message(link):
    world, cable, receiver = link
    world.schedule.at(2.0, lambda: cable.air.send(beat()))
    assert receiver.wait_message("HEARTBEAT", 5.0).type == 2
    assert world.now() == 2.005
    with pytest.raises(VehicleTimeout, match="HEARTBEAT: wanted a new message, got none"):
        receiver.wait_message("HEARTBEAT", 1.0)


def test_subscriptions_end(link):
    world, cable, receiver = link
    heard = []
    forget = receiver.subscribe("HEARTBEAT", heard.append)
    cable.air.send(beat())
    run_for(world, 0.1)
    forget()
    cable.air.send(beat())
    run_for(world, 0.1)
    assert len(heard) == 1


@pytest.mark.parametrize(
    ("name", "system", "said"),
    [("arducopter.tlog", 1, "Arming motors"), ("px4.tlog", 5, "Armed by external command\t")],
)
def test_a_real_autopilot_is_understood(fakes, name, system, said):
    world = fakes.FakeWorld()
    cable = VirtualCable(world, world.schedule)
    observer = Observer(cable.ground, world)
    data = (DATA / name).read_bytes()
    while data:
        length = frame_length(data[8:11])
        cable.air.send(data[8 : 8 + length])
        run_for(world, 0.01)
        data = data[8 + length :]
    assert observer.telemetry.system == system
    assert {"ATTITUDE", "LOCAL_POSITION_NED", "COMMAND_ACK"} <= set(observer.telemetry.latest)
    assert observer.read_position().distance_to(0, 0, 0) < 5
    assert said in [text.text for text in observer.telemetry.texts]


@settings(max_examples=100, deadline=None)
@given(st.lists(st.one_of(st.binary(max_size=200), st.just(beat())), max_size=8))
def test_noise_never_raises(fakes, pieces):
    world = fakes.FakeWorld()
    cable = VirtualCable(world, world.schedule)
    receiver = Receiver(cable.ground, world, Codec(Identity(), world))
    for piece in pieces:
        cable.air.send(piece)
    cable.air.send(bytes(300) + beat())
    run_for(world, 0.1)
    assert receiver.system == 1


def test_modes_have_names():
    assert (ARDUPILOT.mode_name(6), ARDUPILOT.mode_name(77)) == ("RTL", "mode 77")


@pytest.mark.parametrize("force_v1", [False, True])
def test_what_the_autopilot_numbered_and_did_not_come_is_missed(link, force_v1):
    world, cable, receiver = link
    sender = mavlink.MAVLink(None, 1, 1)
    frames = []
    for number in range(6):
        sender.seq = number
        frames.append(mavlink.MAVLink_heartbeat_message(2, 3, 81, 4, 4, 3).pack(sender, force_mavlink1=force_v1))
    for number in (0, 1, 4, 5):
        cable.air.send(frames[number])
    cable.air.send(beat(component=100, autopilot=8))
    run_for(world, 1.0)
    assert (receiver.sequence.heard, receiver.sequence.missed) == (4, 2)
