"""Decryption of whole sectors under the names that LUKS and dm-crypt give to a cipher, as aes-cbc-essiv:sha256.

Sources: the kernel's documentation of dm-crypt (names of modes and initial vectors), Fruhwirth, "New Methods in Hard
Disk Encryption", 2005 (ESSIV: the sector number under AES with the hash of the key).
"""

import hashlib

import numpy as np
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from numpy.typing import NDArray

from harness.errors import MaterialError
from harness.storage.volumes.xts import IV_UNIT, decrypt_ecb, decrypt_xts_under

AES_KEYS, XTS_KEYS = (16, 24, 32), (32, 64)
SECTOR_SIZES = (512, 1024, 2048, 4096)
ESSIV_HASHES = {"essiv:md5": "md5", "essiv:sha1": "sha1", "essiv:sha256": "sha256"}
COUNTED = ("plain", "plain64", "plain64be", "null", *ESSIV_HASHES)

Vectors = NDArray[np.uint64]


def check_cipher(cipher: str, sector_size: int) -> None:
    """Whether ``decrypt_sectors`` can be asked for this.

    Raises:
        MaterialError: another cipher, mode, initial vector or sector size.
    """
    mode, vector = _parts(cipher)
    if not cipher.startswith("aes-") or not (mode == "ecb" or (mode in ("cbc", "xts") and vector in COUNTED)):
        raise MaterialError(f"cipher {cipher} cannot be decrypted here")
    if sector_size not in SECTOR_SIZES:
        raise MaterialError(f"sectors of {sector_size} bytes are not allowed: wanted one of {SECTOR_SIZES}")


def check_key(cipher: str, key_size: int) -> None:
    """Whether a key of `key_size` bytes fits the cipher.

    Raises:
        MaterialError: it does not.
    """
    allowed = XTS_KEYS if _parts(cipher)[0] == "xts" else AES_KEYS
    if key_size not in allowed:
        raise MaterialError(f"key of {key_size} bytes does not fit {cipher}: wanted one of {allowed}")


def decrypt_sectors(cipher: str, key: bytes, data: bytes, first: int, sector_size: int = IV_UNIT) -> bytes:
    """Plaintext of whole sectors; `first` is the number of the first one in units of 512 bytes.

    Raises:
        MaterialError: as ``check_cipher`` and ``check_key``.
    """
    check_cipher(cipher, sector_size)
    check_key(cipher, len(key))
    mode, vector = _parts(cipher)
    if mode == "ecb":
        return decrypt_ecb(key, data)
    vectors = _vectors(vector, key, _numbers(first, len(data) // sector_size, sector_size))
    if mode == "xts":
        return decrypt_xts_under(key, data, vectors, sector_size)
    return _decrypt_cbc(key, data, vectors, sector_size)


def _parts(cipher: str) -> tuple[str, str]:
    _, _, rest = cipher.partition("-")
    mode, _, vector = rest.partition("-")
    return mode, vector


def _numbers(first: int, sectors: int, sector_size: int) -> Vectors:
    counted = np.arange(sectors, dtype=np.uint64) * np.uint64(sector_size // IV_UNIT)
    numbers: Vectors = np.uint64(first & 0xFFFFFFFFFFFFFFFF) + counted
    return numbers


def _vectors(vector: str, key: bytes, numbers: Vectors) -> Vectors:
    """Two little-endian words for each sector."""
    words = np.zeros((numbers.size, 2), "<u8")
    if vector == "plain64be":
        words[:, 1] = numbers.astype(">u8").view("<u8")
    elif vector != "null":
        words[:, 0] = numbers & np.uint64(0xFFFFFFFF) if vector == "plain" else numbers
    if vector in ESSIV_HASHES:
        salt = hashlib.new(ESSIV_HASHES[vector], key).digest()
        salted = Cipher(algorithms.AES(salt), modes.ECB()).encryptor().update(words.tobytes())
        words = np.frombuffer(salted, "<u8").reshape(-1, 2)
    return words


def _decrypt_cbc(key: bytes, data: bytes, vectors: Vectors, sector_size: int) -> bytes:
    sealed = np.frombuffer(data, "<u8").reshape(-1, sector_size // 16, 2)
    before = np.concatenate((vectors[:, None, :], sealed[:, :-1, :]), axis=1)
    inner = np.frombuffer(decrypt_ecb(key, data), "<u8").reshape(sealed.shape)
    return bytes(np.bitwise_xor(inner, before))
