"""Whole frames out of any pieces."""

from hypothesis import given
from hypothesis import strategies as st

from harness.link.impair_frames import Framing


def frame(payload):
    return bytes([0xFE, len(payload), 0, 1, 1, 0]) + payload + b"\x00\x00"


@given(payloads=st.lists(st.binary(max_size=40), max_size=20), cuts=st.lists(st.integers(1, 30), min_size=1))
def test_frames_come_out_one_by_one_however_they_were_chopped(payloads, cuts):
    whole, came, framing = b"".join(map(frame, payloads)), [], Framing()
    place, turn = 0, 0
    while place < len(whole):
        size = cuts[turn % len(cuts)]
        framing(whole[place : place + size], came.append)
        place, turn = place + size, turn + 1
    assert came == [frame(payload) for payload in payloads]
    assert (framing.frames, framing.skipped_bytes) == (len(payloads), 0)


def test_what_is_no_frame_goes_no_further_and_is_counted():
    came, framing = [], Framing()
    framing(b"abc" + frame(b"xy") + b"de", came.append)
    assert (came, framing.skipped_bytes) == ([frame(b"xy")], 5)
