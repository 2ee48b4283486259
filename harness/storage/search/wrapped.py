"""Texts in base64 or hex that are broken into lines: a break falls inside of a long text more often than not.

Wherever lines of 32 characters or more end, one of the first two pieces of 16 stands whole. Both are looked for, and
what is around one without line ends must hold the whole text. Of a text of fewer than 32 the pieces are its halves.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from harness.storage.image.patterns import Pattern
from harness.storage.image.window import Window
from harness.storage.search.tally import Tally

BREAKS = b"\r\n\t \\"
BROKEN = ("hex", "HEX", "base64", "base64url")
# a shorter piece would be looked at too often
PIECE, LEAST_PIECE = 16, 5
# two bytes end a line; a quotation puts as many before the next
ROOM = 3


@dataclass(frozen=True, kw_only=True)
class WrappedQuest:
    """A piece of a text; a hit where the whole is around it, with line ends in it.

    Attributes:
        needle: the piece.
        before: how many characters of the text stand before it.
        whole: the text in its encoding.
        tally: of the hits.
    """

    needle: bytes
    before: int
    whole: bytes
    tally: Tally

    @property
    def done(self) -> bool:
        """Whether so many were counted that more would prove no more."""
        return self.tally.full

    def take(self, window: Window, offset: int) -> None:
        """Count it if the rest of the text is there, in lines, and no piece before it tells the same."""
        first, around = window.around(offset, ROOM * self.before, ROOM * len(self.whole))
        start = self._start(around, offset - first)
        if start >= 0:
            self.tally.add(window, first + start)

    def _start(self, around: bytes, at: int) -> int:
        """Where the whole begins in `around`, whose piece lies at `at`; -1 where it is not broken or not there."""
        start = at
        for _ in range(self.before):
            start -= 1
            while start >= 0 and around[start] in BREAKS:
                start -= 1
        if start < 0 or around.startswith(self.whole, start):
            return -1
        if self.before and around.startswith(self.whole[: self.before], start):
            # the first piece stands whole too, and tells
            return -1
        return start if around[start:].translate(None, BREAKS).startswith(self.whole) else -1


def wrapped_quests(pattern: Pattern, tally: Callable[[Pattern], Tally]) -> Iterator[WrappedQuest]:
    """The two quests for one form of a text, none where its encoding is not one that is broken into lines."""
    size = min(PIECE, len(pattern.needle) // 2)
    if pattern.encoding.split()[0] not in BROKEN or size < LEAST_PIECE:
        return
    counted = tally(replace(pattern, encoding=f"{pattern.encoding} in lines"))
    for before in (0, size):
        piece = pattern.needle[before : before + size]
        yield WrappedQuest(needle=piece, before=before, whole=pattern.needle, tally=counted)
