"""Reads DNS messages (RFC 1035) within hard bounds, and remembers which name had which address when."""

import ipaddress
import struct
from dataclasses import dataclass, field

from harness.errors import MaterialError

A, CNAME, OPT, AAAA = 1, 5, 41, 28
_LONGEST_NAME, _MOST_JUMPS = 255, 127
_MOST_RECORDS = 512


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked: name in lower case, record type, class."""

    name: str
    kind: int
    group: int = 1


@dataclass(frozen=True, slots=True)
class Record:
    """A resource record; `value` is an address or a name for A, AAAA and CNAME, else empty; `ttl` in s."""

    name: str
    kind: int
    value: str
    size: int
    ttl: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A DNS message.

    Attributes:
        number: identifier that ties an answer to its query.
        flags: of the header, as they are.
        response: whether it is an answer.
        code: response code.
        questions: usually one.
        answers: of the answer section.
        others: records of the authority and additional sections.
        surplus: bytes after the last record.
    """

    number: int
    flags: int
    response: bool
    code: int
    questions: tuple[Question, ...]
    answers: tuple[Record, ...]
    others: tuple[Record, ...]
    surplus: int


def parse_message(data: bytes) -> Message:
    """Read one message.

    Raises:
        MaterialError: truncated, a name that loops or is too long, or too many records.
    """
    if len(data) < 12:
        raise MaterialError(f"DNS message of {len(data)} bytes: its header alone has 12")
    number, flags, asked, answered, authority, additional = struct.unpack_from(">HHHHHH", data)
    if asked + answered + authority + additional > _MOST_RECORDS:
        raise MaterialError(f"DNS message claims more than {_MOST_RECORDS} records")
    place = 12
    questions: list[Question] = []
    for _ in range(asked):
        name, place = read_name(data, place)
        questions.append(Question(name, _number(data, place), _number(data, place + 2)))
        place += 4
    records: list[Record] = []
    for _ in range(answered + authority + additional):
        record, place = _read_record(data, place)
        records.append(record)
    if place > len(data):
        raise MaterialError("DNS message is truncated")
    return Message(
        number=number,
        flags=flags,
        response=bool(flags & 0x8000),
        code=flags & 15,
        questions=tuple(questions),
        answers=tuple(records[:answered]),
        others=tuple(records[answered:]),
        surplus=len(data) - place,
    )


def read_name(data: bytes, place: int) -> tuple[str, int]:
    """A name in lower case, and the place after it; a compression pointer must point backwards, at most 127 times.

    A dot or an unprintable byte inside a label is written as ``\\ddd``, so that no label passes for several.

    Raises:
        MaterialError: truncated, looping or longer than 255 bytes.
    """
    labels: list[str] = []
    after, low, size, jumps = -1, place, 0, 0
    while True:
        length = data[place] if place < len(data) else 0x80
        if length >= 0xC0 and place + 1 < len(data):
            target = _number(data, place) & 0x3FFF
            after = place + 2 if after < 0 else after
            jumps += 1
            if target >= low or jumps > _MOST_JUMPS:
                raise MaterialError("DNS name has a compression pointer that does not point backwards, or too many")
            place = low = target
        elif length >= 0x40 or place + 1 + length > len(data):
            raise MaterialError("DNS name is damaged or truncated")
        elif length == 0:
            return ".".join(labels), place + 1 if after < 0 else after
        else:
            labels.append(_label(data[place + 1 : place + 1 + length]))
            place += 1 + length
            size += 1 + length
            if size > _LONGEST_NAME:
                raise MaterialError(f"DNS name is longer than {_LONGEST_NAME} bytes")


def _label(data: bytes) -> str:
    plain = data.isalnum() and data.isascii()
    if plain:
        return data.decode("ascii").lower()
    return "".join(chr(byte).lower() if 33 <= byte < 127 and byte not in b".\\" else f"\\{byte:03d}" for byte in data)


def _number(data: bytes, place: int) -> int:
    if place + 2 > len(data):
        raise MaterialError("DNS message is truncated")
    return int.from_bytes(data[place : place + 2], "big")


def _read_record(data: bytes, place: int) -> tuple[Record, int]:
    name, place = read_name(data, place)
    if place + 10 > len(data):
        raise MaterialError("DNS record is truncated")
    kind, _, ttl, length = struct.unpack_from(">HHIH", data, place)
    start, end = place + 10, place + 10 + length
    if end > len(data):
        raise MaterialError("DNS record is truncated")
    return Record(name, kind, _value(data, kind, start, length), length, ttl), end


def _value(data: bytes, kind: int, start: int, length: int) -> str:
    if kind == A and length == 4:
        return str(ipaddress.IPv4Address(data[start : start + 4]))
    if kind == AAAA and length == 16:
        return str(ipaddress.IPv6Address(data[start : start + 16]))
    return read_name(data, start)[0] if kind == CNAME else ""


@dataclass(slots=True)
class Names:
    """Which names resolved to which addresses, and from when on."""

    _known: dict[str, dict[str, float]] = field(default_factory=dict)

    def learn(self, answer: Message, time: float) -> None:
        """Take the addresses that an answer gives for its question, through aliases, at `time` (s)."""
        for question in answer.questions:
            owners = {question.name}
            for record in answer.answers:
                if record.kind == CNAME and record.name in owners:
                    owners.add(record.value)
            for record in answer.answers:
                if record.kind in (A, AAAA) and record.name in owners and record.value:
                    self._known.setdefault(record.value, {}).setdefault(question.name, time)

    def resolved(self, name: str, address: str, before: float) -> bool:
        """Whether `name` had been answered with `address` at or before a time (s)."""
        return self._known.get(address, {}).get(name, float("inf")) <= before

    def names_of(self, address: str) -> tuple[str, ...]:
        """All names that were answered with an address."""
        return tuple(sorted(self._known.get(address, ())))
