"""The storage role of software in the loop: its card is what the program wrote into its folder, as one archive.

There is no camera, so the place of the flight is the only canary. What is about a unit and its maker's procedures
(logins, erasure, keys of several units, integrity) is not shown with this make: a folder has none of them.
"""

import io
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import NoReturn

from harness.errors import NotOffered
from harness.instruments.context import Context
from harness.instruments.settings import DumpSettings
from harness.instruments.storage.storage import PLACE, UNPLANTED, DumpReader, acquire_from
from harness.storage.image.image import Image
from harness.storage.search.canary import CanarySet, CoordinateCanary
from harness.targets.archives import pack

ELSEWHERE = 1.0  # deg


class FolderCard(DumpReader):
    """Reads the folder of a program that has ended.

    Faults: ``unplanted`` looks for a place where it never flew, ``short`` reads half of the archive, ``blind`` does
    not plant the key that the bench itself puts into a copy.
    """

    def __init__(self, context: Context) -> None:
        """Insert the card.

        Raises:
            RigError: the article is no program.
        """
        self._card = context.need(context.sockets.card, "folder of a program")
        self._card.insert()
        # nothing asks for a credential
        super().__init__(replace(context, sockets=replace(context.sockets, credential=str)))
        place = DumpSettings(**context.settings)
        latitude = place.latitude + (ELSEWHERE if context.fault == UNPLANTED else 0.0)
        canary = CoordinateCanary(name=PLACE, latitude=latitude, longitude=place.longitude)
        self._canaries = CanarySet(coordinates=(canary,))

    @contextmanager
    def showing_canaries(self) -> Iterator[None]:
        """The place of the flight is the canary: software in the loop has no camera that a text could be held to."""
        yield

    def acquire(self) -> Image:
        """Power the article off and read all that its program wrote.

        Raises:
            RigError: it wrote nothing, or the archive does not hold all of it.
        """
        self._context.world.power_off()
        files = self._card.read()
        image = acquire_from(lambda: pack(files), "folder of the program", self._context.fault)
        whole = bool(files) and unpack(image.data) == dict(files)
        names = ", ".join(f"{name} {len(data)} bytes" for name, data in files.items())
        self._context.check("medium.complete", whole, f"{len(files)} files, SHA-256 {image.sha256}: {names}")
        self._keep(image)
        return image

    # -- what the role has beside the search of one medium

    def search_places(self, image: Image) -> NoReturn:
        """Raises: NotOffered: always."""
        raise _not_offered()

    def compare_units(self) -> NoReturn:
        """Raises: NotOffered: always."""
        raise _not_offered()

    def ask_without_credential(self, *, guessing: float) -> NoReturn:
        """Raises: NotOffered: always."""
        raise _not_offered()

    def erase(self) -> NoReturn:
        """Raises: NotOffered: always."""
        raise _not_offered()

    def watch_state(self) -> NoReturn:
        """Raises: NotOffered: always."""
        raise _not_offered()

    def flip_bits(self, *, each: int) -> NoReturn:
        """Raises: NotOffered: always."""
        raise _not_offered()

    def pull_power(self, *, times: int, longest: float) -> NoReturn:
        """Raises: NotOffered: always."""
        raise _not_offered()

    def collect_keys(self, *, units: int, boots: int) -> NoReturn:
        """Raises: NotOffered: always."""
        raise _not_offered()

    def count_undeclared_fields(self, image: Image) -> NoReturn:
        """Raises: NotOffered: always."""
        raise _not_offered()


def _not_offered() -> NotOffered:
    return NotOffered("the folder of a program shows what is written and nothing else: use a rig with a real unit")


def unpack(data: bytes) -> dict[str, bytes]:
    """The files of an archive; none of one that is cut off."""
    found: dict[str, bytes] = {}
    try:
        with tarfile.open(fileobj=io.BytesIO(data)) as archive:
            for entry in archive:
                member = archive.extractfile(entry)
                found[entry.name] = member.read() if member else b""
    except (tarfile.TarError, EOFError, OSError):
        return {}
    return found
