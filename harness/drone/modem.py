"""The drone's end of its radio link: seals what goes out and opens what comes in, with the key of pairing.

A datagram is session (8 bytes, drawn at power-on), nonce (12), then AES-256-GCM of the payload with its tag (NIST SP
800-38D). Each session and direction has a key of its own by HKDF-SHA256 (RFC 5869), so a nonce that counts from zero is
never used twice under one key. It keeps what is said secret and whole; to refuse an old datagram is the task of the
signatures inside.
"""

import secrets
from collections import Counter
from dataclasses import dataclass
from functools import cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from harness.link.port import Receiver
from harness.link.virtual import VirtualPort

SESSION, NONCE = 8, 12
_HEADER = SESSION + NONCE
_KEY = 32


@dataclass(frozen=True, kw_only=True)
class ModemConfig:
    """How the modem protects the link.

    Attributes:
        encrypted: False is a defect: everything goes out as it is.
        reuse_nonce: True is a defect: every datagram is sealed with the same nonce, so with the same key stream.
        beacon: True is a defect: what carries a position goes out a second time, readable.
        weak_below: received level below which the link counts as weak, dBm.
        warns: False is a defect: nobody is told of a weak link.
        inhibits: False is a defect: a weak link does not keep it from arming.
    """

    encrypted: bool = True
    reuse_nonce: bool = False
    beacon: bool = False
    weak_below: float = -95.0
    warns: bool = True
    inhibits: bool = True


class AirModem:
    """The port that the autopilot has to its radio, for one power cycle.

    Attributes:
        refused: reasons and how often a datagram was refused for each.
    """

    def __init__(self, antenna: VirtualPort, key: bytes, config: ModemConfig) -> None:
        """Begin a session; `key` has 32 secret bytes and is shared with the modem on the ground."""
        self._antenna, self._key, self._config = antenna, key, config
        self._session, self._sent = secrets.token_bytes(SESSION), 0
        self._keys = cache(lambda session, way: _derive(key, session, way))
        self.refused: Counter[str] = Counter()

    def send(self, data: bytes) -> None:
        """Seal and send one datagram.

        Raises:
            RigError: the link is closed.
        """
        if not self._config.encrypted:
            self._antenna.send(data)
            return
        if self._config.beacon and b"\x21\x00\x00" in data:
            self._antenna.send(data)
        nonce = (0 if self._config.reuse_nonce else self._sent).to_bytes(NONCE, "big")
        self._sent += 1
        head = self._session + nonce
        self._antenna.send(head + self._keys(self._session, b"down").encrypt(nonce, data, head))

    def listen(self, receiver: Receiver) -> None:
        """Call `receiver` with the payload of every datagram of the paired modem."""

        def receive(data: bytes) -> None:
            payload = self._open(data)
            if payload:
                receiver(payload)

        self._antenna.listen(receive)

    def close(self) -> None:
        """Close the antenna's port."""
        self._antenna.close()

    def _open(self, data: bytes) -> bytes:
        if not self._config.encrypted:
            return data
        head, sealed = data[:_HEADER], data[_HEADER:]
        if len(head) < _HEADER:
            self.refused["too short"] += 1
            return b""
        try:
            return self._keys(head[:SESSION], b"up").decrypt(head[SESSION:], sealed, head)
        except InvalidTag:
            self.refused["not of the paired modem"] += 1
            return b""


def _derive(key: bytes, session: bytes, way: bytes) -> AESGCM:
    return AESGCM(HKDF(algorithm=SHA256(), length=_KEY, salt=session, info=way).derive(key))
