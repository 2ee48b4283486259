"""Photos as the camera writes them: JPEG with EXIF (CIPA DC-008) position, time and a description of the scene."""

import struct
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from harness.drone.recorder.jpeg import encode, segment
from harness.errors import UsageError

ROWS, COLUMNS = 320, 480
# Second 0 of the test clock on the recorder's calendar: a record must not depend on when it was made.
CLOCK_START = datetime(2026, 1, 1, tzinfo=UTC)
ASCII, SHORT, LONG, RATIONAL, UNDEFINED, BYTE = 2, 3, 4, 5, 7, 1
LONGEST_SCENE = 16384

Tag = tuple[int, int, int, bytes]


@dataclass(frozen=True, kw_only=True)
class Exposure:
    """One press of the shutter: when (s on the test clock), where (deg, deg, m above mean sea level), what.

    ``storage`` says how it is stored, for the EXIF tag Software; no tag where it is empty.
    """

    time: float
    latitude: float
    longitude: float
    altitude: float
    scene: str
    storage: str = ""


def photograph(exposure: Exposure, number: int) -> bytes:
    """A JPEG file of the scene; photo `number` has its own sensor noise.

    Raises:
        UsageError: the description of the scene does not fit an EXIF segment.
    """
    if len(exposure.scene.encode()) > LONGEST_SCENE:
        raise UsageError(f"scene text of {len(exposure.scene.encode())} bytes; at most {LONGEST_SCENE} fit")
    return encode(_picture(number), segment(0xE1, b"Exif\0\0" + _tiff(exposure)))


def _picture(number: int) -> NDArray[np.uint8]:
    """Ground under a low sun: a slope, field borders and sensor noise."""
    noise = np.random.default_rng(number).normal(0.0, 14.0, (ROWS, COLUMNS))
    rows, columns = np.mgrid[0:ROWS, 0:COLUMNS]
    ground = 70 + rows * 0.3 + 25 * ((rows // 80 + columns // 128 + number) % 2)
    picture: NDArray[np.uint8] = np.clip(ground + noise, 0, 255).astype(np.uint8)
    return picture


def _tiff(exposure: Exposure) -> bytes:
    """A TIFF structure of three directories: main, EXIF, GPS."""
    header = b"II*\0" + struct.pack("<I", 8)
    main = _main_tags(exposure)
    exif_at = 8 + len(_directory(8, main))
    exif = _directory(exif_at, _exif_tags(exposure))
    gps_at = exif_at + len(exif)
    main[-2:] = [(0x8769, LONG, 1, struct.pack("<I", exif_at)), (0x8825, LONG, 1, struct.pack("<I", gps_at))]
    return header + _directory(8, main) + exif + _directory(gps_at, _gps_tags(exposure))


def _main_tags(exposure: Exposure) -> list[Tag]:
    pointer = bytes(4)
    return [
        _ascii(0x010E, exposure.scene),
        _ascii(0x010F, "dronecert"),
        _ascii(0x0110, "embedded drone"),
        *([_ascii(0x0131, f"storage {exposure.storage}")] if exposure.storage else []),
        (0x8769, LONG, 1, pointer),
        (0x8825, LONG, 1, pointer),
    ]


def _exif_tags(exposure: Exposure) -> list[Tag]:
    moment = CLOCK_START + timedelta(seconds=exposure.time)
    comment = b"ASCII\0\0\0" + exposure.scene.encode()
    return [
        (0x9000, UNDEFINED, 4, b"0232"),
        _ascii(0x9003, moment.strftime("%Y:%m:%d %H:%M:%S")),
        (0x9286, UNDEFINED, len(comment), comment),
    ]


def _gps_tags(exposure: Exposure) -> list[Tag]:
    height = _rational(abs(exposure.altitude), 1000)
    return [
        (0, BYTE, 4, bytes((2, 3, 0, 0))),
        _ascii(1, "N" if exposure.latitude >= 0 else "S"),
        (2, RATIONAL, 3, _sexagesimal(exposure.latitude)),
        _ascii(3, "E" if exposure.longitude >= 0 else "W"),
        (4, RATIONAL, 3, _sexagesimal(exposure.longitude)),
        (5, BYTE, 1, bytes((exposure.altitude < 0,))),
        (6, RATIONAL, 1, height),
    ]


def _directory(at: int, tags: list[Tag]) -> bytes:
    """An image file directory at offset `at`, values longer than 4 bytes behind it."""
    entries, values = b"", b""
    values_at = at + 2 + 12 * len(tags) + 4
    for number, kind, count, value in tags:
        inline = value.ljust(4, b"\0")
        if len(value) > 4:
            inline = struct.pack("<I", values_at + len(values))
            values += value + b"\0" * (len(value) % 2)
        entries += struct.pack("<HHI", number, kind, count) + inline
    return struct.pack("<H", len(tags)) + entries + bytes(4) + values


def _ascii(number: int, text: str) -> Tag:
    value = text.encode() + b"\0"
    return number, ASCII, len(value), value


def _rational(value: float, denominator: int) -> bytes:
    return struct.pack("<II", round(value * denominator), denominator)


def _sexagesimal(degrees: float) -> bytes:
    """Degrees, minutes and seconds; the seconds to 0.0001, which is 3 mm on the ground."""
    minutes, ten_thousandths = divmod(round(abs(degrees) * 3600 * 10000), 60 * 10000)
    return struct.pack("<6I", minutes // 60, 1, minutes % 60, 1, ten_thousandths, 10000)
