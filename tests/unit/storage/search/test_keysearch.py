import base64
import os

import numpy as np
import pytest

from harness.errors import UsageError
from harness.storage.image.image import Range
from harness.storage.image.patterns import find_all
from harness.storage.search.keysearch import MOST_FAILED, MOST_FOUND, PIECE, Secret, find_schedules

# FIPS 197 appendix A.1 and A.3: cipher keys and the last words of their expansion.
KEY_128, END_128 = bytes.fromhex("2b7e151628aed2a6abf7158809cf4f3c"), "d014f9a8c9ee2589e13f0cc8b6630ca6"
KEY_256 = bytes.fromhex("603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4")
KEY_192, END_192 = bytes.fromhex("8e73b0f7da0e6452c810f32b809079e562f8ead2522c6b7b"), "e98ba06f448c773c8ecc720401002202"
END_256 = "fe4890d1e6188d0b046df344706c631e"


def expand(key):
    """The key expansion once more, by table-free arithmetic, so that the test does not lean on what it tests."""

    def times(a, b):
        product = 0
        while b:
            product ^= a if b & 1 else 0
            a, b = (a << 1) ^ (0x11B if a & 0x80 else 0), b >> 1
        return product

    def substitute(byte):
        inverse = next((other for other in range(256) if times(byte, other) == 1), 0)
        result = 0x63
        for shift in range(5):
            result ^= (inverse << shift | inverse >> (8 - shift)) & 0xFF
        return result

    words, per_key, constant = [key[at : at + 4] for at in range(0, len(key), 4)], len(key) // 4, 1
    while len(words) < 4 * (per_key + 7):
        word = words[-1]
        if len(words) % per_key == 0:
            word = bytes(substitute(byte) for byte in word[1:] + word[:1])
            word = bytes((word[0] ^ constant,)) + word[1:]
            constant = times(constant, 2)
        elif per_key == 8 and len(words) % 8 == 4:
            word = bytes(substitute(byte) for byte in word)
        words.append(bytes(a ^ b for a, b in zip(words[-per_key], word, strict=True)))
    return b"".join(words)


SCHEDULES = {128: expand(KEY_128), 192: expand(KEY_192), 256: expand(KEY_256)}


def search(data):
    found, complete = find_schedules(data, (Range(0, len(data)),))
    assert complete
    return [(hit.offset, hit.bits, hit.words_swapped) for hit in found]


def test_the_expansion_of_this_test_is_that_of_fips_197():
    assert [SCHEDULES[bits][-16:].hex() for bits in (128, 192, 256)] == [END_128, END_192, END_256]


@pytest.mark.parametrize("bits", [128, 192, 256])
@pytest.mark.parametrize("lead", [0, 1, 7, PIECE - 1, PIECE - 100, PIECE])
def test_schedule_is_found_at_any_offset(bits, lead):
    assert search(os.urandom(lead) + SCHEDULES[bits] + os.urandom(300)) == [(lead, bits, False)]


@pytest.mark.parametrize("bits", [128, 192, 256])
def test_schedule_of_swapped_words_is_found(bits):
    swapped = np.frombuffer(SCHEDULES[bits], "<u4").astype(">u4").tobytes()
    assert search(os.urandom(33) + swapped) == [(33, bits, True)]


@pytest.mark.parametrize("bits", [128, 192, 256])
def test_damaged_or_cut_schedule_is_no_hit(bits):
    damaged = bytearray(SCHEDULES[bits])
    damaged[-1] ^= 1
    assert search(bytes(damaged) + os.urandom(300)) == []
    assert search(SCHEDULES[bits][:-1]) == []


@pytest.mark.parametrize("data", [b"", b"x", bytes(5000), b"\xff" * 5000, b"ab" * 3000])
def test_plain_data_holds_no_schedule(data):
    assert search(data) == []


def test_medium_filled_with_schedules_or_beginnings_is_bounded():
    data = SCHEDULES[128] * 300
    found, complete = find_schedules(data, (Range(0, len(data)),))
    assert (len(found), complete) == (MOST_FOUND, True)
    data = SCHEDULES[128][:20] * (MOST_FAILED + 2)
    assert find_schedules(data, (Range(0, len(data)),)) == ([], False)


def find(secret, data):
    return {
        (pattern.name, pattern.encoding)
        for pattern in secret.patterns()
        if list(find_all(data, pattern.needle, (Range(0, len(data)),)))
    }


def test_half_of_a_volume_key_is_found():
    key = os.urandom(64)
    secret = Secret(name="master", value=key)
    assert find(secret, b"." * 7 + key[32:] + b".") == {("master second half", "raw")}
    assert ("master", "hex") in find(secret, b"key=" + key.hex().encode())
    assert any(name == "master" for name, _ in find(secret, base64.b64encode(b"ab" + key)))


def test_passphrase_is_found_as_wide_text():
    secret = Secret(name="pass", value=b"long passphrase")
    assert find(secret, "long passphrase".encode("utf-16-le")) == {("pass", "utf-16-le")}


def test_short_secret_is_refused():
    with pytest.raises(UsageError, match="at least 8 bytes"):
        Secret(name="pin", value=b"1234567")
