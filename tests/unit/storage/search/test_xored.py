import itertools
import os

import numpy as np
import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.storage.search.xored import (
    BEGINNINGS,
    BLOCK,
    PIECE,
    SAMPLE,
    expected_samples,
    find_periods,
    xor_detector,
)

CANARY = ("scene text", b"CANARY-0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c")
MIB = 1 << 20


def xored(data, key):
    pad = np.frombuffer((key * (len(data) // len(key) + 1))[: len(data)], np.uint8)
    return (np.frombuffer(data, np.uint8) ^ pad).tobytes()


def found_in(data, texts=(CANARY,), start=0):
    return list(xor_detector(texts).window(data, start))


def aes(data, mode):
    return Cipher(algorithms.AES(os.urandom(32)), mode).encryptor().update(data)


@pytest.mark.parametrize("length", [1, 2, 3, 5, 8, 13, 16, 19, 20, 32, 39])
def test_known_text_is_found_under_a_key_of_any_length(length):
    key = bytes((np.arange(length) * 37 + 11).astype(np.uint8))
    plain = np.random.default_rng(1).bytes(70_003) + CANARY[1] + np.random.default_rng(2).bytes(5000)
    (found,) = found_in(xored(plain, key), start=1000)
    (last,) = found_in(xored(plain[: 70_003 + len(CANARY[1])], key))
    assert last.offset == 70_003
    assert (found.offset, found.detail) == (71_003, f"scene text under a key of {length} bytes")


def test_beginnings_of_usual_files_are_found_without_being_told():
    for (name, text), length in zip(BEGINNINGS, (64, 8, 16, 4), strict=True):
        data = xored(bytes(999) + text + np.random.default_rng(3).bytes(999), bytes(range(7, 7 + length)))
        assert {found.detail for found in found_in(data, ())} == {f"{name} under a key of {length} bytes"}


def test_text_in_the_clear_is_no_xor():
    assert found_in(bytes(999) + CANARY[1] + b"".join(text for _, text in BEGINNINGS) + bytes(999)) == []


def test_text_over_the_border_of_a_piece_is_found_once():
    for before in (PIECE - 47, PIECE - 20, PIECE - 1, PIECE):
        data = xored(bytes(before) + CANARY[1] + bytes(500), b"key")
        assert [found.offset for found in found_in(data)] == [before]


def test_a_text_that_repeats_itself_is_left_out():
    assert found_in(bytes(5000) + b"\x11" * 5000, (("same", b"a" * 40),)) == []


def test_random_key_as_long_as_the_text_hides_it():
    assert found_in(xored(CANARY[1] * 50, os.urandom(len(CANARY[1]) * 50))) == []


@pytest.mark.parametrize("mode", [modes.CBC(bytes(16)), modes.CTR(bytes(16))])
def test_aes_is_not_flagged(mode):
    text = b"".join(b"%06d,47.397742,8.545594,488.1\n" % number for number in range(80_000))
    sealed = aes(text[: len(text) // 16 * 16], mode)
    assert found_in(sealed) == [] and list(find_periods(sealed, 0)) == []


def test_random_data_is_not_flagged():
    noise = np.random.default_rng(4).bytes(16 * MIB)
    assert found_in(noise) == [] and list(find_periods(noise, 0)) == []
    assert 0 < expected_samples(64 << 30) < 1e-6 and 0 < xor_detector((CANARY,)).expected(64 << 30) < 1e-6


@pytest.mark.parametrize("length", [2, 7, 16, 31, 64])
def test_period_of_the_key_is_seen_in_a_log(length):
    lines = (f"{n},{47 + n * 1e-6:.6f},{8 + n * 1e-6:.6f},{'n' * (n * n % 17)}\n" for n in itertools.count())
    text = "".join(itertools.islice(lines, 60_000)).encode()[: 4 * BLOCK]
    key = np.random.default_rng(length).bytes(length)
    found = list(find_periods(xored(text, key), 3 * BLOCK))
    # the lines have a length of their own, so single samples may show another distance as well
    assert sum(each.size for each in found if f"distance of {length}:" in each.detail) > BLOCK
    assert found[0].offset == 3 * BLOCK


def test_fill_under_a_key_shows_the_key_and_fill_alone_does_not():
    (found,) = find_periods(xored(bytes(2 * BLOCK), bytes(range(100, 123)) + b"d"), 0)
    assert found.detail.startswith("distance of 24:") and found.size == BLOCK + SAMPLE
    for data in (bytes(2 * BLOCK), b"\xff" * 2 * BLOCK, b"prose of words and more words " * 5000):
        assert list(find_periods(data, 0)) == []


def test_equal_blocks_of_ecb_are_seen_as_such():
    (found,) = find_periods(aes(bytes(2 * BLOCK), modes.ECB()), 0)
    assert found.detail == "distance of 16: repeating key, ECB or records"


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300), st.integers(0, 1 << 40))
def test_any_bytes_are_survived(data, start):
    assert all(found.offset >= start for found in found_in(data, start=start))
    list(find_periods(data, start))
