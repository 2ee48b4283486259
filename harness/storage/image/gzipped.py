"""A gzip file as the medium that was packed into it, at any offset.

The stream is read once to learn its size, with a copy of the inflater kept now and then: a later read begins at the
nearest one. So nothing is unpacked onto the judge's disk, where mission data would stay behind, and memory is bounded:
at most 256 copies of about 45 kB.
"""

import zlib
from bisect import bisect_right

from harness.storage.image.ranges import Range
from harness.storage.image.sources import FileSource

MAGIC = b"\x1f\x8b\x08"
CHUNK = 1 << 16
STEP = 1 << 20
FIRST_INTERVAL = 16 << 20
MOST_MARKS = 256


class _Inflater:
    """A place in the stream from which one can go on."""

    def __init__(self, file: FileSource) -> None:
        self._file, self._fed, self._engine, self._rest = file, 0, zlib.decompressobj(wbits=31), b""
        self.place = 0
        self.problem = ""
        self.ended = False

    def copy(self) -> "_Inflater":
        """The same place again."""
        twin = _Inflater(self._file)
        twin._fed, twin._engine, twin._rest = self._fed, self._engine.copy(), self._rest
        twin.place, twin.problem, twin.ended = self.place, self.problem, self.ended
        return twin

    @property
    def light(self) -> bool:
        """Whether a copy now holds no packed bytes of its own."""
        return not self._rest

    def step(self, most: int = STEP) -> bytes:
        """The next bytes, at most `most`; empty only at the end."""
        while not self.ended:
            if not self._rest and not self._feed():
                break
            try:
                piece = self._engine.decompress(self._rest, most)
            except zlib.error as error:
                self._stop(f"the gzip stream is damaged behind {self.place} bytes: {error}")
                break
            self._rest = self._engine.unconsumed_tail
            if self._engine.eof:
                self._next_member(self._engine.unused_data)
            if piece:
                self.place += len(piece)
                return piece
        return b""

    def _feed(self) -> bool:
        self._rest = self._file.read(self._fed, CHUNK)
        self._fed += len(self._rest)
        if not self._rest:
            self._stop(f"the gzip file is cut off behind {self.place} bytes of the medium")
        return bool(self._rest)

    def _next_member(self, behind: bytes) -> None:
        head = (behind + self._file.read(self._fed, CHUNK))[:CHUNK]
        if not head.strip(b"\0"):
            self._stop("")
        elif head[:3] == MAGIC:
            self._engine, self._rest = zlib.decompressobj(wbits=31), behind
        else:
            self._stop("something else follows the gzip stream; it was not examined")

    def _stop(self, problem: str) -> None:
        self.ended, self.problem = True, problem


class GzipSource:
    """The unpacked bytes of a gzip file; a damaged stream is read as far as it goes, and its problem is told."""

    def __init__(self, file: FileSource) -> None:
        self._file = file
        self._marks = [_Inflater(file)]
        self._interval = FIRST_INTERVAL
        last = self._index(_Inflater(file))
        self.size = last.place
        self.problems = (last.problem,) if last.problem else ()
        self._cursor = self._marks[0].copy()
        self._ahead = b""

    @property
    def unreadable(self) -> tuple[Range, ...]:
        """Nothing: what cannot be read of the packed file damages the stream, which is a problem of it."""
        return ()

    def read(self, offset: int, size: int) -> bytes:
        """Up to `size` bytes from `offset`."""
        start, end = offset, min(offset + size, self.size)
        if start < 0 or end <= start:
            return b""
        if not self._cursor.place - len(self._ahead) <= start <= self._cursor.place + self._interval:
            mark = self._marks[bisect_right(self._marks, start, key=lambda mark: mark.place) - 1]
            self._cursor, self._ahead = mark.copy(), b""
        return self._take(start, end)

    def _take(self, start: int, end: int) -> bytes:
        pieces: list[bytes] = []
        piece, place = self._ahead, self._cursor.place - len(self._ahead)
        while place < end:
            if place + len(piece) > start:
                pieces.append(piece[max(start - place, 0) : end - place])
            place += len(piece)
            if place >= end:
                break
            piece = self._cursor.step()
            if not piece:
                break
        self._ahead = piece
        return b"".join(pieces)

    def _index(self, reader: _Inflater) -> _Inflater:
        while reader.step():
            if reader.light and not reader.ended and reader.place - self._marks[-1].place >= self._interval:
                self._marks.append(reader.copy())
            if len(self._marks) > MOST_MARKS:
                self._marks, self._interval = self._marks[::2], self._interval * 2
        return reader
