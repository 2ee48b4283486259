"""Search of one piece of bytes for many patterns at once: hyperscan, or plain Python where it has no wheel.

Both give the same matches: every place at which a pattern begins, in order.
"""

import platform
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import Protocol

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

    def find(self, data: memoryview) -> list[tuple[int, int]]:
        """All (offset, number of pattern), in order."""


class PythonMatcher:
    """``bytes.find``, a pass for each pattern."""

    def __init__(self, needles: Sequence[bytes]) -> None:
        self._needles = needles

    @property
    def engine(self) -> str:
        """Python and its version."""
        return f"bytes.find of Python {platform.python_version()}"

    def find(self, data: memoryview) -> list[tuple[int, int]]:
        """See ``Matcher``."""
        text = bytes(data)
        found: list[tuple[int, int]] = []
        for number, needle in enumerate(self._needles):
            at = text.find(needle)
            while at >= 0:
                found.append((at, number))
                at = text.find(needle, at + 1)
        return sorted(found)


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
        numbers, flags = list(range(len(needles))), hyperscan.HS_FLAG_DOTALL
        self._database.compile(expressions=expressions, ids=numbers, elements=len(needles), flags=flags)

    @property
    def engine(self) -> str:
        """hyperscan and its version."""
        return f"hyperscan {version('hyperscan')}"

    def find(self, data: memoryview) -> list[tuple[int, int]]:
        """See ``Matcher``."""
        found: list[tuple[int, int]] = []
        sizes, keep = self._sizes, found.append

        def on_match(number: int, start: int, end: int, flags: int, context: object) -> None:
            keep((end - sizes[number], number))

        self._database.scan(data, match_event_handler=on_match)  # type: ignore[type-var]
        return sorted(found)


class NoMatcher:
    """Nothing is looked for."""

    engine = "none"

    def find(self, data: memoryview) -> list[tuple[int, int]]:
        """See ``Matcher``."""
        return []


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
