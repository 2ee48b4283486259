import os

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from harness.storage.volumes.xts import decrypt_ecb, decrypt_xts


@pytest.mark.parametrize("sector_size", [512, 4096])
@pytest.mark.parametrize("key_size", [32, 64])
def test_agrees_with_openssl(sector_size, key_size):
    key, text, first = os.urandom(key_size), os.urandom(3 * sector_size), 7_000_000_000
    sealed = b""
    for number in range(3):
        tweak = (first + number * sector_size // 512).to_bytes(16, "little")
        piece = text[number * sector_size : (number + 1) * sector_size]
        sealed += Cipher(algorithms.AES(key), modes.XTS(tweak)).encryptor().update(piece)
    assert decrypt_xts(key, sealed, first, sector_size) == text


def test_equal_halves_can_be_read():
    # IEEE Std 1619, annex B, vector 1, as the beginning of a sector.
    sealed = bytes.fromhex("917cf69ebd68b2ec9b9fe9a3eadda692cd43d2f59598ed858c02c2652fbf922e").ljust(512, b"\0")
    assert decrypt_xts(bytes(32), sealed, 0, 512)[:32] == bytes(32)


def test_ecb_agrees_with_fips_197():
    sealed = bytes.fromhex("69c4e0d86a7b0430d8cdb78070b4c55a")
    assert decrypt_ecb(bytes(range(16)), sealed).hex() == "00112233445566778899aabbccddeeff"
