"""The eMMC as bytes, and windows on it that are used as block devices."""

import mmap
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from harness.errors import UsageError

BLOCK = 4096
MEBIBYTE = 1 << 20
# so many of the newest writes may still be in the controller when the power goes
IN_FLIGHT = 8


@dataclass(frozen=True, kw_only=True)
class _Pending:
    """A write whose bytes nobody has looked at yet."""

    offset: int
    size: int
    make: Callable[[], bytes]


class Medium:
    """The raw bytes of one non-volatile memory; they stay when the power goes.

    Args:
        size: of the medium, bytes; whole blocks of 4096.
        contents: what is on it; blank (all zero) when left out.
    """

    def __init__(self, size: int = 24 * MEBIBYTE, contents: bytes | None = None) -> None:
        self._data: bytearray | mmap.mmap = bytearray(size) if contents is None else bytearray(contents)
        if not self._data or len(self._data) % BLOCK:
            raise UsageError(f"a medium has whole blocks of {BLOCK} bytes: got {len(self._data)} bytes")
        self._newest: deque[tuple[int, bytes]] = deque(maxlen=IN_FLIGHT)
        self._pending: list[_Pending] = []

    def keep_in(self, path: Path) -> None:
        """Let the bytes be those of a file from now on, which outlives the process; a new file has those of now.

        Raises:
            UsageError: the file has another size.
        """
        if not path.exists():
            path.write_bytes(self.image())
        if path.stat().st_size != self.size:
            raise UsageError(f"{path} has {path.stat().st_size} bytes, the medium has {self.size}: remove the file")
        self.settle()
        self._pending.clear()
        with path.open("r+b") as file:
            self._data = mmap.mmap(file.fileno(), 0)

    def __getstate__(self) -> dict[str, Any]:
        """Of a medium that is kept in a file the size alone: the bytes are there."""
        kept = isinstance(self._data, mmap.mmap)
        return {**vars(self), "_data": bytearray(self.size)} if kept else vars(self)

    @property
    def kept(self) -> bool:
        """Whether the bytes are those of a file."""
        return isinstance(self._data, mmap.mmap)

    @property
    def size(self) -> int:
        """Bytes on the medium."""
        return len(self._data)

    def read(self, offset: int, length: int) -> bytes:
        """`length` bytes from `offset`."""
        self._complete(offset, length)
        return bytes(self._data[offset : offset + length])

    def write(self, offset: int, data: bytes) -> None:
        """Put `data` at `offset`.

        Raises:
            UsageError: it does not lie wholly on the medium.
        """
        self._remember(offset, len(data))
        self._data[offset : offset + len(data)] = data

    def write_later(self, offset: int, size: int, make: Callable[[], bytes]) -> None:
        """Put the `size` bytes that `make` gives at `offset`, but make them when somebody first looks there.

        No reader can tell; what is slow to make, as a stretched passphrase, costs nothing where nobody reads it.

        Raises:
            UsageError: it does not lie wholly on the medium.
        """
        if isinstance(self._data, mmap.mmap):
            # a process that is killed makes nothing later
            self.write(offset, make())
            return
        self._remember(offset, size)
        self._pending.append(_Pending(offset=offset, size=size, make=make))

    def settle(self) -> None:
        """Let everything written reach the memory, as an orderly shutdown does."""
        self._newest.clear()

    def lose(self, writes: int) -> None:
        """Take back the newest `writes` writes, at most 8: what a power cut keeps from reaching the memory."""
        for _ in range(min(writes, len(self._newest))):
            offset, before = self._newest.pop()
            self._complete(offset, len(before))
            self._data[offset : offset + len(before)] = before
        self._newest.clear()

    def image(self) -> bytes:
        """All bytes, as a card reader sees them."""
        self._complete(0, len(self._data))
        return bytes(self._data)

    def _remember(self, offset: int, size: int) -> None:
        if offset < 0 or offset + size > len(self._data):
            raise UsageError(f"write of {size} bytes at {offset} leaves the medium of {len(self._data)} bytes")
        self._complete(offset, size)
        self._newest.append((offset, bytes(self._data[offset : offset + size])))

    def _complete(self, offset: int, size: int) -> None:
        """Make what is pending and touches these bytes."""
        touched = [item for item in self._pending if item.offset < offset + size and offset < item.offset + item.size]
        for item in touched:
            self._data[item.offset : item.offset + item.size] = item.make()
            self._pending.remove(item)


class BlockDevice(Protocol):
    """Something that stores blocks of 4096 bytes."""

    @property
    def blocks(self) -> int:
        """How many blocks there are."""
        ...

    def read(self, block: int, count: int = 1) -> bytes:
        """The bytes of `count` blocks from number `block` on."""
        ...

    def write(self, block: int, data: bytes) -> None:
        """Put `data`, whole blocks, at number `block`."""
        ...


class Region:
    """A part of a medium (a partition, the payload of a volume) as a block device; hard bounds."""

    def __init__(self, medium: Medium, offset: int, size: int) -> None:
        if offset % BLOCK or size % BLOCK or size <= 0 or offset + size > medium.size:
            raise UsageError(f"region of {size} bytes at {offset} does not fit a medium of {medium.size} bytes")
        self._medium, self.offset, self.size = medium, offset, size

    @property
    def blocks(self) -> int:
        """How many blocks of 4096 bytes."""
        return self.size // BLOCK

    def part(self, offset: int) -> "Region":
        """The rest of this region from `offset` bytes on."""
        return Region(self._medium, self.offset + offset, self.size - offset)

    def read(self, block: int, count: int = 1) -> bytes:
        """The bytes of `count` blocks from number `block` on."""
        self._check(block, count)
        return self._medium.read(self.offset + block * BLOCK, count * BLOCK)

    def write(self, block: int, data: bytes) -> None:
        """Put `data`, whole blocks, at number `block`."""
        self._check(block, -(-len(data) // BLOCK))
        self._medium.write(self.offset + block * BLOCK, data)

    def write_later(self, block: int, blocks: int, make: Callable[[], bytes]) -> None:
        """Put the `blocks` blocks that `make` gives at number `block`, when somebody first looks there."""
        self._check(block, blocks)
        self._medium.write_later(self.offset + block * BLOCK, blocks * BLOCK, make)

    def _check(self, block: int, count: int) -> None:
        if block < 0 or block + count > self.blocks:
            raise UsageError(f"blocks {block} to {block + count} leave a region of {self.blocks} blocks")
