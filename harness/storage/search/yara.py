"""A lab's own YARA rules, run by yara-x, which loads with the first rule file."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from harness.errors import FileError, MaterialError
from harness.storage.image.found import Found, Windowed

if TYPE_CHECKING:
    import yara_x

KIND = "yara"
# Of a rule file, of the matches of one pattern in a piece, of the work on a piece.
MOST_BYTES, MOST_MATCHES, MOST_SECONDS = 4 << 20, 1000, 60
OVERLAP = 1 << 16
LINE = re.compile(r"--> (?:\S*?:)?(\d+):\d+")


class YaraRules:
    """Compiled rules. They see a piece of the image at a time, so ``filesize`` and ``at`` speak of the piece.

    A match longer than 64 KiB may be lost at the border of two pieces.
    """

    def __init__(self, rules: "yara_x.Rules") -> None:
        import yara_x

        self._scanner, self._timeout = yara_x.Scanner(rules), yara_x.TimeoutError
        self._scanner.max_matches_per_pattern(MOST_MATCHES)
        self._scanner.set_timeout(MOST_SECONDS)

    @property
    def detector(self) -> Windowed:
        """The rules in the form of every other detector."""
        return Windowed(kind=KIND, window=self.window, back=0, ahead=OVERLAP)

    def window(self, data: bytes, start: int) -> Iterator[Found]:
        """Every match in `data`, which begins at offset `start` of the image.

        Raises:
            MaterialError: the rules took longer than a minute.
        """
        try:
            results = self._scanner.scan(data)
        except self._timeout as error:
            raise MaterialError(f"YARA rules took over {MOST_SECONDS} s at {start:#x}: simplify them") from error
        for rule in results.matching_rules:
            places = [(name.identifier, match) for name in rule.patterns for match in name.matches]
            for name, match in places:
                detail = f"rule {rule.identifier}, {name}"
                yield Found(kind=KIND, offset=start + match.offset, size=max(match.length, 1), detail=detail)
            if not places:
                detail = f"rule {rule.identifier}, by its condition alone"
                yield Found(kind=KIND, offset=start, size=max(len(data), 1), detail=detail)


def load_rules(path: Path) -> YaraRules:
    """Compile the rules in a file; a file may not include another.

    Raises:
        FileError: the file cannot be read, or is no rule file; with the line.
    """
    import yara_x

    try:
        with path.open("rb") as file:
            text = file.read(MOST_BYTES + 1).decode()
    except (OSError, UnicodeDecodeError) as error:
        raise FileError(path, f"cannot be read as YARA rules: {error}") from error
    if len(text) > MOST_BYTES:
        raise FileError(path, f"holds more than {MOST_BYTES} bytes of YARA rules")
    compiler = yara_x.Compiler()
    compiler.enable_includes(False)
    try:
        compiler.add_source(text)
    except yara_x.CompileError as error:
        said = str(error)
        line = LINE.search(said)
        problem = f"no YARA rules: {said.splitlines()[0]}"
        raise FileError(path, problem, line=int(line[1]) if line else None) from error
    return YaraRules(compiler.build())
