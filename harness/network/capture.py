"""Opens a capture, and reads large ones in batches by compiled loops, without a Python object for each packet."""

import mmap
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from harness.errors import FileError, MaterialError
from harness.network.pcap import MAGICS, SECTION, State, check_length, classic_header, read_block, truncated

if TYPE_CHECKING:
    from harness.network.walk import Batch, Interfaces

# Below this, plain Python is done before numba is loaded.
LEAST_COMPILED = 2 << 20
BATCH = 1 << 15


@dataclass(frozen=True, kw_only=True)
class Source:
    """The bytes of a capture.

    Attributes:
        name: in reports.
        data: all of them; of a file they are mapped, not read.
    """

    name: str
    data: bytes | mmap.mmap

    @property
    def size(self) -> int:
        """Bytes."""
        return len(self.data)

    @property
    def is_large(self) -> bool:
        """Whether compiled loops are worth their start, and there are any."""
        return self.size >= LEAST_COMPILED and find_spec("numba") is not None


def open_capture(path: Path) -> Source:
    """Open a capture file, read-only.

    Raises:
        FileError: it is absent, no file, or may not be read.
        MaterialError: it is empty.
    """
    if not path.is_file():
        raise FileError(path, "is no file" if path.exists() else "there is no such file")
    try:
        with path.open("rb") as file:
            data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except ValueError as error:
        raise MaterialError(f"{path}: the capture is empty; capture again") from error
    except OSError as error:
        raise FileError(path, f"cannot be read: {error.strerror}") from error
    data.madvise(mmap.MADV_SEQUENTIAL)
    return Source(name=path.name, data=data)


@dataclass(kw_only=True)
class Batches:
    """Reads a capture in batches.

    Attributes:
        source: its bytes.
        state: what the file said besides the packets, as far as it was read.
    """

    source: Source
    state: State = field(default_factory=State)

    def __iter__(self) -> Iterator["tuple[int, Batch]"]:
        """How many packets came before, and the next ones; the arrays are used again for the next batch.

        Raises:
            MaterialError: as :func:`harness.network.pcap.read_packets`, after everything before has been given.
        """
        before = 0
        data = self.source.data
        if bytes(data[:4]) in MAGICS:
            batches = self._classic()
        elif bytes(data[:4]) == SECTION:
            batches = self._blocks()
        else:
            start = bytes(data[:4]).hex() or "nothing"
            raise MaterialError(f"not a network capture: it begins with {start}, wanted pcap or pcapng")
        for batch in batches:
            yield before, batch
            before += batch.place.size

    def _classic(self) -> Iterator["Batch"]:
        from harness.network import walk

        order, unit, link = classic_header(self.source.data, self.state)
        batch, at = _room(self.source.data), 24
        batch.link[:] = link
        while at < self.source.size:
            count, at, wrong = walk.walk_classic(batch, at, order == ">", unit)
            if count:
                yield _part(batch, 0, count)
            if wrong == walk.IMPOSSIBLE:
                check_length(
                    int.from_bytes(self.source.data[at + 8 : at + 12], "big" if order == ">" else "little"), at
                )
            if wrong:
                raise truncated(at)

    def _blocks(self) -> Iterator["Batch"]:
        from harness.network import walk

        batch, at, count = _room(self.source.data), 0, 0
        table = _Interfaces(self.state)
        view = memoryview(self.source.data)
        problem: MaterialError | None = None
        while at < self.source.size and problem is None:
            known = table.known()
            swapped = self.state.order == ">"
            more, at, wrong = walk.walk_blocks(_part(batch, count, BATCH), at, swapped, known)
            count += more
            self.state.dropped += int(known.dropped[0])
            known.dropped[0] = 0
            if wrong:
                # any block but a sound packet: plain Python takes it, or says what is wrong with it
                try:
                    at, found = read_block(view, at, self.state)
                except MaterialError as error:
                    problem, found = error, None
                if found is not None:
                    time, place, length, size, link = found
                    batch.place[count], batch.length[count], batch.size[count] = place, length, max(size, length)
                    batch.time[count], batch.link[count] = time, link
                    count += 1
            if count == BATCH:
                yield batch
                count = 0
        if count:
            yield _part(batch, 0, count)
        if problem is not None:
            raise problem


class _Interfaces:
    """The interfaces of the section being read, as arrays that grow."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._ticks, self._offset, self._link = np.zeros(8), np.zeros(8, np.int64), np.zeros(8, np.int64)
        self._dropped = np.zeros(1, np.int64)
        self._count = 0

    def known(self) -> "Interfaces":
        from harness.network.walk import Interfaces

        interfaces = self._state.interfaces
        if len(interfaces) < self._count:
            self._count = 0
        while self._ticks.size < len(interfaces):
            self._ticks, self._offset, self._link = (
                np.concatenate([array, np.zeros_like(array)]) for array in (self._ticks, self._offset, self._link)
            )
        for number in range(self._count, len(interfaces)):
            one = interfaces[number]
            self._ticks[number], self._offset[number], self._link[number] = one.ticks_per_second, one.offset, one.link
        self._count = len(interfaces)
        end = self._count
        return Interfaces(self._ticks[:end], self._offset[:end], self._link[:end], self._dropped)


def _room(data: bytes | mmap.mmap) -> "Batch":
    from harness.network.walk import Batch

    numbers = [np.zeros(BATCH, np.int64) for _ in range(4)]
    return Batch(np.frombuffer(data, np.uint8), numbers[0], numbers[1], numbers[2], np.zeros(BATCH), numbers[3])


def _part(batch: "Batch", first: int, end: int) -> "Batch":
    part = slice(first, end)
    place, length, size = batch.place[part], batch.length[part], batch.size[part]
    return type(batch)(batch.data, place, length, size, batch.time[part], batch.link[part])
