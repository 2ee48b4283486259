"""Where log lines and photos go: files in a FAT volume, or one after another with no file system at all.

A full store makes room by giving up what is oldest: a flight must be recorded to its end.
"""

import zlib
from collections.abc import Callable, Mapping
from typing import Protocol, TypeVar

from harness.drone.recorder.fat import FatVolume
from harness.drone.recorder.medium import BLOCK, BlockDevice
from harness.errors import VehicleError

T = TypeVar("T")

LOG_NAME, PHOTO_SUFFIX = "FLIGHT.LOG", ".JPG"
# a short name has room for four figures
MOST_NUMBERS = 10_000


class Store(Protocol):
    """Keeps what the recorder hands over; everything is on the medium when a call returns."""

    def append_log(self, data: bytes) -> None:
        """Keep more of the flight log."""
        ...

    def add_photo(self, number: int, data: bytes) -> str:
        """Keep one photo; gives the name under which it is found."""
        ...

    def next_photo(self) -> int:
        """Number for the next photo, from 1."""
        ...

    def sizes(self) -> Mapping[str, int]:
        """Names and sizes of what can be read back."""
        ...

    def read(self, name: str, offset: int, length: int) -> bytes:
        """A piece of a file, shorter where it ends.

        Raises:
            VehicleError: there is no such file.
        """
        ...

    def erase_log(self) -> None:
        """Begin the log anew.

        Raises:
            VehicleError: it cannot be erased.
        """
        ...

    def read_room(self) -> tuple[int, int]:
        """Bytes for records in all, and bytes free."""
        ...


class FileStore:
    """Log and photos as files of a FAT volume; where it is full, the oldest photo goes."""

    def __init__(self, device: BlockDevice) -> None:
        self._volume = FatVolume(device)
        known = {file.name: file for file in self._volume.files()}
        self._log = known.get(LOG_NAME) or self._volume.create(LOG_NAME)
        self._photos = [known[name] for name in sorted(known) if name.endswith(PHOTO_SUFFIX)]

    def append_log(self, data: bytes) -> None:
        """Append to ``FLIGHT.LOG``.

        Raises:
            VehicleError: the medium is full, and no photo is left to make room.
        """
        self._making_room(lambda: self._volume.append(self._log, data))

    def add_photo(self, number: int, data: bytes) -> str:
        """Write ``IMG_nnnn.JPG``.

        Raises:
            VehicleError: the medium is full, and no older photo is left to make room.
        """
        name = f"IMG_{number % MOST_NUMBERS:04d}{PHOTO_SUFFIX}"
        file = self._making_room(lambda: self._volume.create(name))
        try:
            self._making_room(lambda: self._volume.append(file, data))
        except VehicleError:
            self._volume.remove(file)
            raise
        self._photos.append(file)
        return name

    def next_photo(self) -> int:
        """One more than the number of the youngest photo."""
        return int(self._photos[-1].name[4:8]) + 1 if self._photos else 1

    def sizes(self) -> Mapping[str, int]:
        """Names and sizes of the files in the directory."""
        return {file.name: file.size for file in self._volume.files()}

    def read(self, name: str, offset: int, length: int) -> bytes:
        """A piece of a file, shorter where it ends."""
        for file in self._volume.files():
            if file.name == name:
                return self._volume.read(file, offset, length)
        raise VehicleError(f"the recorder has no file {name}")

    def erase_log(self) -> None:
        """Remove ``FLIGHT.LOG`` and create it empty."""
        self._volume.remove(self._log)
        self._log = self._volume.create(LOG_NAME)

    def read_room(self) -> tuple[int, int]:
        """Bytes of all clusters and of the free ones."""
        return self._volume.read_room()

    def _making_room(self, write: Callable[[], T]) -> T:
        while True:
            try:
                return write()
            except VehicleError:
                if not self._photos:
                    raise
                self._volume.remove(self._photos.pop(0))


class SequentialStore:
    """Objects one after another, each from a block border, and from the start again when full. Encrypts nothing."""

    def __init__(self, device: BlockDevice, *, compress: bool) -> None:
        self._device, self._compress = device, compress
        self._next = _first_free(device)
        self._photos = sum(device.read(block)[:3] == b"\xff\xd8\xff" for block in range(self._next))

    def append_log(self, data: bytes) -> None:
        """Write the lines, as a gzip member where compressed."""
        self._put(zlib.compress(data, wbits=31) if self._compress else data)

    def add_photo(self, number: int, data: bytes) -> str:
        """Write the JPEG file as it is."""
        start = self._put(data)
        self._photos += 1
        return f"block {start} (photo {number})"

    def next_photo(self) -> int:
        """One more than the photos taken since the store was opened and found on it then."""
        return self._photos + 1

    def sizes(self) -> Mapping[str, int]:
        """Nothing: without a file system no name leads to what was written."""
        return {}

    def read(self, name: str, offset: int, length: int) -> bytes:
        """Refused, as nothing has a name."""
        raise VehicleError(f"the recorder has no file {name}")

    def erase_log(self) -> None:
        """Refused: log and photos lie among each other."""
        raise VehicleError("the recorder cannot erase a log that has no file of its own")

    def read_room(self) -> tuple[int, int]:
        """Bytes of the device and bytes behind what was written."""
        return self._device.blocks * BLOCK, (self._device.blocks - self._next) * BLOCK

    def _put(self, data: bytes) -> int:
        blocks = -(-len(data) // BLOCK)
        if blocks > self._device.blocks:
            raise VehicleError(f"{len(data)} bytes do not fit the recorder's {self._device.blocks} blocks of {BLOCK}")
        start = self._next if self._next + blocks <= self._device.blocks else 0
        self._device.write(start, data.ljust(blocks * BLOCK, b"\0"))
        self._next = start + blocks
        return start


def _first_free(device: BlockDevice) -> int:
    contents = device.read(0, device.blocks).rstrip(b"\0")
    return -(-len(contents) // BLOCK)
