"""SETUP_SIGNING: who may set a key, and that it holds over a reboot."""

import pytest
from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.timing import run_for

NEW = bytes(range(100, 132))
ARM = mavlink.MAVLink_command_long_message(1, 1, 400, 0, 1, 0, 0, 0, 0, 0, 0)


def setup(key=NEW, system=1, timestamp=0):
    return mavlink.MAVLink_setup_signing_message(system, 1, list(key), timestamp)


def texts(ground):
    return [text.text for text in ground.of("STATUSTEXT")]


@pytest.fixture
def renewed(fakes, bench):
    """A radio station with the new key."""
    return lambda: fakes.Ground(bench, bench.radio, key=NEW)


def test_a_trusted_port_sets_a_key_that_holds_at_once(bench, usb, radio, renewed):
    usb.tell(setup())
    assert texts(usb) == ["Signing: new key"]
    radio.tell(ARM)
    assert not bench.flight.armed
    station = renewed()
    station.tell(ARM)
    assert bench.flight.armed and station.of("COMMAND_ACK")[0].get_signed()


def test_a_radio_port_sets_a_key_when_signed_with_the_present_one(bench, fakes, radio, renewed):
    fakes.Ground(bench, bench.radio).tell(setup())
    fakes.Ground(bench, bench.radio, key=bytes(32)).tell(setup())
    assert bench.memory.signing_key == b""
    fakes.Ground(bench, bench.radio, key=fakes.KEY).tell(setup())
    assert bench.memory.signing_key == NEW
    renewed().tell(ARM)
    assert bench.flight.armed


def test_it_holds_over_a_reboot(bench, usb, fakes):
    usb.tell(setup())
    bench.service.stop()
    again = fakes.Bench(memory=bench.memory)
    fakes.Ground(again, again.radio, key=fakes.KEY).tell(ARM)
    assert not again.flight.armed
    run_for(again.world, 1.0)
    fakes.Ground(again, again.radio, key=NEW).tell(ARM)
    assert again.flight.armed


def test_zeros_from_a_trusted_port_bring_the_paired_key_back_and_never_an_open_port(bench, usb, fakes):
    usb.tell(setup())
    usb.tell(setup(bytes(32)))
    fakes.Ground(bench, bench.radio).tell(ARM)
    fakes.Ground(bench, bench.radio, key=bytes(32)).tell(ARM)
    assert not bench.flight.armed
    fakes.Ground(bench, bench.radio, key=fakes.KEY).tell(ARM)
    assert bench.flight.armed


@pytest.mark.parametrize(
    ("message", "reason"),
    [(setup(system=0), "one system"), (setup(timestamp=2**48), "48 bits")],
)
def test_what_is_refused_changes_nothing(bench, usb, message, reason):
    usb.tell(message)
    assert reason in texts(usb)[0]
    assert bench.memory.signing_key == b""


def test_zeros_by_radio_are_refused(bench, radio, usb):
    usb.tell(setup())
    bench.memory.signing_key = b""
    radio.tell(setup(bytes(32)))
    assert "trusted port only" in "".join(texts(usb))


def test_a_key_for_another_drone_is_not_ours(bench, usb):
    usb.tell(setup(system=2))
    assert bench.memory.signing_key == b"" and not texts(usb)


def test_its_time_moves_the_drones_own(bench, usb):
    ahead = bench.service._signatures.time.now() + 10**7
    usb.tell(setup(timestamp=ahead))
    assert bench.service._signatures.time.now() >= ahead
