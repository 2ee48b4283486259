"""A pilot's sticks by MAVLink."""

import pytest
from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.drone.flight.orders import Sticks
from harness.timing import run_for

UNCHANGED = 65_535


def override(*pulses, system=1):
    return mavlink.MAVLink_rc_channels_override_message(system, 1, *pulses, *[0] * (8 - len(pulses)))


def manual(x, y, z, r, target=1):
    return mavlink.MAVLink_manual_control_message(target, x, y, z, r, 0)


def test_override_moves_the_sticks(bench, usb):
    usb.tell(override(1750, 1250, 1800, 1000))
    assert bench.flight.sticks == [Sticks(roll=0.5, pitch=0.5, throttle=0.8, yaw=-1.0)]


def test_a_channel_is_left_or_released(bench, usb):
    usb.tell(override(1750, 1250, 1800, 1000))
    usb.tell(override(UNCHANGED, UNCHANGED, 1500, 0))
    assert bench.flight.sticks[-1] == Sticks(roll=0.5, pitch=0.5, throttle=0.5, yaw=0.0)
    usb.tell(override(0, 0, 0, 0))
    assert bench.flight.sticks[-1] is None


def test_pulses_beyond_the_range_are_full_deflection(bench, usb):
    usb.tell(override(60_000, 1, 60_000, 2500))
    assert bench.flight.sticks == [Sticks(roll=1.0, pitch=1.0, throttle=1.0, yaw=1.0)]


def test_manual_control_moves_the_sticks_ahead_and_right(bench, usb):
    usb.tell(manual(500, -1000, 250, 100))
    assert bench.flight.sticks == [Sticks(roll=-1.0, pitch=0.5, throttle=0.25, yaw=0.1)]
    usb.tell(manual(32_767, 32_767, 32_767, 32_767))
    usb.tell(manual(-20_000, 20_000, 20_000, -20_000))
    assert bench.flight.sticks[1:] == [bench.flight.sticks[0], Sticks(roll=1.0, pitch=-1.0, throttle=1.0, yaw=-1.0)]


def test_only_the_configured_ground_station_flies(bench, fakes, usb):
    stranger = fakes.Ground(bench, bench.trusted, system=7)
    stranger.tell(override(1750, 1250, 1800, 1000))
    stranger.tell(manual(500, -1000, 250, 100))
    assert bench.flight.sticks == []


def test_sticks_for_another_drone_are_not_ours(bench, usb):
    usb.tell(override(1750, 1250, 1800, 1000, system=2))
    usb.tell(manual(500, -1000, 250, 100, target=2))
    assert bench.flight.sticks == []


@pytest.mark.parametrize(("raw", "told"), [(0, 65_535), (1600, 1600), (65_534, 65_535)])
def test_what_was_received_last_is_told(bench, usb, raw, told):
    upper = [raw, *[0] * 9]
    usb.tell(mavlink.MAVLink_rc_channels_override_message(1, 1, 1501, 1502, 1503, 1504, 0, 0, 0, 0, *upper))
    usb.tell(mavlink.MAVLink_command_long_message(1, 1, 512, 0, 65, 0, 0, 0, 0, 0, 0))
    (channels,) = usb.of("RC_CHANNELS")
    assert (channels.chan1_raw, channels.chan4_raw, channels.chan5_raw, channels.chan9_raw) == (
        1501,
        1504,
        65_535,
        told,
    )
    assert channels.chancount == (5 if told == 1600 else 4)


def test_sticks_that_stop_coming_are_told_no_more(bench, usb):
    usb.tell(override(1501, 1502, 1503, 1504))
    run_for(bench.world, 1.5)
    usb.tell(mavlink.MAVLink_command_long_message(1, 1, 512, 0, 65, 0, 0, 0, 0, 0, 0))
    (channels,) = usb.of("RC_CHANNELS")
    assert (channels.chancount, channels.chan1_raw) == (0, 65_535)
