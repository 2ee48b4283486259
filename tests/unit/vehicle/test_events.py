import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.vehicle.codec import checksum
from harness.vehicle.events import EventReader, event_number

KNOWN = {"check_high_wind_warning": "High wind speed detected", "check_wind_too_high": "Wind speed is above limit"}


def event(name, sequence, levels=0x64, system=1):
    """A frame as PX4 sends it: 13 bytes of head, then arguments."""
    payload = struct.pack("<IIHBBBf", event_number(name), 1234, sequence, 0, 0, levels, 14.2)
    frame = bytes([0xFD, len(payload), 0, 0, 7, system, 1, *(410).to_bytes(3, "little")]) + payload + b"\0\0"
    return frame[:-2] + checksum(frame, 160)


@pytest.mark.parametrize(
    # of all_events.json of PX4 1.18
    ("name", "number"),
    [("check_wind_too_high", 11413600), ("check_high_wind_warning", 5726704), ("commander_gcs_lost", 10794072)],
)
def test_numbers_are_made_of_names(name, number):
    assert event_number(name) == number | 1 << 24


def test_an_event_says_what_a_text_would():
    reader = EventReader(KNOWN)
    (text,) = reader.feed(event("check_high_wind_warning", 1), 1, 7.5)
    assert (text.time, text.severity, text.text) == (7.5, 4, "High wind speed detected")


def test_one_that_is_sent_again_is_told_once_and_the_next_again():
    reader = EventReader(KNOWN)
    frame = event("check_wind_too_high", 1)
    assert len(reader.feed(frame + frame, 1, 0.0)) == 1
    assert len(reader.feed(event("check_wind_too_high", 2), 1, 0.0)) == 1


@pytest.mark.parametrize(
    "frame",
    [
        event("some_other_event", 1),
        event("check_wind_too_high", 1, system=9),
        event("check_wind_too_high", 1)[:-1] + b"!",
    ],
)
def test_other_events_other_systems_and_damaged_frames_say_nothing(frame):
    assert EventReader(KNOWN).feed(frame, 1, 0.0) == []


def test_who_is_interested_in_nothing_reads_nothing():
    assert EventReader({}).feed(event("check_wind_too_high", 1), 1, 0.0) == []


@given(st.binary(max_size=300))
def test_noise_says_nothing(data):
    assert EventReader(KNOWN).feed(data, 1, 0.0) == []
