"""The rig's modem on the ground: between the cable to the ground station and the air to the article.

Written from the maker's description of the datagram, apart from the drone's own: session (8 bytes), nonce (12),
AES-256-GCM with tag; key of session and direction by HKDF-SHA256.
"""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from harness.link.virtual import VirtualPort

HEADER = 20
_SESSION_LENGTH = 8


class GroundModem:
    """Joins the ground station's cable and the air.

    Attributes:
        unreadable: datagrams from the air that were not the paired article's.
    """

    def __init__(self, cable: VirtualPort, antenna: VirtualPort, key: bytes | None) -> None:
        """Pass on from now on; without a `key` everything goes as it is."""
        self._cable, self._antenna, self._key = cable, antenna, key
        self._session = os.urandom(_SESSION_LENGTH)
        self._count = 0
        self._ciphers: dict[tuple[bytes, bytes], AESGCM] = {}
        self.unreadable = 0
        cable.listen(self._up)
        antenna.listen(self._down)

    def _up(self, data: bytes) -> None:
        if self._key is None:
            self._antenna.send(data)
            return
        header = self._session + self._count.to_bytes(HEADER - _SESSION_LENGTH, "big")
        self._count += 1
        cipher = self._cipher(self._key, self._session, b"up")
        self._antenna.send(header + cipher.encrypt(header[_SESSION_LENGTH:], data, header))

    def _down(self, datagram: bytes) -> None:
        if self._cable.closed_by_peer:
            # a station that has closed its end is not seen from the air
            return
        if self._key is None:
            self._cable.send(datagram)
            return
        header = datagram[:HEADER]
        if len(datagram) <= HEADER:
            self.unreadable += 1
            return
        cipher = self._cipher(self._key, header[:_SESSION_LENGTH], b"down")
        try:
            plain = cipher.decrypt(header[_SESSION_LENGTH:], datagram[HEADER:], header)
        except InvalidTag:
            self.unreadable += 1
            return
        self._cable.send(plain)

    def _cipher(self, key: bytes, session: bytes, direction: bytes) -> AESGCM:
        if (session, direction) not in self._ciphers:
            made = HKDF(algorithm=hashes.SHA256(), length=32, salt=session, info=direction)
            self._ciphers[session, direction] = AESGCM(made.derive(key))
        return self._ciphers[session, direction]
