"""Every exception of the harness, by the party at fault.

::

    HarnessError
    |-- UsageError       the user asked for something that cannot be: exit code 3, the run stops
    |   `-- FileError    ... in a file: names path, key and line
    |-- RigError         rig, instrument, clock or control failed: the verdict is INVALID
    |   |-- RigTimeout   ... and the deadline of a wait passed
    |   `-- NotOffered   ... and never could do it: NOT_TESTED for the case that asks, a mistake at bring-up
    |-- VehicleError     the article refused, crashed, left the volume or went silent: FAIL,
    |   `-- VehicleTimeout    when an independent observer saw it, else INVALID
    |-- EvidenceError    a record, a bag or a view cannot be made or is not what it says
    `-- MaterialError    bytes handed to an analysis (image, capture, bill) cannot be read

``NotShown`` stands beside the tree, for it blames nobody: NOT_TESTED.

An error says what was awaited, wanted and got, on which clock, and what to do about it.
"""

import difflib
from collections.abc import Iterable
from pathlib import Path


class HarnessError(Exception):
    """Root of all errors that the harness raises on purpose."""


class UsageError(HarnessError):
    """The user asked for something that cannot be done; the message says the remedy."""


class FileError(UsageError):
    """A file that the user supplied is wrong.

    The text is one line: ``path:line: key: what is wrong``. Line and key are left out when unknown.
    """

    def __init__(self, path: Path | str, problem: str, *, key: str = "", line: int | None = None) -> None:
        self.path, self.problem, self.key, self.line = Path(path), problem, key, line
        place = str(path) if line is None else f"{path}:{line}"
        super().__init__(": ".join(part for part in (place, key, problem) if part))


class RigError(HarnessError):
    """The rig, an instrument, its clock or a control failed: never the article's fault."""


class RigTimeout(RigError):
    """Something of the rig was awaited and did not come before its deadline."""


class NotOffered(RigError):
    """This target or rig has no such thing at all; a case that needs it is NOT_TESTED, with this reason."""


class VehicleError(HarnessError):
    """The article refused, crashed, left its volume or went silent."""


class VehicleTimeout(VehicleError):
    """The article did not do what was awaited before the deadline."""


class EvidenceError(HarnessError):
    """A record, bag or view is not what it claims to be, or cannot be written."""


class MaterialError(HarnessError):
    """An image, capture, bill or firmware file is truncated, hostile or of an unknown kind."""


class NotShown(Exception):
    """What a test set out to show cannot be shown in this way, as at this depth: NOT_TESTED, with this reason."""


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """``, did you mean 'late-failsafe'?`` for a mistyped name, or "" when none of the known ones is near."""
    by_letters = {word.casefold(): word for word in known}
    near = difflib.get_close_matches(name.casefold(), by_letters, n=1)
    return f", did you mean {by_letters[near[0]]!r}?" if near else ""
