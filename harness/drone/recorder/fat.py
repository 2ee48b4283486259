"""A FAT16 file system on a block device: sectors and clusters of 4096 bytes, files in the root directory.

Layout after Microsoft's "FAT: General Overview of On-Disk Format" (1.03). Sectors are as large as those of the
encrypted volume, because a system refuses to mount a FAT whose sectors are smaller than those of its device.
"""

import secrets
import struct
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from harness.drone.recorder.medium import BLOCK, BlockDevice
from harness.errors import UsageError, VehicleError

ROOT_ENTRIES = 512
ENTRY_SIZE = 32
ROOT_BLOCKS = ROOT_ENTRIES * ENTRY_SIZE // BLOCK
LEAST_CLUSTERS, MOST_CLUSTERS = 4085, 65524
END_OF_CHAIN = 0xFFFF
STRUCK = 0xE5  # first byte of the entry of a removed file
CELLS_PER_BLOCK = BLOCK // 2
# 2026-01-01 in FAT's packed form; the recorder keeps no calendar, the log does.
DATE = (2026 - 1980) << 9 | 1 << 5 | 1
BOOT = struct.Struct("<3s8sHBHBHHBHHHIIBBBI11s8s")
ENTRY = struct.Struct("<11sBBBHHHHHHHI")


@dataclass
class File:
    """One file: its place in the root directory, its chain of clusters and its size in bytes."""

    name: str
    slot: int
    chain: list[int]
    size: int


def format_fat(device: BlockDevice, label: str = "DRONE") -> None:
    """Write an empty FAT16 file system over the whole of `device`.

    Raises:
        UsageError: the device has too few or too many clusters for FAT16.
    """
    fat_blocks = _fat_blocks(device)
    clusters = device.blocks - 1 - 2 * fat_blocks - ROOT_BLOCKS
    if not LEAST_CLUSTERS <= clusters <= MOST_CLUSTERS:
        raise UsageError(f"{device.blocks} blocks are no FAT16 volume: use a medium of 20 MiB to 250 MiB")
    device.write(0, _boot_sector(device, fat_blocks, label))
    first = struct.pack("<HH", 0xFFF8, END_OF_CHAIN).ljust(BLOCK, b"\0")
    table = first + bytes((fat_blocks - 1) * BLOCK)
    device.write(1, table + table + _label_entry(label).ljust(ROOT_BLOCKS * BLOCK, b"\0"))


class FatVolume:
    """A mounted FAT16 file system; every change is written through, data first, then table, then directory.

    What does not fit changes nothing. Free clusters are taken in turn, which wears the memory evenly.
    """

    def __init__(self, device: BlockDevice) -> None:
        self._device = device
        self._fat_blocks = _fat_blocks(device)
        self._root_block = 1 + 2 * self._fat_blocks
        self._first_data = self._root_block + ROOT_BLOCKS
        self._table = np.frombuffer(device.read(1, self._fat_blocks), "<u2").copy()
        self._root = bytearray(device.read(self._root_block, ROOT_BLOCKS))
        self._clusters = device.blocks - self._first_data
        self._next_free = 2

    def files(self) -> list[File]:
        """The files of the root directory, in its order."""
        return [file for slot in range(ROOT_ENTRIES) if (file := self._file(slot)) is not None]

    def create(self, name: str) -> File:
        """A new empty file; `name` is a short name such as ``FLIGHT.LOG``.

        Raises:
            VehicleError: the directory is full.
        """
        for slot in range(ROOT_ENTRIES):
            if self._root[slot * ENTRY_SIZE] in (0, STRUCK):
                file = File(name, slot, [], 0)
                self._write_entry(file)
                return file
        raise VehicleError(f"the recorder's directory is full ({ROOT_ENTRIES} entries): {name} is not stored")

    def append(self, file: File, data: bytes) -> None:
        """Add `data` to the end of `file`.

        Raises:
            VehicleError: the medium is full.
        """
        used = file.size % BLOCK
        begun = file.chain[-1:] if used else []
        if begun:
            data = self._device.read(self._block_of(begun[0]))[:used] + data
        added = self._free_clusters(-(-len(data) // BLOCK) - len(begun))
        for place, cluster in enumerate([*begun, *added]):
            piece = data[place * BLOCK : (place + 1) * BLOCK]
            self._device.write(self._block_of(cluster), piece.ljust(BLOCK, b"\0"))
        self._set_cells(dict(pairwise([*file.chain[-1:], *added, END_OF_CHAIN])) if added else {})
        file.chain += added
        file.size += len(data) - used
        self._write_entry(file)

    def remove(self, file: File) -> None:
        """Take `file` out of the directory and free its clusters; as on any FAT, its bytes stay until overwritten."""
        self._root[file.slot * ENTRY_SIZE] = STRUCK
        self._write_root(file.slot)
        self._set_cells(dict.fromkeys(file.chain, 0))

    def read(self, file: File, offset: int = 0, length: int | None = None) -> bytes:
        """`length` bytes of `file` from `offset` on, fewer where it ends; all of them when left out."""
        end = file.size if length is None else min(offset + length, file.size)
        first = offset // BLOCK
        clusters = file.chain[first : -(-end // BLOCK)]
        data = b"".join(self._device.read(self._block_of(cluster)) for cluster in clusters)
        return data[offset - first * BLOCK : end - first * BLOCK] if offset < end else b""

    def read_room(self) -> tuple[int, int]:
        """Bytes for files in all, and bytes free."""
        free = int(np.count_nonzero(self._table[2 : self._clusters + 2] == 0))
        return self._clusters * BLOCK, free * BLOCK

    def _free_clusters(self, count: int) -> list[int]:
        free = np.flatnonzero(self._table[2 : self._clusters + 2] == 0) + 2
        if count > free.size:
            raise VehicleError(
                f"the recorder's medium is full: {free.size} of {self._clusters} clusters of {BLOCK} bytes are free, "
                f"{count} are wanted"
            )
        found: list[int] = np.roll(free, -int(np.searchsorted(free, self._next_free)))[:count].tolist()
        self._next_free = found[-1] + 1 if found else self._next_free
        return found

    def _set_cells(self, cells: dict[int, int]) -> None:
        for cluster, value in cells.items():
            self._table[cluster] = value
        for block in sorted({cluster // CELLS_PER_BLOCK for cluster in cells}):
            changed = self._table[block * CELLS_PER_BLOCK : (block + 1) * CELLS_PER_BLOCK].tobytes()
            for copy in range(2):
                self._device.write(1 + copy * self._fat_blocks + block, changed)

    def _write_entry(self, file: File) -> None:
        first = file.chain[0] if file.chain else 0
        entry = ENTRY.pack(_packed(file.name), 0x20, 0, 0, 0, DATE, DATE, 0, 0, DATE, first, file.size)
        self._root[file.slot * ENTRY_SIZE : (file.slot + 1) * ENTRY_SIZE] = entry
        self._write_root(file.slot)

    def _write_root(self, slot: int) -> None:
        block = slot * ENTRY_SIZE // BLOCK
        self._device.write(self._root_block + block, bytes(self._root[block * BLOCK : (block + 1) * BLOCK]))

    def _file(self, slot: int) -> File | None:
        entry = self._root[slot * ENTRY_SIZE : (slot + 1) * ENTRY_SIZE]
        if entry[0] in (0, STRUCK) or entry[11] & 0x18:
            return None
        fields = ENTRY.unpack(entry)
        stem, suffix = fields[0][:8].decode("ascii").rstrip(), fields[0][8:].decode("ascii").rstrip()
        return File(f"{stem}.{suffix}" if suffix else stem, slot, self._chain(fields[10]), fields[11])

    def _chain(self, first: int) -> list[int]:
        chain: list[int] = []
        while 2 <= first < self._clusters + 2 and len(chain) < self._clusters:
            chain.append(first)
            first = int(self._table[first])
        return chain

    def _block_of(self, cluster: int) -> int:
        return self._first_data + cluster - 2


def _fat_blocks(device: BlockDevice) -> int:
    return -(-(device.blocks + 2) * 2 // BLOCK)


def _packed(name: str) -> bytes:
    stem, _, suffix = name.partition(".")
    return stem.ljust(8).encode("ascii") + suffix.ljust(3).encode("ascii")


def _label_entry(label: str) -> bytes:
    return ENTRY.pack(label.ljust(11).encode("ascii"), 0x08, 0, 0, 0, DATE, DATE, 0, 0, DATE, 0, 0)


def _boot_sector(device: BlockDevice, fat_blocks: int, label: str) -> bytes:
    small = device.blocks if device.blocks < 1 << 16 else 0
    large = 0 if small else device.blocks
    geometry = (0xF8, fat_blocks, 63, 255, 0, large, 0x80, 0, 0x29, secrets.randbits(32))
    name = label.ljust(11).encode("ascii")
    fields = BOOT.pack(b"\xeb\x3c\x90", b"MSDOS5.0", BLOCK, 1, 1, 2, ROOT_ENTRIES, small, *geometry, name, b"FAT16   ")
    return (fields.ljust(510, b"\0") + b"\x55\xaa").ljust(BLOCK, b"\0")
