"""An image in pieces, each read once and hashed while others are searched, with some of its neighbours around it."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256

from harness.storage.image.image import Image
from harness.storage.image.ranges import Range

MOST_WAITING = 2
Progress = Callable[[int, int], None]


@dataclass(frozen=True, kw_only=True)
class Steps:
    """How an image is cut up, in bytes: multiples of 4096.

    Attributes:
        piece: what is searched at a time.
        back, ahead: what a check may read before and behind it.
    """

    piece: int = 8 << 20
    back: int = 1 << 16
    ahead: int = 1 << 20


@dataclass(frozen=True, kw_only=True, eq=False)
class Window:
    """Bytes of an image from `start` on; what begins in `own` belongs to this window, and to no other."""

    data: bytes
    start: int
    own: Range

    @property
    def inner(self) -> Range:
        """`own` as a part of `data`."""
        return Range(self.own.offset - self.start, self.own.size)

    @property
    def size(self) -> int:
        """Where the bytes at hand end: for who reads the window like an image."""
        return self.start + len(self.data)

    def read(self, offset: int, size: int) -> bytes:
        """Up to `size` bytes from an offset of the image, as far as they are here."""
        return self.data[offset - self.start : offset - self.start + size] if offset >= self.start else b""

    def around(self, offset: int, before: int, behind: int) -> tuple[int, bytes]:
        """The bytes around an offset of the image, as far as they are here, and where they begin."""
        first = max(offset - before, self.start)
        return first, self.data[first - self.start : offset + behind - self.start]


def read_windows(image: Image, steps: Steps, hasher: "Hasher") -> Iterator[Window]:
    """All of `image`, every byte read and hashed once."""
    kept, start, read = b"", 0, 0
    for offset in range(0, image.size, steps.piece):
        own = Range(offset, min(steps.piece, image.size - offset))
        wanted = min(own.end + steps.ahead, image.size)
        fresh = image.read(read, wanted - read) if wanted > read else b""
        hasher.update(fresh)
        read = wanted
        first = max(offset - steps.back, 0)
        kept = b"".join((memoryview(kept)[first - start :], fresh))
        start = first
        yield Window(data=kept, start=start, own=own)


class Hasher:
    """SHA-256 in a thread of its own; it runs while the interpreter does other work."""

    def __init__(self, pool: ThreadPoolExecutor) -> None:
        self._pool, self._digest, self._waiting = pool, sha256(), list[Future[None]]()

    def update(self, piece: bytes) -> None:
        """Hash `piece` behind those before it; waits when two others are still to do."""
        self._waiting.append(self._pool.submit(self._digest.update, piece))
        if len(self._waiting) > MOST_WAITING:
            self._waiting.pop(0).result()

    def finish(self) -> str:
        """The digest of all pieces, in hex."""
        for future in self._waiting:
            future.result()
        return self._digest.hexdigest()


@contextmanager
def hashing() -> Iterator[Hasher]:
    """A hasher whose thread ends with the block."""
    with ThreadPoolExecutor(1, "sha256") as pool:
        yield Hasher(pool)
