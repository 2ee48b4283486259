"""The drone's files as logs and MAVFTP see them."""

from collections.abc import Mapping
from typing import Protocol


class Files(Protocol):
    """What the companion has recorded; it reads through the volume that it has itself unlocked."""

    def file_sizes(self) -> Mapping[str, int]:
        """Names and sizes in bytes.

        Raises:
            VehicleError: it cannot read now.
        """
        ...

    def read_file(self, name: str, offset: int, length: int) -> bytes:
        """A piece of a file, shorter where it ends.

        Raises:
            VehicleError: it cannot read now, or there is no such file.
        """
        ...

    def erase_log(self) -> None:
        """Begin the flight log anew.

        Raises:
            VehicleError: it cannot.
        """
        ...


def is_log(name: str) -> bool:
    """Whether a file of that name is a flight log."""
    return name.endswith(".LOG")


def is_photo(name: str) -> bool:
    """Whether a file of that name is a photo."""
    return name.endswith(".JPG")
