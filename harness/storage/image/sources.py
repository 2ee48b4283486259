"""Where the bytes of an image come from: memory, a file or block device, a gzip file; read-only, at any offset.

What cannot be read is given as zeros and remembered, so a reader never has to stop half way.
"""

import errno
import os
import stat
import weakref
from pathlib import Path
from typing import Protocol

from harness.errors import FileError
from harness.storage.image.ranges import Range, RangeSet

# Unreadable places are narrowed down to this: smaller than the sector of no medium that we know.
SMALLEST_READ = 4096


class Source(Protocol):
    """Bytes at any offset.

    Attributes:
        size: bytes that there are.
        unreadable: what could not be read so far; zeros were given there.
        problems: why the bytes may not be the whole medium, such as a damaged gzip stream.
    """

    @property
    def size(self) -> int:
        """Bytes that there are."""

    @property
    def unreadable(self) -> tuple[Range, ...]:
        """What could not be read so far."""

    @property
    def problems(self) -> tuple[str, ...]:
        """Why the bytes may not be the whole medium."""

    def read(self, offset: int, size: int) -> bytes:
        """Up to `size` bytes from `offset`; fewer only at the end, none before the beginning."""


class MemorySource:
    """Bytes at hand."""

    def __init__(self, data: bytes, unreadable: tuple[Range, ...] = ()) -> None:
        self.data, self.size, self.unreadable, self.problems = data, len(data), unreadable, ()

    def read(self, offset: int, size: int) -> bytes:
        """Up to `size` bytes from `offset`."""
        return self.data[offset : offset + size] if offset >= 0 else b""


class FileSource:
    """A regular file or a block device, open for reading until nobody uses it.

    Raises:
        FileError: the file is absent, may not be read, or is neither of both.
    """

    def __init__(self, path: Path) -> None:
        try:
            # without O_NONBLOCK, opening a pipe would wait for somebody to write into it
            self._handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else str(error)
            raise FileError(path, f"cannot be opened as an image: {reason}") from error
        weakref.finalize(self, os.close, self._handle)
        mode = os.fstat(self._handle).st_mode
        if not stat.S_ISREG(mode) and not stat.S_ISBLK(mode):
            raise FileError(path, "is neither a file nor a block device; give the image of a medium")
        # also of a block device: its end is its capacity
        self.size = os.lseek(self._handle, 0, os.SEEK_END)
        self.problems = ()
        self._unreadable = RangeSet()

    @property
    def unreadable(self) -> tuple[Range, ...]:
        """What could not be read so far."""
        return self._unreadable.ranges

    def read(self, offset: int, size: int) -> bytes:
        """Up to `size` bytes from `offset`, zeros where the medium gives none."""
        length = min(size, self.size - offset) if offset >= 0 else 0
        return self._read(Range(offset, length)) if length > 0 else b""

    def _read(self, wanted: Range) -> bytes:
        piece = self._try(wanted)
        if piece is not None:
            return piece
        if wanted.size <= SMALLEST_READ:
            self._unreadable.add(wanted)
            return bytes(wanted.size)
        half = max(wanted.size // 2 // SMALLEST_READ, 1) * SMALLEST_READ
        rest = Range(wanted.offset + half, wanted.size - half)
        return self._read(Range(wanted.offset, half)) + self._read(rest)

    def _try(self, wanted: Range) -> bytes | None:
        """The bytes, or None for an error or a file that ends before the size which it had."""
        pieces: list[bytes] = []
        place = wanted.offset
        while place < wanted.end:
            try:
                piece = os.pread(self._handle, wanted.end - place, place)
            except OSError as error:
                if error.errno == errno.EINTR:
                    continue
                return None
            if not piece:
                return None
            pieces.append(piece)
            place += len(piece)
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)
