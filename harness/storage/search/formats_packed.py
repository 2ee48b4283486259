"""Structure checks of compressed streams and archives: they reach the entropy of ciphertext and hide every text.

Sources: the .xz file format 1.2.0, sections 2.1.1 and 3.1; RFC 1950 (zlib); RFC 8878 section 3.1 (Zstandard); LZ4 frame
format 1.6.4; 7zFormat.txt of 7-Zip; RAR 5.0 archive format; POSIX.1-2017 pax (ustar).
"""

import zlib

from harness.storage.image.found import Found

XZ, BZIP2, ZSTD, LZ4 = b"\xfd7zXZ\0", b"1AY&SY", b"\x28\xb5\x2f\xfd", b"\x04\x22\x4d\x18"
SEVEN_ZIP, RAR, TAR = b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07", b"ustar"
TAR_MARK, TAR_SIZE, TAR_SUM = 257, 512, slice(148, 156)
ZLIB = (b"\x78\x01", b"\x78\x9c", b"\x78\xda")
ZLIB_PROBE = 4096
# So much comes out of random bytes by no chance; a stream that is shorter must end with its checksum.
LEAST_INFLATED = 2048
MOST_BLOCK = 1 << 17
ZSTD_REACH = 5 * MOST_BLOCK
BLOCK_KINDS, BLOCKS = 3, 4


def check_xz(data: bytes, at: int) -> Found | None:
    """xz: stream flags of a known kind of check, and their CRC."""
    flags, checksum = data[at + 6 : at + 8], data[at + 8 : at + 12]
    sound = len(checksum) == 4 and not flags[0] and flags[1] <= 15
    if not sound or zlib.crc32(flags) != int.from_bytes(checksum, "little"):
        return None
    return _found("xz", at, 12, "xz stream")


def check_bzip2(data: bytes, at: int) -> Found | None:
    """bzip2: "BZh", the size of a block, and the mark of the first block, which is where `at` lies."""
    head = data[at - 4 : at] if at >= 4 else b""
    if head[:3] != b"BZh" or head[3:] not in tuple(b"%d" % size for size in range(1, 10)):
        return None
    return _found("bzip2", at - 4, 10, "bzip2 stream")


def check_zlib(data: bytes, at: int) -> Found | None:
    """zlib: a stream that inflates far, or to its end and checksum."""
    inflater = zlib.decompressobj()
    try:
        inflated = inflater.decompress(data[at : at + ZLIB_PROBE], LEAST_INFLATED)
    except zlib.error:
        return None
    whole = inflater.eof and len(inflated) >= 4
    return _found("zlib", at, 6, "zlib stream that inflates") if whole or len(inflated) >= LEAST_INFLATED else None


def check_zstd(data: bytes, at: int) -> Found | None:
    """Zstandard: a header without reserved bits; blocks of known kinds, as many as the stated size asks for.

    Where no size is stated only three blocks in a row tell a frame from chance, so a short one is not seen.
    """
    flags = data[at + 4] if at + 4 < len(data) else 0xFF
    single, width = flags >> 5 & 1, flags >> 6 & 3
    if flags & 0x18:
        return None
    head = at + 5 + (not single) + (0, 1, 2, 4)[flags & 3]
    size = (1 << width) if width or single else 0
    content = int.from_bytes(data[head : head + size], "little") + 256 * (width == 1)
    blocks, ended = _zstd_blocks(data, head + size)
    if size:
        sound = 0 < sum(blocks) <= content <= MOST_BLOCK * len(blocks) if ended else content > sum(blocks) > MOST_BLOCK
    else:
        sound = len(blocks) >= BLOCKS - ended
    return _found("zstd", at, head + size + 3 - at, "Zstandard frame") if blocks and sound else None


def _zstd_blocks(data: bytes, place: int) -> tuple[list[int], bool]:
    """Sizes of at most four blocks, and whether the last of the frame is among them; none where one cannot be."""
    sizes: list[int] = []
    while len(sizes) < BLOCKS:
        block = int.from_bytes(data[place : place + 3], "little")
        kind, size = block >> 1 & 3, block >> 3
        if place + 3 > len(data) or kind >= BLOCK_KINDS or not 0 < size <= MOST_BLOCK:
            return [], False
        # a block of one byte, over and over, states how many
        sizes.append(0 if kind == 1 else size)
        place += 3 + (1 if kind == 1 else size)
        if block & 1:
            return sizes, True
    return sizes, False


def check_lz4(data: bytes, at: int) -> Found | None:
    """LZ4 frame: version 1, no reserved bit, a size of block that there is, and a first block no larger."""
    head = data[at : at + 19]
    if len(head) < 19 or head[4] & 0xC2 != 0x40 or head[5] & 0x8F or not 4 <= head[5] >> 4 <= 7:
        return None
    place = 7 + 8 * (head[4] >> 3 & 1) + 4 * (head[4] & 1)
    size = int.from_bytes(data[at + place : at + place + 4], "little") & 0x7FFFFFFF
    return _found("lz4", at, place, "LZ4 frame") if 0 < size <= 1 << (8 + 2 * (head[5] >> 4)) else None


def check_7z(data: bytes, at: int) -> Found | None:
    """7z: version 0 and the CRC of where its header lies."""
    head = data[at : at + 32]
    checksum = int.from_bytes(head[8:12], "little")
    if len(head) < 32 or head[6] or zlib.crc32(head[12:32]) != checksum:
        return None
    return _found("7z", at, 32, "7z archive")


def check_rar(data: bytes, at: int) -> Found | None:
    """RAR 4, with its fixed main header, or RAR 5, with the CRC of its main header (of less than 128 bytes)."""
    if data[at + 6 : at + 7] == b"\0" and data[at + 9 : at + 10] == b"\x73":
        return _found("rar", at, 20, "RAR archive") if data[at + 12 : at + 14] == b"\x0d\0" else None
    size = data[at + 12] if at + 12 < len(data) else 0
    body = data[at + 12 : at + 13 + size]
    checksum = int.from_bytes(data[at + 8 : at + 12], "little")
    sound = data[at + 6 : at + 8] == b"\1\0" and 2 < size < 128 and len(body) == size + 1
    return _found("rar", at, 13, "RAR 5 archive") if sound and zlib.crc32(body) == checksum else None


def check_tar(data: bytes, at: int) -> Found | None:
    """A header of tar: the sum of its bytes is right; `at` is that of the mark in it."""
    start = at - TAR_MARK
    head = data[start : start + TAR_SIZE] if start >= 0 else b""
    digits = head[TAR_SUM].strip(b" \0")
    if len(head) < TAR_SIZE or not digits or digits.translate(None, b"01234567"):
        return None
    total = sum(head) - sum(head[TAR_SUM]) + 8 * 0x20
    name = head[:100].split(b"\0", 1)[0][:40].decode("utf-8", "replace")
    return _found("tar", start, TAR_SIZE, f"tar member {name!a}") if int(digits, 8) == total else None


def _found(kind: str, at: int, size: int, detail: str) -> Found:
    return Found(kind=kind, offset=at, size=size, detail=detail)
