"""Damage to bytes, against theory."""

import math
from random import Random

from hypothesis import example, given
from hypothesis import strategies as st

from harness.link.impair_bytes import BitFlips, Truncation

SIGMAS = 5.0


def differing(one, two):
    return sum((a ^ b).bit_count() for a, b in zip(one, two, strict=True))


@given(pieces=st.lists(st.binary(max_size=30), max_size=30), rate=st.floats(0, 1), seed=st.integers())
@example(pieces=[b"\x00"], rate=2.2250738585e-313, seed=0)
def test_flips_keep_the_length_and_are_counted(pieces, rate, seed):
    came, stage = [], BitFlips(rate, Random(seed))
    for piece in pieces:
        stage(piece, came.append)
    assert [len(piece) for piece in came] == [len(piece) for piece in pieces]
    assert stage.flipped == sum(map(differing, pieces, came))
    assert stage.bits == 8 * sum(map(len, pieces))


def test_none_and_all_are_exact():
    came = []
    BitFlips(0.0, Random(1))(b"\x0f" * 50, came.append)
    BitFlips(1.0, Random(1))(b"\x0f" * 50, came.append)
    assert came == [b"\x0f" * 50, b"\xf0" * 50]


def test_the_bit_error_rate_over_many_short_pieces():
    stage = BitFlips(1e-3, Random("bits"))
    for _ in range(20_000):
        stage(bytes(25), lambda data: None)
    expected = stage.bits * 1e-3
    assert abs(stage.flipped - expected) < SIGMAS * math.sqrt(expected)


def test_flips_fall_on_all_bits_alike():
    stage, counts = BitFlips(0.01, Random("places")), [0] * 8

    def count(data):
        for byte in data:
            for bit in range(8):
                counts[bit] += byte >> bit & 1

    for _ in range(500):
        stage(bytes(200), count)
    mean = sum(counts) / 8
    assert all(abs(each - mean) < SIGMAS * math.sqrt(mean) for each in counts)


@given(pieces=st.lists(st.binary(max_size=30), max_size=30), probability=st.floats(0, 1), seed=st.integers())
def test_a_cut_piece_is_a_beginning_and_not_empty(pieces, probability, seed):
    came, stage = [], Truncation(probability, Random(seed))
    for piece in pieces:
        stage(piece, came.append)
    assert len(came) == len(pieces) == stage.offered
    assert all(whole.startswith(part) and bool(part) is bool(whole) for whole, part in zip(pieces, came, strict=True))
    assert stage.cut == sum(len(part) < len(whole) for whole, part in zip(pieces, came, strict=True))


def test_the_share_and_the_places_of_cuts():
    came, stage = [], Truncation(0.25, Random("cut"))
    for _ in range(8000):
        stage(bytes(41), came.append)
    assert abs(stage.cut - 2000) < SIGMAS * math.sqrt(8000 * 0.25 * 0.75)
    lengths = [len(part) for part in came if len(part) < 41]
    # evenly from 1 to 40
    assert abs(sum(lengths) / len(lengths) - 20.5) < SIGMAS * math.sqrt((40**2 - 1) / 12 / len(lengths))
    assert (min(lengths), max(lengths)) == (1, 40)
