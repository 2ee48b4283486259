"""Versions of components, compared as far as that can be told without knowing the maker's scheme.

The rule: numbers between dots are compared as numbers, missing ones count as 0, a leading "v" is left out. After the
numbers, nothing is later than a pre-release of Semantic Versioning ("-rc.1"). Any other ending ("w" of OpenSSL, "r2"
of a maker) orders nothing: two versions whose numbers are equal and whose endings differ cannot be told apart.
"""

import re
from dataclasses import dataclass

SHAPE = re.compile(r"v?(\d{1,9}(?:\.\d{1,9}){0,9})(.*)", re.IGNORECASE | re.DOTALL)
PRE_RELEASE = re.compile(r"-(?:alpha|beta|rc|pre|dev|a|b)[0-9A-Za-z.-]*", re.IGNORECASE)
MAX_VERSION = 100


@dataclass(frozen=True)
class Version:
    """A version in two parts."""

    numbers: tuple[int, ...]
    ending: str

    @property
    def early(self) -> bool:
        """Whether it is a pre-release."""
        return PRE_RELEASE.fullmatch(self.ending) is not None


def read_version(text: str) -> Version | None:
    """The version, or None where it has no shape that can be compared."""
    found = SHAPE.fullmatch(text.strip()) if len(text) <= MAX_VERSION else None
    # an epoch, as Debian ("2:1.0") and Python ("2!1.0") write it, orders before all numbers and says nothing of them
    if found is None or found[2][:1] in (":", "!"):
        return None
    numbers = [int(number) for number in found[1].split(".")]
    while len(numbers) > 1 and numbers[-1] == 0:
        numbers.pop()
    # build metadata orders nothing and tells no two apart (semver.org, item 10)
    return Version(tuple(numbers), found[2].partition("+")[0])


def compare(left: str, right: str) -> int | None:
    """-1, 0 or 1 as `left` is older than, the same as or newer than `right`; None where it cannot be told."""
    if left.strip() == right.strip():
        return 0
    one, two = read_version(left), read_version(right)
    if one is None or two is None:
        return None
    if one.numbers != two.numbers:
        return -1 if one.numbers < two.numbers else 1
    if one.ending == two.ending:
        return 0
    if (one.early and not two.ending) or (two.early and not one.ending):
        return -1 if one.early else 1
    return None
