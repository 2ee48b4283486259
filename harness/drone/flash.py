"""The autopilot's flash: parameters, missions and a count of boots, each sealed under a key of the secure element.

A record is ``DSR1``, one byte of kind, four of length (little endian), a nonce of 12 bytes and AES-256-GCM
(SP 800-38D) over JSON, the head authenticated with it. Records lie at fixed places.
"""

import json
import secrets
import struct
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from harness.drone.mavlink.config import Memory
from harness.drone.mavlink.parts.wireitem import WireItem
from harness.drone.recorder.medium import Medium

SIZE = 512 * 1024
MAGIC, HEAD, NONCE = b"DSR1", struct.Struct("<4sBI"), 12
# kind and place of each record; a whole mission of 724 items takes some 100 KiB
PLACES: Mapping[str, tuple[int, int]] = {"parameters": (1, 0), "plans": (2, 64 * 1024), "boots": (3, 384 * 1024)}


@dataclass(frozen=True, kw_only=True)
class FlashConfig:
    """How the flash is kept; both fields other than shipped are defects.

    Attributes:
        authenticated: False encrypts without a code (AES-CTR), so that a change is not noticed.
        random_nonces: False counts nonces from zero at each boot.
    """

    authenticated: bool = True
    random_nonces: bool = True


class Flash:
    """One flash chip.

    Attributes:
        medium: its bytes.
        alarms: records that were found changed at the last load.
    """

    def __init__(self, config: FlashConfig) -> None:
        self.medium = Medium(SIZE)
        self.alarms: list[str] = []
        self._config = config
        self._written: dict[str, bytes] = {}
        self._nonces = 0

    def load(self, key: bytes, memory: Memory) -> None:
        """Boot: put what is stored into `memory`, leave out what was changed, and count the boot."""
        self.alarms, self._written, self._nonces = [], {}, 0
        stored = {name: self._read(key, name) for name in PLACES}
        memory.parameters.clear()
        memory.parameters.update({name: float(value) for name, value in _table(stored["parameters"]).items()})
        memory.plans.clear()
        for kind, items in _table(stored["plans"]).items():
            memory.plans[int(kind)] = tuple(WireItem(**{**item, "values": (*item["values"][:4],)}) for item in items)
        boots = _table(stored["boots"]).get("boots", 0)
        self._write(key, "boots", json.dumps({"boots": boots + 1}).encode())
        self._written = {name: data for name, data in _contents(memory).items() if stored[name]}

    def save(self, key: bytes, memory: Memory) -> None:
        """Write what has changed since the last time."""
        for name, data in _contents(memory).items():
            if data != self._written.get(name, b"{}"):
                self._write(key, name, data)
                self._written[name] = data

    def wipe(self) -> None:
        """Overwrite everything with zeros."""
        self.medium.write(0, bytes(SIZE))
        self._written = {}

    def _write(self, key: bytes, name: str, data: bytes) -> None:
        kind, place = PLACES[name]
        nonce = secrets.token_bytes(NONCE) if self._config.random_nonces else self._nonces.to_bytes(NONCE, "big")
        self._nonces += 1
        authenticated = self._config.authenticated
        head = HEAD.pack(MAGIC, kind, len(data) + (16 if authenticated else 0))
        sealed = AESGCM(key).encrypt(nonce, data, head) if authenticated else _counter(key, nonce, data)
        self.medium.write(place, head + nonce + sealed)

    def _read(self, key: bytes, name: str) -> bytes:
        """The contents of a record; nothing where there is none or it was changed, and then an alarm."""
        kind, place = PLACES[name]
        head = self.medium.read(place, HEAD.size)
        if not any(head):
            return b""
        magic, found, length = HEAD.unpack(head)
        body = self.medium.read(place + HEAD.size, NONCE + min(length, SIZE - place))
        nonce, sealed = body[:NONCE], body[NONCE:]
        if not self._config.authenticated:
            return _counter(key, nonce, sealed)
        try:
            if (magic, found) != (MAGIC, kind):
                raise InvalidTag
            return AESGCM(key).decrypt(nonce, sealed, head)
        except InvalidTag:
            self.alarms.append(f"the stored {name} were changed")
            return b""


def _counter(key: bytes, nonce: bytes, data: bytes) -> bytes:
    return Cipher(algorithms.AES(key), modes.CTR(nonce + bytes(4))).encryptor().update(data)


def _contents(memory: Memory) -> dict[str, bytes]:
    plans = {str(kind): [asdict(item) for item in items] for kind, items in memory.plans.items() if items}
    return {"parameters": json.dumps(memory.parameters).encode(), "plans": json.dumps(plans).encode()}


def _table(data: bytes) -> dict[str, Any]:
    """What a record says; without a code that would have told, a record that makes no sense is passed over."""
    try:
        table = json.loads(data)
    except ValueError:
        return {}
    return table if isinstance(table, dict) else {}
