"""Every detector of readable data, in the form in which a streaming engine runs them.

An *anchored* one is a literal text and a check of what lies around each of its places. A *windowed* one looks through a
whole piece at once. Each says how far before and behind it reads, so that pieces can overlap by no more than that.
Canaries, coordinates and secrets of one search come from ``CanarySet`` and ``Secret``; their detectors are made by
``coordinates.pairs_detector``, ``xored.xor_detector`` and ``yara.load_rules(...).detector``.
"""

from harness.storage.image.found import Anchored, Check, Leading, Windowed
from harness.storage.search import (
    formats_files,
    formats_keys,
    formats_logs,
    formats_media,
    formats_packed,
    formats_pictures,
    formats_text,
    keysearch,
    mavlink,
    xored,
)
from harness.storage.volumes import bitlocker, filesystems, filesystems_flash, luks, stacked

NAL = 256
LINE = 4096


def _anchored(
    kind: str, needles: tuple[bytes, ...], inspect: Check, reach: tuple[int, int], bits: int
) -> list[Anchored]:
    back, ahead = reach
    return [
        Anchored(kind=kind, needle=needle, inspect=inspect, back=back, ahead=ahead, bits=bits) for needle in needles
    ]


_MEDIA = (
    *_anchored("jpeg", (b"\xff\xd8\xff",), formats_media.check_jpeg, (0, formats_media.LONGEST_HEAD), 20),
    *_anchored("exif", (b"Exif\0\0",), formats_media.check_exif, (0, formats_media.LONGEST_EXIF + 6), 30),
    *_anchored("mp4", (b"ftyp",), formats_media.check_mp4, (4, 256), 30),
    *_anchored("mp4", (b"moov", b"moof"), formats_media.check_mp4_box, (4, 16), 60),
    *_anchored("h264", (b"\0\0\0\1\x67", b"\0\0\0\1\x27"), formats_media.check_h264, (0, NAL), 28),
    *_anchored("h265", (b"\0\0\0\1\x40\1",), formats_media.check_h265, (0, NAL), 45),
)
_LOGS = (
    *_anchored("dataflash", (b"\xa3\x95\x80",), formats_logs.check_dataflash, (0, formats_logs.FMT_SIZE), 100),
    *_anchored("dataflash", (b"\xa3\x95",), formats_logs.check_dataflash_run, (0, formats_logs.LONGEST_RUN), 80),
    *_anchored("ulog", (formats_logs.ULOG_MAGIC,), formats_logs.check_ulog, (0, formats_logs.LONGEST_CHAIN), 15),
    *_anchored("ulog", (formats_logs.ULOG_SYNC,), formats_logs.check_ulog_sync, (0, formats_logs.LONGEST_CHAIN), 12),
    *_anchored("nmea", (b"$G",), formats_logs.check_nmea, (0, 110), 40),
    *_anchored("json", (b'{"',), formats_logs.check_json_lines, (0, 16 * LINE), 30),
    *_anchored("gpx", (b"<trkpt", b"<wpt", b"<rtept"), formats_text.check_gpx, (0, 256), 40),
    *_anchored("kml", (b"<coordinates>",), formats_text.check_kml, (0, 160), 20),
    *_anchored("xmp", (b"GPSLatitude", b"GpsLatitude"), formats_text.check_xmp, (0, 80), 20),
)
_FILES = (
    *_anchored("sqlite", (b"SQLite format 3\0",), formats_files.check_sqlite, (0, 100), 20),
    *_anchored("sqlite", formats_files.SQLITE_BESIDE, formats_files.check_sqlite_journal, (0, 32), 20),
    *_anchored("zip", (b"PK\x03\x04",), formats_files.check_zip, (0, 30 + 512), 20),
    *_anchored("gzip", (b"\x1f\x8b\x08",), formats_files.check_gzip, (0, formats_files.GZIP_PROBE), 24),
    *_anchored("pem", (b"-----BEGIN ",), formats_files.check_pem, (0, LINE * 4), 40),
    *_anchored(
        "der",
        (b"\x02\x01\x00\x02\x82", b"\x02\x01\x00\x02\x81", b"\x02\x01\x00\x30", b"\x02\x01\x01\x04"),
        formats_keys.check_private_key,
        (4, formats_keys.LONGEST),
        18,
    ),
    *_anchored("der", (b"\xa0\x03\x02\x01\x02\x02",), formats_keys.check_certificate, (8, formats_keys.LONGEST), 30),
)
_PICTURES = (
    *_anchored("png", (formats_pictures.PNG,), formats_pictures.check_png, (0, 33), 90),
    *_anchored("tiff", formats_pictures.TIFF, formats_pictures.check_tiff, (0, formats_pictures.LONGEST_TIFF), 50),
    *_anchored("riff", (b"RIFF",), formats_pictures.check_riff, (0, 16), 60),
    *_anchored(
        "matroska", (formats_pictures.EBML,), formats_pictures.check_matroska, (0, formats_pictures.MOST_EBML), 40
    ),
    *_anchored("transport stream", (formats_pictures.TRANSPORT,), formats_pictures.check_transport, (0, 800), 50),
    *_anchored("pdf", (b"%PDF-",), formats_pictures.check_pdf, (0, 9), 20),
)
_PACKED = (
    *_anchored("xz", (formats_packed.XZ,), formats_packed.check_xz, (0, 12), 36),
    *_anchored("bzip2", (formats_packed.BZIP2,), formats_packed.check_bzip2, (4, 6), 28),
    *_anchored("zlib", formats_packed.ZLIB, formats_packed.check_zlib, (0, formats_packed.ZLIB_PROBE), 40),
    *_anchored("zstd", (formats_packed.ZSTD,), formats_packed.check_zstd, (0, formats_packed.ZSTD_REACH), 10),
    *_anchored("lz4", (formats_packed.LZ4,), formats_packed.check_lz4, (0, 19), 20),
    *_anchored("7z", (formats_packed.SEVEN_ZIP,), formats_packed.check_7z, (0, 32), 36),
    *_anchored("rar", (formats_packed.RAR,), formats_packed.check_rar, (0, 256), 20),
    *_anchored("tar", (formats_packed.TAR,), formats_packed.check_tar, (formats_packed.TAR_MARK, 255), 30),
)
_FLASH = [
    detector
    for needles, inspect, reach, bits in (
        ((filesystems_flash.SQUASHFS,), filesystems_flash.check_squashfs, (0, 96), 50),
        ((filesystems_flash.UBI,), filesystems_flash.check_ubi, (0, filesystems_flash.UBI_SIZE), 40),
        ((filesystems_flash.UBIFS,), filesystems_flash.check_ubifs, (0, 4096), 50),
        (filesystems_flash.JFFS2, filesystems_flash.check_jffs2, (0, 12), 44),
        ((filesystems_flash.LITTLEFS,), filesystems_flash.check_littlefs, (0, 36), 30),
        ((filesystems_flash.EROFS,), filesystems_flash.check_erofs, (0, 128), 160),
        ((filesystems_flash.CRAMFS,), filesystems_flash.check_cramfs, (0, 32), 128),
        ((filesystems_flash.BTRFS,), filesystems_flash.check_btrfs, (filesystems_flash.BTRFS_PLACE, 96), 50),
        ((filesystems_flash.XFS,), filesystems_flash.check_xfs, (0, 104), 40),
    )
    for detector in _anchored(filesystems_flash.KIND, needles, inspect, reach, bits)
]
_BITLOCKER = [
    Leading(
        kind=bitlocker.KIND,
        needle=needle,
        inspect=bitlocker.check_signature,
        examine=bitlocker.check_bitlocker,
        back=bitlocker.SIGNATURE_AT,
        ahead=512,
        bits=120,
    )
    for needle in (bitlocker.SIGNATURE, bitlocker.TO_GO)
]
# Encryption, or what is left of it: none of it is readable data, all of it is worth knowing.
TRACES: tuple[Anchored, ...] = (
    *_anchored("luks", (b"LUKS\xba\xbe\0\1", b"LUKS\xba\xbe\0\2"), luks.check_luks, (0, luks.AHEAD), 60),
    *_BITLOCKER,
    *_anchored("fscrypt", (stacked.ATTRIBUTES,), stacked.check_fscrypt, (0, stacked.MOST_AREA), 40),
    *_anchored("ecryptfs", (stacked.NAME_PREFIX,), stacked.check_ecryptfs_name, (0, 256), 30),
)
SIGNATURES: tuple[Anchored, ...] = (*_MEDIA, *_PICTURES, *_LOGS, *_FILES, *_PACKED, *_FLASH)
ANCHORED: tuple[Anchored, ...] = (*SIGNATURES, *TRACES)
WINDOWED: tuple[Windowed, ...] = (
    Windowed(kind="mavlink", window=mavlink.find_in_window, back=0, ahead=mavlink.AHEAD, bits=55),
    Windowed(
        kind=keysearch.SCHEDULE,
        window=keysearch.find_in_window,
        back=0,
        ahead=keysearch.LONGEST_SCHEDULE,
        bits=1000,
    ),
    Windowed(
        kind=filesystems.KIND,
        window=filesystems.find_in_window,
        back=filesystems.BACK,
        ahead=filesystems.AHEAD,
        bits=50,
        step=filesystems.SECTOR,
    ),
    Windowed(kind="ecryptfs", window=stacked.find_ecryptfs, back=0, ahead=stacked.SECTOR, bits=54, step=stacked.SECTOR),
    Windowed(
        kind="position table",
        window=formats_text.find_tables,
        back=formats_text.PAGE,
        ahead=formats_text.AHEAD,
        bits=100,
    ),
)
# What speaks against a sound cipher and proves no readable data: tables of records are seen too.
INDICATIONS: tuple[Windowed, ...] = (
    Windowed(kind=xored.KIND_SAMPLE, bits=62, window=xored.find_periods, back=0, ahead=xored.SAMPLE),
)
