"""Structure checks of pictures and video: JPEG with EXIF position, MP4, H.264 byte stream.

These reach the entropy of ciphertext; only their structure tells them apart.
"""

import re
import struct

from harness.storage.image.found import Found

MOST_SEGMENTS = 200
MOST_TAGS = 512
SCAN, END = 0xDA, 0xD9
FRAME_MARKERS = {0xC0, 0xC1, 0xC2, 0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF}
LATITUDE_REF, LATITUDE, LONGITUDE_REF, LONGITUDE = 1, 2, 3, 4
GPS_POINTER = 0x8825
BRAND = re.compile(rb"[A-Za-z0-9 _.-]{4}")
PROFILES = {44, 66, 77, 83, 86, 88, 100, 110, 118, 122, 128, 138, 139, 244}
START_CODE = b"\0\0\0\1"
VIDEO_SET, SEQUENCE_SET = b"\x40\x01", b"\x42\x01"
LONGEST_EXIF = 65_536
# two full segments, as of EXIF and of a colour profile, and the short ones behind them
LONGEST_HEAD = 160 << 10


def check_jpeg(data: bytes, at: int) -> Found | None:
    """JPEG (T.81): SOI, then whole marker segments as far as the scan; a file cut off early needs JFIF or EXIF."""
    place, frame, label, exif = at + 2, False, "", b""
    for _ in range(MOST_SEGMENTS):
        head = data[place : place + 4]
        if len(head) < 4 or head[0] != 0xFF or not 0xC0 <= head[1] <= 0xFE:
            break
        length = int.from_bytes(head[2:], "big")
        payload = data[place + 4 : place + 2 + length]
        if length < 2 or len(payload) != length - 2:
            break
        if head[1] == SCAN:
            return _jpeg(at, place + 2 + length, label or "JPEG", exif) if frame else None
        frame = frame or head[1] in FRAME_MARKERS
        label = label or {b"JFIF\0": "JPEG/JFIF", b"Exif\0": "JPEG/EXIF"}.get(payload[:5], "")
        exif = exif or (payload[6:] if payload[:5] == b"Exif\0" else b"")
        place += 2 + length
    return _jpeg(at, place, f"{label}, cut off", exif) if label else None


def check_mp4(data: bytes, at: int) -> Found | None:
    """MP4 (ISO 14496-12): an ``ftyp`` box of sane size and printable brands; `at` is that of the box type."""
    start = at - 4
    size = int.from_bytes(data[start:at], "big") if start >= 0 else 0
    brands = data[at + 4 : at + 8] + data[at + 12 : start + size]
    if not 16 <= size <= 256 or size % 4 or len(brands) != size - 12:
        return None
    if not all(BRAND.fullmatch(brands[place : place + 4]) for place in range(0, len(brands), 4)):
        return None
    return Found(kind="mp4", offset=start, size=size, detail=f"MP4, brand {brands[:4].decode('ascii')}")


def check_h264(data: bytes, at: int) -> Found | None:
    """H.264 byte stream (ITU-T H.264 Annex B): a sequence set of a known profile, a picture set right behind it."""
    profile, level = data[at + 5 : at + 6], data[at + 7 : at + 8]
    if not profile or not level or profile[0] not in PROFILES or not 9 <= level[0] <= 62:
        return None
    following = data.find(START_CODE[1:], at + 8, at + 128)
    unit = data[following + 3 : following + 4] if following >= 0 else b""
    if not unit or unit[0] & 0x9F != 0x08:
        return None
    return Found(kind="h264", offset=at, size=following - at, detail=f"H.264 stream, profile {profile[0]}")


def check_h265(data: bytes, at: int) -> Found | None:
    """H.265 byte stream (ITU-T H.265 Annex B): a video set with its reserved bits, a sequence set right behind it."""
    unit = data[at + 4 : at + 10]
    following = data.find(START_CODE[1:], at + 8, at + 128)
    head = data[following + 3 : following + 5] if following >= 0 else b""
    # two layer bits and a temporal number of one; 16 reserved bits are set (section 7.4.3.1)
    if unit[:2] != VIDEO_SET or unit[4:6] != b"\xff\xff" or head != SEQUENCE_SET:
        return None
    return Found(kind="h265", offset=at, size=following - at, detail="H.265 stream")


def check_mp4_box(data: bytes, at: int) -> Found | None:
    """A film or fragment box of MP4 or MOV and the header box in it; `at` is that of the outer box type."""
    start, inner = at - 4, data[at + 4 : at + 12]
    sizes = {b"moov": (b"mvhd", (108, 120)), b"moof": (b"mfhd", (16,))}.get(data[at : at + 4])
    outer = int.from_bytes(data[start:at], "big") if start >= 0 else 0
    if sizes is None or len(inner) < 8 or inner[4:] != sizes[0]:
        return None
    size = int.from_bytes(inner[:4], "big")
    if size not in sizes[1] or outer < size + 8:
        return None
    return Found(kind="mp4", offset=start, size=size + 8, detail=f"MP4 or MOV, box {data[at : at + 4].decode('ascii')}")


def check_exif(data: bytes, at: int) -> Found | None:
    """EXIF that states a position, in whatever file it lies."""
    position = exif_position(data[at + 6 : at + 6 + LONGEST_EXIF])
    if position is None:
        return None
    place = f"position {position[0]:.6f} {position[1]:.6f}"
    return Found(kind="exif", offset=at, size=8, detail=f"EXIF, {place}", position=position)


def _jpeg(at: int, end: int, label: str, exif: bytes) -> Found:
    position = exif_position(exif)
    place = "" if position is None else f", position {position[0]:.6f} {position[1]:.6f}"
    return Found(kind="jpeg", offset=at, size=end - at, detail=label + place, position=position)


def exif_position(tiff: bytes) -> tuple[float, float] | None:
    """Latitude and longitude (deg) of an EXIF block (CIPA DC-008 section 4.6.6), if it states them soundly."""
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None or len(tiff) < 8:
        return None
    main = _directory(tiff, order, struct.unpack_from(order + "I", tiff, 4)[0])
    if GPS_POINTER not in main:
        return None
    gps = _directory(tiff, order, struct.unpack(order + "I", main[GPS_POINTER])[0])
    latitude = _angle(tiff, order, gps.get(LATITUDE), gps.get(LATITUDE_REF, b"")[:1] == b"S")
    longitude = _angle(tiff, order, gps.get(LONGITUDE), gps.get(LONGITUDE_REF, b"")[:1] == b"W")
    return None if latitude is None or longitude is None else (latitude, longitude)


def _directory(tiff: bytes, order: str, at: int) -> dict[int, bytes]:
    """Tag numbers and the four value bytes of each."""
    if at + 2 > len(tiff):
        return {}
    count = min(struct.unpack_from(order + "H", tiff, at)[0], MOST_TAGS)
    entries = (tiff[at + 2 + 12 * number : at + 14 + 12 * number] for number in range(count))
    return {struct.unpack_from(order + "H", entry)[0]: entry[8:12] for entry in entries if len(entry) == 12}


def _angle(tiff: bytes, order: str, pointer: bytes | None, negative: bool) -> float | None:
    at = struct.unpack(order + "I", pointer)[0] if pointer is not None else len(tiff)
    if at + 24 > len(tiff):
        return None
    parts = struct.unpack_from(order + "6I", tiff, at)
    if 0 in parts[1::2]:
        return None
    value = parts[0] / parts[1] + parts[2] / parts[3] / 60 + parts[4] / parts[5] / 3600
    return None if value > 180 else float(-value if negative else value)
