"""An acquired image: its bytes at any offset, their hash, what could not be read, and its partitions."""

import hashlib
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from harness.errors import MaterialError
from harness.storage.image.gzipped import MAGIC, GzipSource
from harness.storage.image.partitions import SECTOR, Layout, Partition, read_layout
from harness.storage.image.ranges import Range
from harness.storage.image.sources import FileSource, MemorySource, Source

__all__ = ["SECTOR", "Image", "Partition", "Range", "acquire"]

PIECE = 1 << 20
# What is asked for as a whole must leave the judge some memory; a search never asks.
LARGEST_WHOLE = 1 << 30
PACKED_NAMES = (".gz", ".gzip")


@dataclass(frozen=True, kw_only=True, eq=False)
class Image:
    """The bytes of a medium, with zeros where it could not be read.

    Attributes:
        name: what it is called in reports.
        source: where the bytes come from.
        stated_size: bytes that the medium should have, 0 where nobody said.
    """

    name: str
    source: Source
    stated_size: int = 0
    _known: dict[str, str] = field(default_factory=dict, repr=False)

    @property
    def size(self) -> int:
        """Bytes of the image."""
        return self.source.size

    def read(self, offset: int, size: int) -> bytes:
        """Up to `size` bytes from `offset`: fewer only at the end, zeros where the medium cannot be read."""
        return self.source.read(offset, size)

    @property
    def data(self) -> bytes:
        """All bytes.

        Raises:
            MaterialError: the image lies in a file and has more than 1 GiB.
        """
        if isinstance(self.source, MemorySource):
            return self.source.data
        if self.size > LARGEST_WHOLE:
            raise MaterialError(f"{self.name}: {self.size} bytes cannot be held at once; examine one partition of it")
        return self.read(0, self.size)

    @property
    def sha256(self) -> str:
        """SHA-256 of all bytes in hex; a search that has passed over them has left it here."""
        if "sha256" not in self._known:
            digest = hashlib.sha256()
            for offset in range(0, self.size, PIECE):
                digest.update(self.read(offset, PIECE))
            self.remember_sha256(digest.hexdigest())
        return self._known["sha256"]

    def remember_sha256(self, digest: str) -> None:
        """Keep what somebody computed who read all bytes in order."""
        self._known["sha256"] = digest

    @property
    def unreadable(self) -> tuple[Range, ...]:
        """What could not be read so far."""
        return self.source.unreadable

    @property
    def problems(self) -> tuple[str, ...]:
        """Why the image may not be all of the medium."""
        wanted = self.stated_size
        short = f"{self.size} bytes were read, the medium has {wanted}"
        return (*self.source.problems, *([short] if wanted and wanted != self.size else []), *self.layout.problems)

    @property
    def view(self) -> memoryview:
        """All bytes, of an image in memory without a copy; see ``data``."""
        return memoryview(self.data)

    @property
    def bytes_read(self) -> int:
        """Bytes that were really read."""
        return self.size - sum(gap.size for gap in self.unreadable)

    @property
    def coverage(self) -> float:
        """Fraction of the medium that was read, of its stated size where that is the larger one."""
        return self.bytes_read / max(self.size, self.stated_size)

    @cached_property
    def layout(self) -> Layout:
        """The partition tables."""
        return read_layout(self.read, self.size)

    @property
    def partitions(self) -> tuple[Partition, ...]:
        """Entries of all tables that lie on the image; none where there is no table (then judge it whole).

        Where the MBR only protects a sound GPT, that is the table.
        """
        return self.layout.partitions

    def end_of_area(self, offset: int) -> int:
        """Where the innermost partition that holds `offset` ends, else the end of the image."""
        holding = [part for part in self.partitions if part.offset <= offset < part.end]
        return min(holding, key=lambda part: part.size).end if holding else self.size


def acquire(source: Path | str | bytes | bytearray, name: str = "", *, stated_size: int = 0) -> Image:
    """An image of an image file, a gzip file, a block device, or bytes at hand; read-only, read when asked for.

    A gzip file is unpacked where its name ends in ``.gz``. Unreadable places become `unreadable` ranges and count
    against coverage.

    Args:
        source: a path, or the bytes.
        name: in reports; default the file's.
        stated_size: bytes that the medium should have, where known.

    Raises:
        FileError: `source` is a path that is absent, no file, or may not be read.
        MaterialError: the image is empty.
    """
    if isinstance(source, bytes | bytearray):
        return _image(name or "bytes", MemorySource(bytes(source)), stated_size)
    path = Path(source)
    file = FileSource(path)
    packed = path.suffix.lower() in PACKED_NAMES and file.read(0, len(MAGIC)) == MAGIC
    return _image(name or path.name, GzipSource(file) if packed else file, stated_size)


def _image(name: str, source: Source, stated_size: int) -> Image:
    if not source.size:
        raise MaterialError(f"{name}: the image is empty; acquire the medium again")
    return Image(name=name, source=source, stated_size=stated_size)
