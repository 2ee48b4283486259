"""A DNS stub resolver (RFC 1035) for IPv4 addresses, with a cache that keeps to the time to live."""

import random
import socket
import struct
from collections.abc import Callable

from harness.drone.network.host import Host
from harness.timing import Clock, Schedule

Found = Callable[[str], None]
_TIMEOUT = 5.0


def encode_query(name: str, number: int) -> bytes:
    """A recursive query for the A record of `name`."""
    labels = b"".join(bytes([len(label)]) + label.encode("ascii") for label in name.split("."))
    return struct.pack(">HHHHHH", number, 0x0100, 1, 0, 0, 0) + labels + b"\0" + struct.pack(">HH", 1, 1)


def decode_answer(query: bytes, answer: bytes) -> tuple[str, int] | None:
    """Address and time to live (s) of the first A record in an answer to `query`, None where there is none."""
    if answer[:2] != query[:2] or len(answer) < len(query) or answer[12 : len(query)] != query[12:]:
        return None
    flags, _, count = struct.unpack_from(">HHH", answer, 2)
    if flags & 0x800F != 0x8000:
        return None
    place = len(query)
    for _ in range(count):
        place = _skip_name(answer, place)
        if place + 10 > len(answer):
            return None
        kind, _, life, length = struct.unpack_from(">HHIH", answer, place)
        place += 10 + length
        if kind == 1 and length == 4 and place <= len(answer):
            return socket.inet_ntoa(answer[place - 4 : place]), life
    return None


def _skip_name(data: bytes, place: int) -> int:
    while place < len(data) and data[place] and data[place] < 0xC0:
        place += data[place] + 1
    return place + (2 if place < len(data) and data[place] >= 0xC0 else 1)


class Resolver:
    """Asks one server for names.

    Args:
        host: whose network is used.
        server: address of the DNS server.
        clock: test clock, for times to live.
        schedule: carries the time-out of 5 s.
        rng: draws query numbers.
    """

    def __init__(self, host: Host, server: str, clock: Clock, schedule: Schedule, rng: random.Random) -> None:
        self._host, self._server, self._clock, self._schedule, self._rng = host, server, clock, schedule, rng
        self._cache: dict[str, tuple[str, float]] = {}

    def resolve(self, name: str, found: Found) -> None:
        """Call `found` with the address of `name`, or with nothing (``""``) when no answer comes in 5 s."""
        address, until = self._cache.get(name, ("", 0.0))
        if self._clock.now() < until:
            found(address)
            return
        query = encode_query(name, self._rng.getrandbits(16))

        def hear(data: bytes) -> None:
            timer.cancel()
            answer = decode_answer(query, data)
            if answer is not None:
                self._cache[name] = (answer[0], self._clock.now() + answer[1])
            found(answer[0] if answer is not None else "")

        def give_up() -> None:
            forget()
            found("")

        timer = self._schedule.at(self._clock.now() + _TIMEOUT, give_up)
        forget = self._host.ask((self._server, 53), query, hear)
