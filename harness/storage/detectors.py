"""Every detector of readable data, in the form in which a streaming engine runs them.

An *anchored* one is a literal text and a check of what lies around each of its places. A *windowed* one looks through a
whole piece at once. Each says how far before and behind it reads, so that pieces can overlap by no more than that.
Canaries, coordinates and secrets of one search come from ``CanarySet`` and ``Secret``; their detectors are made by
``coordinates.pairs_detector``, ``xored.xor_detector`` and ``yara.load_rules(...).detector``.
"""

from harness.storage import (
    bitlocker,
    filesystems,
    formats_files,
    formats_keys,
    formats_logs,
    formats_media,
    formats_text,
    keysearch,
    luks,
    mavlink,
    stacked,
    xored,
)
from harness.storage.found import Anchored, Check, Leading, Windowed

NAL = 256
LINE = 4096


def _anchored(kind: str, needles: tuple[bytes, ...], inspect: Check, *, back: int = 0, ahead: int) -> list[Anchored]:
    return [Anchored(kind=kind, needle=needle, inspect=inspect, back=back, ahead=ahead) for needle in needles]


_MEDIA = (
    *_anchored("jpeg", (b"\xff\xd8\xff",), formats_media.check_jpeg, ahead=formats_media.LONGEST_HEAD),
    *_anchored("exif", (b"Exif\0\0",), formats_media.check_exif, ahead=formats_media.LONGEST_EXIF + 6),
    *_anchored("mp4", (b"ftyp",), formats_media.check_mp4, back=4, ahead=256),
    *_anchored("mp4", (b"moov", b"moof"), formats_media.check_mp4_box, back=4, ahead=16),
    *_anchored("h264", (b"\0\0\0\1\x67", b"\0\0\0\1\x27"), formats_media.check_h264, ahead=NAL),
    *_anchored("h265", (b"\0\0\0\1\x40\1",), formats_media.check_h265, ahead=NAL),
)
_LOGS = (
    *_anchored("dataflash", (b"\xa3\x95\x80",), formats_logs.check_dataflash, ahead=formats_logs.FMT_SIZE),
    *_anchored("dataflash", (b"\xa3\x95",), formats_logs.check_dataflash_run, ahead=formats_logs.LONGEST_RUN),
    *_anchored("ulog", (formats_logs.ULOG_MAGIC,), formats_logs.check_ulog, ahead=formats_logs.LONGEST_CHAIN),
    *_anchored("ulog", (formats_logs.ULOG_SYNC,), formats_logs.check_ulog_sync, ahead=formats_logs.LONGEST_CHAIN),
    *_anchored("nmea", (b"$G",), formats_logs.check_nmea, ahead=110),
    *_anchored("json", (b'{"',), formats_logs.check_json_lines, ahead=16 * LINE),
    *_anchored("gpx", (b"<trkpt", b"<wpt", b"<rtept"), formats_text.check_gpx, ahead=256),
    *_anchored("kml", (b"<coordinates>",), formats_text.check_kml, ahead=160),
    *_anchored("xmp", (b"GPSLatitude", b"GpsLatitude"), formats_text.check_xmp, ahead=80),
)
_FILES = (
    *_anchored("sqlite", (b"SQLite format 3\0",), formats_files.check_sqlite, ahead=100),
    *_anchored("sqlite", formats_files.SQLITE_BESIDE, formats_files.check_sqlite_journal, ahead=32),
    *_anchored("zip", (b"PK\x03\x04",), formats_files.check_zip, ahead=30 + 512),
    *_anchored("gzip", (b"\x1f\x8b\x08",), formats_files.check_gzip, ahead=formats_files.GZIP_PROBE),
    *_anchored("pem", (b"-----BEGIN ",), formats_files.check_pem, ahead=LINE * 4),
    *_anchored(
        "der",
        (b"\x02\x01\x00\x02\x82", b"\x02\x01\x00\x02\x81", b"\x02\x01\x00\x30", b"\x02\x01\x01\x04"),
        formats_keys.check_private_key,
        back=4,
        ahead=formats_keys.LONGEST,
    ),
    *_anchored(
        "der", (b"\xa0\x03\x02\x01\x02\x02",), formats_keys.check_certificate, back=8, ahead=formats_keys.LONGEST
    ),
)
_BITLOCKER = [
    Leading(
        kind=bitlocker.KIND,
        needle=needle,
        inspect=bitlocker.check_signature,
        examine=bitlocker.check_bitlocker,
        back=bitlocker.SIGNATURE_AT,
        ahead=512,
    )
    for needle in (bitlocker.SIGNATURE, bitlocker.TO_GO)
]
# Encryption, or what is left of it: none of it is readable data, all of it is worth knowing.
TRACES: tuple[Anchored, ...] = (
    *_anchored("luks", (b"LUKS\xba\xbe\0\1", b"LUKS\xba\xbe\0\2"), luks.check_luks, ahead=luks.AHEAD),
    *_BITLOCKER,
    *_anchored("fscrypt", (stacked.ATTRIBUTES,), stacked.check_fscrypt, ahead=stacked.MOST_AREA),
    *_anchored("ecryptfs", (stacked.NAME_PREFIX,), stacked.check_ecryptfs_name, ahead=256),
)
SIGNATURES: tuple[Anchored, ...] = (*_MEDIA, *_LOGS, *_FILES)
ANCHORED: tuple[Anchored, ...] = (*SIGNATURES, *TRACES)
WINDOWED: tuple[Windowed, ...] = (
    Windowed(kind="mavlink", window=mavlink.find_in_window, back=0, ahead=mavlink.AHEAD),
    Windowed(kind="AES key schedule", window=keysearch.find_in_window, back=0, ahead=keysearch.LONGEST_SCHEDULE),
    Windowed(
        kind="file system",
        window=filesystems.find_in_window,
        back=filesystems.BACK,
        ahead=filesystems.AHEAD,
        step=filesystems.SECTOR,
    ),
    Windowed(kind="ecryptfs", window=stacked.find_ecryptfs, back=0, ahead=stacked.SECTOR, step=stacked.SECTOR),
    Windowed(kind="position table", window=formats_text.find_tables, back=formats_text.PAGE, ahead=formats_text.AHEAD),
)
# What speaks against a sound cipher and proves no readable data: tables of records are seen too.
INDICATIONS: tuple[Windowed, ...] = (
    Windowed(kind=xored.KIND_SAMPLE, window=xored.find_periods, back=0, ahead=xored.SAMPLE),
)
