"""The ground station of the system: what its tablet keeps. A sound one shows photos and stores none."""

from harness.drone.recorder.medium import BLOCK, Medium, Region
from harness.drone.recorder.stores import SequentialStore

SIZE = 1 << 20


class GroundStation:
    """The tablet's folder, in the clear.

    Attributes:
        medium: its bytes.
    """

    def __init__(self, *, keeps_photos: bool) -> None:
        self.medium = Medium(SIZE)
        self._keeps_photos = keeps_photos
        self._shown = 0
        self._cache = SequentialStore(Region(self.medium, BLOCK, SIZE - BLOCK), compress=False)

    def show(self, photo: bytes) -> None:
        """Show a photo that came down; the settings file counts them."""
        self._shown += 1
        self.medium.write(0, f"station.photos_shown={self._shown}\n".encode().ljust(BLOCK, b"\0"))
        if self._keeps_photos:
            self._cache.add_photo(self._shown, photo)
