"""Encryption of single sectors as dm-crypt does it: ``aes-xts-plain64`` and, for a defect, ``aes-ecb``."""

from typing import Protocol

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

IV_UNIT = 512
AES_BLOCK = 16


class SectorCipher(Protocol):
    """Encrypts and decrypts one sector; `number` counts units of 512 bytes, as "plain64" wants."""

    def encrypt(self, number: int, data: bytes) -> bytes:
        """Ciphertext of the sector."""
        ...

    def decrypt(self, number: int, data: bytes) -> bytes:
        """Plaintext of the sector."""
        ...


class Xts:
    """AES-XTS (IEEE 1619, SP 800-38E); the tweak is the sector number as 64-bit little endian ("plain64")."""

    def __init__(self, key: bytes) -> None:
        self._algorithm = algorithms.AES(key)

    def encrypt(self, number: int, data: bytes) -> bytes:
        """Ciphertext of the sector."""
        return Cipher(self._algorithm, modes.XTS(_tweak(number))).encryptor().update(data)

    def decrypt(self, number: int, data: bytes) -> bytes:
        """Plaintext of the sector."""
        return Cipher(self._algorithm, modes.XTS(_tweak(number))).decryptor().update(data)


class Ecb:
    """AES-ECB: equal plaintext blocks give equal ciphertext blocks. Only for the defect of that name."""

    def __init__(self, key: bytes) -> None:
        self._cipher = Cipher(algorithms.AES(key), modes.ECB())

    def encrypt(self, number: int, data: bytes) -> bytes:
        """Ciphertext of the sector; `number` has no effect."""
        return self._cipher.encryptor().update(data)

    def decrypt(self, number: int, data: bytes) -> bytes:
        """Plaintext of the sector; `number` has no effect."""
        return self._cipher.decryptor().update(data)


class EqualHalvesXts:
    """AES-XTS with one AES key for data and tweak, which OpenSSL rightly refuses to do (SP 800-38E's key rule)."""

    def __init__(self, key: bytes) -> None:
        self._ecb = Ecb(key[: len(key) // 2])

    def encrypt(self, number: int, data: bytes) -> bytes:
        """Ciphertext of the sector."""
        mask = self._mask(number, len(data))
        return _xor(self._ecb.encrypt(0, _xor(data, mask)), mask)

    def decrypt(self, number: int, data: bytes) -> bytes:
        """Plaintext of the sector."""
        mask = self._mask(number, len(data))
        return _xor(self._ecb.decrypt(0, _xor(data, mask)), mask)

    def _mask(self, number: int, length: int) -> bytes:
        tweak = int.from_bytes(self._ecb.encrypt(0, _tweak(number)), "little")
        masks = []
        for _ in range(length // AES_BLOCK):
            masks.append(tweak.to_bytes(AES_BLOCK, "little"))
            # Multiplication by x in GF(2^128), reduced by x^128 + x^7 + x^2 + x + 1.
            tweak = (tweak << 1) ^ (0x87 | 1 << 128 if tweak >> 127 else 0)
        return b"".join(masks)


def _tweak(number: int) -> bytes:
    return number.to_bytes(8, "little").ljust(AES_BLOCK, b"\0")


def _xor(left: bytes, right: bytes) -> bytes:
    return (int.from_bytes(left, "little") ^ int.from_bytes(right, "little")).to_bytes(len(left), "little")
