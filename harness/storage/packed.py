"""What lies inside compressed streams: compression hides a text from a search, but from nobody else."""

import zlib
from collections.abc import Iterable, Iterator

from harness.storage.found import Found

MOST_PACKED, MOST_UNPACKED = 4 << 20, 8 << 20
MOST_IN_ALL = 256 << 20
ZIP_HEAD = 30
STEP = 1 << 16


def unpack(data: bytes, found: Iterable[Found]) -> Iterator[tuple[Found, bytes]]:
    """The contents of each gzip stream and deflated ZIP member among `found`, at most 8 MiB of one, 256 MiB in all.

    A damaged stream gives what can be inflated of it.
    """
    left = MOST_IN_ALL
    for hit in found:
        start = {"gzip": hit.offset, "zip": _zip_data(data, hit.offset)}.get(hit.kind)
        if start is None or left <= 0:
            continue
        contents = _inflate(data[start : start + MOST_PACKED], 31 if hit.kind == "gzip" else -15)
        left -= len(contents)
        if contents:
            yield hit, contents


def _zip_data(data: bytes, at: int) -> int:
    name, extra = (int.from_bytes(data[at + place : at + place + 2], "little") for place in (26, 28))
    return at + ZIP_HEAD + name + extra


def _inflate(packed: bytes, window: int) -> bytes:
    inflater = zlib.decompressobj(wbits=window)
    contents = bytearray()
    rest = packed
    try:
        while len(contents) < MOST_UNPACKED and not inflater.eof and rest:
            contents += inflater.decompress(rest, STEP)
            rest = inflater.unconsumed_tail
    except zlib.error:
        return bytes(contents)
    return bytes(contents)
