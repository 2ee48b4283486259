"""The companion's own flash: settings, swap, spool and cache. A sound recorder leaves nothing of a mission there."""

from harness.drone.recorder.medium import BLOCK, Medium, Region
from harness.drone.recorder.stores import SequentialStore

SIZE = 1 << 20
SWAP_AT, SPOOL_AT, CACHE_AT = 64 * 1024, 128 * 1024, 256 * 1024


class CompanionDisk:
    """A medium of 1 MiB in the clear.

    Attributes:
        medium: its bytes.
    """

    def __init__(self) -> None:
        self.medium = Medium(SIZE)
        self._swap = Region(self.medium, SWAP_AT, SPOOL_AT - SWAP_AT)
        self._spool = Region(self.medium, SPOOL_AT, CACHE_AT - SPOOL_AT)
        self._cache = SequentialStore(Region(self.medium, CACHE_AT, SIZE - CACHE_AT), compress=False)

    def write_settings(self, text: str) -> None:
        """Keep the settings file."""
        self.medium.write(0, text.encode().ljust(BLOCK, b"\0"))

    def swap_out(self, page: bytes) -> None:
        """Put a page of memory into the swap partition."""
        self._swap.write(0, page[-BLOCK:].ljust(BLOCK, b"\0"))

    def spool(self, waiting: bytes) -> None:
        """Keep what waits to be encrypted."""
        self._spool.write(0, waiting.ljust(2 * BLOCK, b"\0")[: 2 * BLOCK])

    def clear_spool(self) -> None:
        """Overwrite the spool with zeros."""
        self._spool.write(0, bytes(2 * BLOCK))

    def keep_thumbnail(self, photo: bytes) -> None:
        """Put a photo into the cache."""
        self._cache.add_photo(0, photo)
