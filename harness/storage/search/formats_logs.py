"""Structure checks of flight logs: DataFlash, ULog, NMEA, JSON lines."""

import json
import re

from harness.storage.image.found import Found

FMT_SIZE = 89
FMT_NAME = re.compile(rb"[A-Z][A-Z0-9_]{0,3}\0*")
FMT_FORMAT = re.compile(rb"[abBhHiIfdnNZcCeELMqQg]{0,16}\0*")
FMT_LABELS = re.compile(rb"[A-Za-z0-9_,]*\0*")
ULOG_MAGIC = b"ULog\x01\x12\x35"
SENTENCE = re.compile(rb"\$(G[APNLBQI][A-Z]{3}),([\x20-\x29\x2b-\x7e]{5,90})\*([0-9A-F]{2})")
ULOG_SYNC = b"\x2f\x73\x13\x20\x25\x0c\xbb\x12"
ULOG_TYPES = tuple(b"%c" % letter for letter in b"ABCDFILMOPQRS")
ULOG_CHAIN = 3
ULOG_FLAGS = b"\x28\x00B"
DATAFLASH_HEAD = b"\xa3\x95"
LEAST_MESSAGES, MOST_MESSAGES, LONGEST_MESSAGE = 12, 64, 256
LONGEST_RUN, LONGEST_CHAIN = MOST_MESSAGES * LONGEST_MESSAGE, ULOG_CHAIN * 65_538 + 16
LONGEST_LINE = 4096
MOST_LINES = 64


def check_dataflash(data: bytes, at: int) -> Found | None:
    """ArduPilot DataFlash: an FMT message (A3 95 80) that defines itself or another message in the legal letters."""
    message = data[at : at + FMT_SIZE]
    if len(message) < FMT_SIZE or message[4] < 3:
        return None
    name, letters, labels = message[5:9], message[9:25], message[25:89]
    if not FMT_NAME.fullmatch(name) or not FMT_FORMAT.fullmatch(letters) or not FMT_LABELS.fullmatch(labels):
        return None
    text = name.rstrip(b"\0").decode("ascii")
    return Found(kind="dataflash", offset=at, size=FMT_SIZE, detail=f"DataFlash format of {text}")


def check_dataflash_run(data: bytes, at: int) -> Found | None:
    """ArduPilot DataFlash without its formats: messages (A3 95, number) in a row, those of a number of one length.

    Chance brings a second head where the first ends in 1 of 65 536 cases, and here twelve must fit.
    """
    lengths: dict[int, int] = {}
    place, messages, again = at, 0, 0
    while messages < MOST_MESSAGES:
        following = data.find(DATAFLASH_HEAD, place + 3, place + LONGEST_MESSAGE)
        if data[place : place + 2] != DATAFLASH_HEAD or following < 0:
            break
        number, length = data[place + 2], following - place
        if lengths.setdefault(number, length) != length:
            break
        again += messages >= len(lengths)
        place, messages = following, messages + 1
    if messages < LEAST_MESSAGES or again < LEAST_MESSAGES // 2 or len(lengths) < 2:
        return None
    return Found(kind="dataflash", offset=at, size=place - at, detail=f"{messages} DataFlash messages")


def check_ulog(data: bytes, at: int) -> Found | None:
    """PX4 ULog: magic and version, then the flag bits, or messages whose lengths lead from one to the next."""
    head = data[at : at + 19]
    place = at + 19 if head[16:] == ULOG_FLAGS else _ulog_messages(data, at + 16)
    if len(head) < 19 or head[7] > 15 or not place:
        return None
    return Found(kind="ulog", offset=at, size=place - at, detail=f"ULog version {head[7]}")


def check_ulog_sync(data: bytes, at: int) -> Found | None:
    """A piece of a ULog: the text of a synchronisation message, and messages behind it."""
    place = _ulog_messages(data, at + len(ULOG_SYNC))
    return Found(kind="ulog", offset=at, size=place - at, detail="ULog messages") if place else None


def _ulog_messages(data: bytes, at: int) -> int:
    """Where three messages of known types from `at` on end, 0 if there are none."""
    place = at
    for _ in range(ULOG_CHAIN):
        head = data[place : place + 3]
        if head[2:] not in ULOG_TYPES or not int.from_bytes(head[:2], "little"):
            return 0
        place += 3 + int.from_bytes(head[:2], "little")
    return place if place <= len(data) else 0


def check_nmea(data: bytes, at: int) -> Found | None:
    """NMEA 0183: a satellite sentence whose checksum is right."""
    match = SENTENCE.match(data, at, at + 110)
    if match is None:
        return None
    total = 0
    for byte in data[at + 1 : match.end() - 3]:
        total ^= byte
    if total != int(match[3], 16):
        return None
    return Found(kind="nmea", offset=at, size=match.end() - at, detail=f"NMEA {match[1].decode('ascii')}")


def check_json_lines(data: bytes, at: int) -> Found | None:
    """JSON objects with two members at least, a line each."""
    place, lines = at, 0
    while lines < MOST_LINES and (end := _json_line_end(data, place)):
        place, lines = end, lines + 1
    return Found(kind="json", offset=at, size=place - at, detail=f"{lines} JSON lines") if lines else None


def _json_line_end(data: bytes, at: int) -> int:
    """Where the object line at `at` ends, 0 if there is none."""
    line = re.split(rb"[\0\r\n]", data[at : at + LONGEST_LINE], maxsplit=1)[0]
    if line[:1] != b"{" or line[-1:] != b"}":
        return 0
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return 0
    return at + len(line) + 1 if isinstance(value, dict) and len(value) >= 2 else 0
