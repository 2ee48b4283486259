import pytest

from harness.drone.recorder.ciphers import Ecb, EqualHalvesXts, Xts
from harness.storage.volumes.xts import decrypt_xts

SECTOR = bytes(range(256)) * 16


def test_equal_halves_agrees_with_ieee_1619_vector_1():
    # IEEE Std 1619, annex B, vector 1: both keys zero, data unit 0, 32 bytes of zero.
    wanted = "917cf69ebd68b2ec9b9fe9a3eadda692cd43d2f59598ed858c02c2652fbf922e"
    assert EqualHalvesXts(bytes(32)).encrypt(0, bytes(32)).hex() == wanted


def test_xts_agrees_with_ieee_1619_vector_2():
    # IEEE Std 1619, annex B, vector 2: keys 11.. and 22.., data unit 0x3333333333, 32 bytes of 44.
    wanted = "c454185e6a16936e39334038acef838bfb186fff7480adc4289382ecd6d394f0"
    assert Xts(b"\x11" * 16 + b"\x22" * 16).encrypt(0x3333333333, b"\x44" * 32).hex() == wanted


def test_equal_halves_agrees_with_the_judge_over_a_whole_sector():
    key = bytes(range(32)) * 2
    assert decrypt_xts(key, EqualHalvesXts(key).encrypt(8, SECTOR), 8, 4096) == SECTOR


@pytest.mark.parametrize("cipher", [Xts(bytes(range(64))), Ecb(bytes(range(32))), EqualHalvesXts(bytes(range(32)) * 2)])
def test_decrypts_what_it_encrypts(cipher):
    assert cipher.decrypt(77, cipher.encrypt(77, SECTOR)) == SECTOR != cipher.encrypt(77, SECTOR)


@pytest.mark.parametrize("cipher", [Xts(bytes(range(64))), EqualHalvesXts(bytes(range(32)) * 2)])
def test_sector_number_matters_to_xts(cipher):
    assert cipher.encrypt(1, SECTOR) != cipher.encrypt(2, SECTOR)


def test_ecb_repeats():
    sealed = Ecb(bytes(32)).encrypt(0, SECTOR)
    assert sealed[:256] == sealed[256:512]
