"""A small encoder for baseline JPEG in grey (ITU-T T.81, tables of its Annex K)."""

import struct

import numpy as np
from numpy.typing import NDArray

# A quarter of Annex K's luminance table: the quality at which cameras of drones store.
_QUANTISATION = (
    (4, 3, 3, 4, 6, 10, 13, 15),
    (3, 3, 4, 5, 7, 15, 15, 14),
    (4, 3, 4, 6, 10, 14, 17, 14),
    (4, 4, 6, 7, 13, 22, 20, 16),
    (5, 6, 9, 14, 17, 27, 26, 19),
    (6, 9, 14, 16, 20, 26, 28, 23),
    (12, 16, 20, 22, 26, 30, 30, 25),
    (18, 23, 24, 25, 28, 25, 26, 25),
)
_DC_COUNTS = bytes((0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0))
_DC_SYMBOLS = bytes(range(12))
_AC_COUNTS = bytes((0, 2, 1, 3, 3, 2, 4, 3, 5, 5, 4, 4, 0, 0, 1, 125))
_AC_SYMBOLS = bytes.fromhex(
    "01020300041105122131410613516107227114328191a1082342b1c11552d1f02433627282090a161718191a25262728292a34353637"
    "38393a434445464748494a535455565758595a636465666768696a737475767778797a838485868788898a92939495969798999aa2a3"
    "a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9dae1e2e3e4e5e6e7e8e9eaf1f2f3f4f5f6f7f8f9fa"
)
_ZIGZAG = sorted(range(64), key=lambda at: (at // 8 + at % 8, at // 8 if (at // 8 + at % 8) % 2 else at % 8))


def segment(marker: int, payload: bytes) -> bytes:
    """One marker segment: FF, marker, length, payload."""
    return struct.pack(">BBH", 0xFF, marker, len(payload) + 2) + payload


def encode(pixels: NDArray[np.uint8], extra: bytes = b"") -> bytes:
    """A JPEG file of `pixels` (rows x columns, grey, both multiples of 8), with the segments `extra` after SOI."""
    rows, columns = pixels.shape
    table = bytes(int(np.array(_QUANTISATION).flat[at]) for at in _ZIGZAG)
    head = segment(0xDB, b"\0" + table)
    head += segment(0xC0, struct.pack(">BHHBBBB", 8, rows, columns, 1, 1, 0x11, 0))
    head += segment(0xC4, b"\x00" + _DC_COUNTS + _DC_SYMBOLS) + segment(0xC4, b"\x10" + _AC_COUNTS + _AC_SYMBOLS)
    return b"\xff\xd8" + extra + head + segment(0xDA, b"\x01\x01\x00\x00\x3f\x00") + _scan(pixels) + b"\xff\xd9"


def _scan(pixels: NDArray[np.uint8]) -> bytes:
    """Entropy-coded data (T.81 Annex F.1.2): per block the DC difference, runs of zeros and values, end of block."""
    blocks = _coefficients(pixels)
    block, place = np.nonzero(blocks[:, 1:])
    first = np.diff(block, prepend=-1) != 0
    run = np.diff(place, prepend=-1) - 1
    run[first] = place[first]
    at = block * 64 + place + 1
    starts, ended = np.arange(len(blocks)) * 64, np.flatnonzero(blocks[:, 63] == 0) * 64 + 63
    ac_codes = _codes(_AC_COUNTS, _AC_SYMBOLS)
    long_runs = np.repeat(at, run // 16)
    # In order of place; long runs of zeros come before the value that ends them.
    coded = np.concatenate(
        (
            _coded(starts, 0, np.diff(blocks[:, 0], prepend=0), _codes(_DC_COUNTS, _DC_SYMBOLS)),
            _coded(long_runs, 15, np.zeros(long_runs.size, np.int64), ac_codes),
            _coded(at, run % 16, blocks[block, place + 1], ac_codes),
            _coded(ended, 0, np.zeros(ended.size, np.int64), ac_codes),
        )
    )
    return _pack(coded[np.argsort(coded[:, 0], kind="stable"), 1:]).replace(b"\xff", b"\xff\x00")


def _coded(
    at: NDArray[np.int64], run: NDArray[np.int64] | int, values: NDArray[np.int64], codes: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Rows of place, bits and their number: the code of (run, size) with the value's own bits behind it."""
    size = np.ceil(np.log2(np.abs(values) + 1)).astype(np.int64)
    own = np.where(values > 0, values, values + (1 << size) - 1)
    code, length = codes[(run * 16 + size)].T
    return np.stack((at, code << size | own, length + size), axis=1)


def _pack(coded: NDArray[np.int64]) -> bytes:
    """Bits in order, filled up with ones to a whole byte."""
    bits, lengths = np.append(coded[:, 0], 0x7F), np.append(coded[:, 1], -coded[:, 1].sum() % 8)
    ends = np.cumsum(lengths)
    shift = np.repeat(ends, lengths) - 1 - np.arange(ends[-1])
    return np.packbits((np.repeat(bits, lengths) >> shift & 1).astype(np.uint8)).tobytes()


def _coefficients(pixels: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Quantised DCT coefficients, blocks x 64 in zigzag order."""
    rows, columns = pixels.shape
    blocks = pixels.reshape(rows // 8, 8, columns // 8, 8).swapaxes(1, 2).reshape(-1, 8, 8) - 128.0
    frequency, place = np.arange(8)[:, None], np.arange(8)[None, :]
    basis = np.cos((2 * place + 1) * frequency * np.pi / 16) / 2
    basis[0] /= np.sqrt(2)
    transformed: NDArray[np.float64] = basis @ blocks @ basis.T
    quantised: NDArray[np.int64] = np.rint(transformed / np.array(_QUANTISATION)).astype(np.int64)
    ordered: NDArray[np.int64] = quantised.reshape(-1, 64)[:, _ZIGZAG]
    return ordered


def _codes(counts: bytes, symbols: bytes) -> NDArray[np.int64]:
    """Canonical Huffman codes (T.81 Annex C): rows of code and length in bits, by symbol."""
    codes = np.zeros((256, 2), np.int64)
    code, left = 0, iter(symbols)
    for length, count in enumerate(counts, start=1):
        for _ in range(count):
            codes[next(left)] = (code, length)
            code += 1
        code <<= 1
    return codes
