"""Where log lines and photos go: files in a FAT volume, or one after another with no file system at all."""

import zlib
from collections.abc import Mapping
from typing import Protocol

from harness.drone.recorder.fat import FatVolume
from harness.drone.recorder.medium import BLOCK, BlockDevice
from harness.errors import VehicleError

LOG_NAME = "FLIGHT.LOG"


class Store(Protocol):
    """Keeps what the recorder hands over; everything is on the medium when a call returns."""

    def append_log(self, data: bytes) -> None:
        """Keep more of the flight log."""
        ...

    def add_photo(self, number: int, data: bytes) -> str:
        """Keep one photo; gives the name under which it is found."""
        ...

    def photos(self) -> int:
        """How many photos are kept."""
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
    """Log and photos as files of a FAT volume."""

    def __init__(self, device: BlockDevice) -> None:
        self._volume = FatVolume(device)
        known = {file.name: file for file in self._volume.files()}
        self._log = known.get(LOG_NAME) or self._volume.create(LOG_NAME)
        self._photos = sum(name.endswith(".JPG") for name in known)

    def append_log(self, data: bytes) -> None:
        """Append to ``FLIGHT.LOG``."""
        self._volume.append(self._log, data)

    def add_photo(self, number: int, data: bytes) -> str:
        """Write ``IMG_nnnn.JPG``."""
        file = self._volume.create(f"IMG_{number:04d}.JPG")
        try:
            self._volume.append(file, data)
        except VehicleError:
            self._volume.remove(file)
            raise
        self._photos += 1
        return file.name

    def photos(self) -> int:
        """How many photos are in the directory."""
        return self._photos

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


class SequentialStore:
    """Objects one after another, each from a block border; the log compressed. Encrypts nothing."""

    def __init__(self, device: BlockDevice, *, compress: bool) -> None:
        self._device, self._compress = device, compress
        self._next = _first_free(device)
        self._photos = sum(device.read(block)[:3] == b"\xff\xd8\xff" for block in range(self._next))

    def append_log(self, data: bytes) -> None:
        """Write the lines, as a gzip member where compressed."""
        self._put(zlib.compress(data, wbits=31) if self._compress else data)

    def add_photo(self, number: int, data: bytes) -> str:
        """Write the JPEG file as it is."""
        block = self._put(data)
        self._photos += 1
        return f"block {block} (photo {number})"

    def photos(self) -> int:
        """How many photos are on the device."""
        return self._photos

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
        start, blocks = self._next, -(-len(data) // BLOCK)
        if start + blocks > self._device.blocks:
            raise VehicleError(f"the recorder's medium is full: {self._device.blocks} blocks of {BLOCK} bytes used")
        self._device.write(start, data.ljust(blocks * BLOCK, b"\0"))
        self._next += blocks
        return start


def _first_free(device: BlockDevice) -> int:
    contents = device.read(0, device.blocks).rstrip(b"\0")
    return -(-len(contents) // BLOCK)
