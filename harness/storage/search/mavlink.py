"""Search for MAVLink frames, bare or each behind the 8-byte time of a telemetry log.

A frame's checksum also covers one byte that only its message definition tells. Yet one byte turns a checksum into
just 256 of 65536 values, so a frame whose stored checksum is none of them is no frame, whatever the definition. The
proof is a chain of such frames, each begun where the one before it ends, sequence numbers of a sender going up.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from harness.storage.image.found import Found
from harness.storage.image.image import Range

V1, V2 = 0xFE, 0xFD
LEAST_FRAMES, MOST_FRAMES = 4, 2000
MOST_LOST = 64
MOST_SENDERS = 8
TIMESTAMP = 8
SIGNATURE = 13
PIECE = 1 << 20
LONGEST_FRAME = 300
AHEAD = (LEAST_FRAMES + 1) * (LONGEST_FRAME + TIMESTAMP)
MOST_IN_WINDOW = 100_000
# False beginnings: those of chance (1 byte in 16 000 of random data), four times over, and some to spare.
SPARE_FAILED, FAILED_PER_BYTE = 20_000, 4 / 16_384


def find_frames(data: bytes, ranges: tuple[Range, ...], most: int) -> tuple[list[Found], bool]:
    """Up to `most` runs of frames, and whether the search was complete (not given up over false beginnings)."""
    found: list[Found] = []
    resume, failed = 0, 0
    most_failed = SPARE_FAILED + FAILED_PER_BYTE * sum(part.size for part in ranges)
    for start, end in _pieces(ranges):
        count = min(end + 2 * LONGEST_FRAME, len(data)) - start
        for at in (_frame_starts(np.frombuffer(data, np.uint8, count=count, offset=start)) + start).tolist():
            if not resume <= at < end:
                continue
            run = _follow(data, at)
            if run is None:
                failed += 1
            else:
                resume = at + run.size
                found.append(run)
            if len(found) >= most or failed > most_failed:
                return found, len(found) >= most
    return found, True


def find_in_window(data: bytes, start: int) -> Iterator[Found]:
    """Runs of frames in `data`, which begins at offset `start` of the image; a long run is found piece by piece."""
    runs, _ = find_frames(data, (Range(0, len(data)),), most=MOST_IN_WINDOW)
    for run in runs:
        yield Found(kind=run.kind, offset=start + run.offset, size=run.size, detail=run.detail)


def _pieces(ranges: tuple[Range, ...]) -> list[tuple[int, int]]:
    return [(at, min(at + PIECE, part.end)) for part in ranges for at in range(part.offset, part.end, PIECE)]


def _frame_starts(piece: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Places where a frame may begin and another one follows it."""
    padded = np.concatenate((piece, np.zeros(2 * LONGEST_FRAME, np.uint8)))
    places = np.flatnonzero((piece == V1) | (piece == V2))
    second = padded[places] == V2
    places = places[~second | ((padded[places + 2] <= 1) & (padded[places + 3] == 0))]
    second = padded[places] == V2
    signed = np.where(second & (padded[places + 2] == 1), SIGNATURE, 0)
    ends = places + padded[places + 1] + np.where(second, 12, 8) + signed
    follows = np.isin(padded[ends], (V1, V2)) | np.isin(padded[ends + TIMESTAMP], (V1, V2))
    starts: NDArray[np.int64] = places[follows]
    return starts


def _follow(data: bytes, at: int) -> Found | None:
    """The run of frames that begins at `at`."""
    sequence: dict[tuple[int, int], int] = {}
    frames, end, first = 0, at, []
    while frames < MOST_FRAMES:
        starts = (end, end + TIMESTAMP) if frames else (at,)
        start = next((start for start in starts if _frame_end(data, start)), -1)
        if start < 0 or not _in_sequence(data, start, sequence):
            break
        frames, end = frames + 1, _frame_end(data, start)
        first += [start] if frames <= LEAST_FRAMES else []
        if frames == LEAST_FRAMES and not all(_checksum_possible(data, start) for start in first):
            return None
    if frames < LEAST_FRAMES:
        return None
    return Found(kind="mavlink", offset=at, size=end - at, detail=f"{frames} MAVLink frames")


def _frame_end(data: bytes, at: int) -> int:
    """Where the frame at `at` ends, 0 if none is there."""
    head = data[at : at + 10]
    if len(head) < 10 or head[0] not in (V1, V2):
        return 0
    if head[0] == V1:
        end = at + 8 + head[1]
    elif head[2] <= 1 and head[3] == 0:
        end = at + 12 + head[1] + SIGNATURE * head[2]
    else:
        return 0
    return end if end <= len(data) else 0


def _in_sequence(data: bytes, at: int, sequence: dict[tuple[int, int], int]) -> bool:
    """Whether the frame goes on with its sender's numbers; a gap of up to 64 lost frames is allowed."""
    number, system, component = data[at + 4 : at + 7] if data[at] == V2 else data[at + 2 : at + 5]
    before = sequence.get((system, component))
    sequence[system, component] = number
    known = system > 0 and len(sequence) <= MOST_SENDERS
    return known and (before is None or 1 <= (number - before) & 0xFF <= MOST_LOST)


def _checksum_possible(data: bytes, at: int) -> bool:
    """Whether some last byte leads from the frame's bytes to its stored checksum (CRC-16/MCRF4XX)."""
    end = at + data[at + 1] + (10 if data[at] == V2 else 6)
    checksum = 0xFFFF
    for byte in data[at + 1 : end]:
        checksum = (checksum >> 8) ^ _turned(byte ^ (checksum & 0xFF))
    stored = int.from_bytes(data[end : end + 2], "little")
    return any((checksum >> 8) ^ _turned(byte) == stored for byte in range(256))


def _turned(byte: int) -> int:
    byte ^= (byte << 4) & 0xFF
    return (byte << 8) ^ (byte << 3) ^ (byte >> 4)
