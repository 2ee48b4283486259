"""What lies inside compressed streams: compression hides a text from a search, but from nobody else."""

import bz2
import lzma
import zlib
from collections.abc import Iterable, Iterator
from typing import Protocol

from harness.storage.image.found import Found

MOST_PACKED, MOST_UNPACKED = 4 << 20, 8 << 20
MOST_IN_ALL = 256 << 20
# a dictionary of xz: a stream may ask for 4 GiB
MOST_MEMORY = 64 << 20
ZIP_HEAD = 30
STEP = 1 << 16
UNPACKED = ("gzip", "zip", "zlib", "xz", "bzip2")
DAMAGED = (zlib.error, lzma.LZMAError, OSError, EOFError)


class _Inflater(Protocol):
    """A stream of any of the formats."""

    @property
    def eof(self) -> bool: ...

    def decompress(self, data: bytes, max_length: int, /) -> bytes: ...


def unpack(data: bytes, found: Iterable[Found]) -> Iterator[tuple[Found, bytes, bool]]:
    """The contents of each stream and deflated ZIP member among `found`, and whether that is all of it.

    At most 8 MiB of one are given, from 4 MiB, and 256 MiB in all. A damaged stream gives what can be had of it.
    """
    left = MOST_IN_ALL
    for hit in found:
        if hit.kind not in UNPACKED or left <= 0:
            continue
        start = _zip_data(data, hit.offset) if hit.kind == "zip" else hit.offset
        contents, whole = _inflate(data[start : start + MOST_PACKED], _inflater(hit.kind))
        left -= len(contents)
        if contents:
            yield hit, contents, whole


def _zip_data(data: bytes, at: int) -> int:
    name, extra = (int.from_bytes(data[at + place : at + place + 2], "little") for place in (26, 28))
    return at + ZIP_HEAD + name + extra


def _inflater(kind: str) -> _Inflater:
    if kind == "xz":
        return lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=MOST_MEMORY)
    if kind == "bzip2":
        return bz2.BZ2Decompressor()
    return zlib.decompressobj(wbits={"gzip": 31, "zlib": 15, "zip": -15}[kind])


def _inflate(packed: bytes, inflater: _Inflater) -> tuple[bytes, bool]:
    contents = bytearray()
    rest, more = packed, True
    try:
        while more and len(contents) < MOST_UNPACKED and not inflater.eof:
            piece = inflater.decompress(rest, STEP)
            contents += piece
            # zlib hands back what it has not used; the others keep it
            rest = getattr(inflater, "unconsumed_tail", b"")
            more = bool(piece or rest)
    except DAMAGED:
        # what could be had is had; a damaged stream may be one that was overwritten in part
        return bytes(contents), True
    return bytes(contents), inflater.eof
