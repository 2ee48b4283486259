"""Several ports at once: who hears what another says."""

import pytest
from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.link.virtual import VirtualCable
from harness.timing import run_for

BEAT = mavlink.MAVLink_heartbeat_message(mavlink.MAV_TYPE_GCS, 8, 0, 0, 4, 3)
TEXT = mavlink.MAVLink_statustext_message(6, b"hello")


def ping(system, component, number=0):
    return mavlink.MAVLink_ping_message(number, 0, system, component)


@pytest.fixture
def second(fakes, bench):
    """A second trusted port."""
    cable = VirtualCable(bench.world, bench.world.schedule)
    bench.service.add_port(cable.air, None, lambda: True)
    return fakes.Ground(bench, cable, system=7)


def heard(ground, kind):
    return [(message.get_srcSystem(), message.get_seq()) for message in ground.of(kind) if message.get_srcSystem() != 1]


def test_a_broadcast_goes_to_every_other_port(usb, second, radio):
    usb.tell(TEXT)
    assert [heard(end, "STATUSTEXT") for end in (usb, second, radio)] == [[], [(255, 0)], [(255, 0)]]
    second.tell(BEAT)
    assert [heard(end, "HEARTBEAT") for end in (usb, second, radio)] == [[(7, 0)], [], [(7, 0)]]


def test_what_is_addressed_goes_only_where_its_receiver_was_heard(usb, second, radio):
    usb.tell(ping(7, 190))
    assert not heard(second, "PING") and not heard(radio, "PING")
    second.tell(BEAT)
    usb.tell(ping(7, 190))
    usb.tell(ping(7, 0))
    usb.tell(ping(7, 5))
    assert [len(heard(end, "PING")) for end in (usb, second, radio)] == [0, 2, 0]


def test_what_is_for_the_drone_stays_and_what_is_for_a_stranger_of_its_system_goes_on(bench, fakes, usb):
    cable = VirtualCable(bench.world, bench.world.schedule)
    bench.service.add_port(cable.air)
    payload = fakes.Ground(bench, cable, system=1, component=26)
    payload.tell(BEAT)
    usb.tell(ping(1, 1))
    assert not payload.of("PING")
    usb.tell(ping(1, 26))
    assert len(payload.of("PING")) == 1
    payload.tell(ping(255, 0))
    assert len(usb.of("PING")) == 1


def test_a_trusted_frame_is_signed_for_a_radio_port(usb, radio):
    usb.tell(TEXT)
    (text,) = radio.of("STATUSTEXT")
    assert text.get_signed() and text.get_srcSystem() == 255
    assert not radio.codec.refused


def test_old_frames_are_signed_as_new_ones(usb, radio, bench):
    usb.cable.ground.send(bytes(TEXT.pack(mavlink.MAVLink(None, 200, 3), force_mavlink1=True)))
    run_for(bench.world, 0.02)
    (text,) = radio.of("STATUSTEXT")
    assert (text.get_srcSystem(), text.get_srcComponent(), text.text) == (200, 3, "hello")


def test_a_frame_that_was_refused_is_never_passed_on(bench, usb, fakes):
    fakes.Ground(bench, bench.radio).tell(TEXT)
    fakes.Ground(bench, bench.radio, key=bytes(32)).tell(TEXT)
    damaged = bytearray(TEXT.pack(mavlink.MAVLink(None, 9, 9)))
    damaged[12] ^= 1
    bench.radio.ground.send(bytes(damaged))
    run_for(bench.world, 0.02)
    assert not heard(usb, "STATUSTEXT")
    assert bench.radio_channel.refused == {"unsigned": 1, "wrong signature": 1, "wrong checksum": 1}


def test_what_claims_to_come_from_the_drone_is_dropped(bench, usb, second, fakes):
    fakes.Ground(bench, bench.trusted, system=1, component=1).tell(TEXT)
    assert not second.of("STATUSTEXT")
    assert bench.trusted_channel.refused == {"our own address": 1}


@pytest.mark.parametrize(
    "message",
    [
        mavlink.MAVLink_setup_signing_message(0, 0, list(range(32)), 0),
        mavlink.MAVLink_setup_signing_message(7, 0, list(range(32)), 0),
        mavlink.MAVLink_radio_status_message(*[0] * 7),
    ],
)
def test_some_messages_are_never_passed_on(usb, second, radio, message):
    second.tell(BEAT)
    usb.tell(message)
    assert not second.of(message.get_type()) and not radio.of(message.get_type())


def test_each_port_has_its_own_streams(bench, usb, second):
    interval = mavlink.MAVLink_command_long_message(1, 1, 511, 0, 30, 20_000, 0, 0, 0, 0, 0)
    second.tell(interval)
    usb.came.clear()
    second.came.clear()
    run_for(bench.world, 2.0)
    assert (len(usb.of("ATTITUDE")), len(second.of("ATTITUDE"))) == (20, 100)


def test_a_port_that_was_removed_is_neither_served_nor_heard(bench, usb, second):
    second.tell(BEAT)
    bench.service.remove_port(bench.service.channels[-1])
    second.came.clear()
    second.tell(TEXT)
    usb.tell(ping(7, 190))
    run_for(bench.world, 2.0)
    assert second.came == [] and not heard(usb, "STATUSTEXT")
    assert len(bench.service.channels) == 2
