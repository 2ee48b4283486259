"""Search of one piece of bytes for many patterns at once: hyperscan, or plain Python where it has no wheel.

Both give the same matches: every place at which a pattern begins, in order.
"""

import platform
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Protocol

# A longer pattern is looked for by its first bytes; whoever asked compares the rest.
LONGEST_ANCHOR = 128


class Matcher(Protocol):
    """Finds patterns.

    Attributes:
        engine: what searches, with its version.
    """

    @property
    def engine(self) -> str:
        """What searches, with its version."""

    def find(self, data: memoryview, most: int) -> tuple[list[tuple[int, int]], int]:
        """All (offset, number of pattern) in order, and -1; or those so far and the pattern with more than `most`."""


class PythonMatcher:
    """``bytes.find``, a pass for each pattern."""

    def __init__(self, needles: Sequence[bytes]) -> None:
        self._needles = needles

    @property
    def engine(self) -> str:
        """Python and its version."""
        return f"bytes.find of Python {platform.python_version()}"

    def find(self, data: memoryview, most: int) -> tuple[list[tuple[int, int]], int]:
        """See ``Matcher``."""
        text = bytes(data)
        found: list[tuple[int, int]] = []
        for number, needle in enumerate(self._needles):
            places: list[int] = []
            at = text.find(needle)
            while at >= 0 and len(places) <= most:
                places.append(at)
                at = text.find(needle, at + 1)
            if len(places) > most:
                return sorted((place, number) for place in places[:most]), number
            found += [(place, number) for place in places]
        return sorted(found), -1


class HyperscanMatcher:
    """hyperscan in block mode: pieces overlap, and who asks keeps the matches that begin in its own piece.

    Unlike a stream, that lets a pattern be dropped between two pieces.
    """

    def __init__(self, needles: Sequence[bytes]) -> None:
        import hyperscan

        self._sizes = [len(needle) for needle in needles]
        self._database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
        # as expressions, in hex: the compiler for literals is slower with short ones among them
        expressions = ["".join(f"\\x{byte:02x}" for byte in needle).encode() for needle in needles]
        self._database.compile(
            expressions=expressions, ids=list(range(len(needles))), elements=len(needles), flags=hyperscan.HS_FLAG_DOTALL
        )
        self._terminated: type[Exception] = hyperscan.ScanTerminated

    @property
    def engine(self) -> str:
        """hyperscan and its version."""
        return f"hyperscan {version('hyperscan')}"

    def find(self, data: memoryview, most: int) -> tuple[list[tuple[int, int]], int]:
        """See ``Matcher``."""
        found: list[tuple[int, int]] = []
        counts = [0] * len(self._sizes)
        sizes, keep = self._sizes, found.append

        def on_match(number: int, start: int, end: int, flags: int, context: Any) -> bool:
            counts[number] += 1
            keep((end - sizes[number], number))
            return counts[number] > most

        try:
            self._database.scan(data, match_event_handler=on_match)
        except self._terminated:
            number = max(range(len(counts)), key=counts.__getitem__)
            return sorted(match for match in found if match[1] == number)[:most], number
        return sorted(found), -1


class NoMatcher:
    """Nothing is looked for."""

    engine = "none"

    def find(self, data: memoryview, most: int) -> tuple[list[tuple[int, int]], int]:
        """See ``Matcher``."""
        return [], -1


def has_hyperscan() -> bool:
    """Whether hyperscan is installed; it has no wheel for some platforms."""
    try:
        version("hyperscan")
    except PackageNotFoundError:
        return False
    return True


def make_matcher(needles: Sequence[bytes], *, hyperscan: bool | None = None) -> Matcher:
    """The fastest matcher that there is; `hyperscan` asks for it, or for plain Python."""
    if not needles:
        return NoMatcher()
    wanted = has_hyperscan() if hyperscan is None else hyperscan
    return HyperscanMatcher(needles) if wanted else PythonMatcher(needles)
