"""Whether an identifier is well formed, which the schemas of the bills do not ask."""

import re

from packageurl import PackageURL

# NIST IR 7695 section 6: a formatted string of eleven parts, or the older URI; the schema would take any text.
CPE = re.compile(r"cpe:2\.3:[aho*-](?::(?:[^\s:\\]|\\[!-~])++){10}|cpe:/[aho](?::[^\s:]*+){1,6}")
# What makers write where they have nothing to say.
PLACEHOLDERS = frozenset(
    {"", "-", "?", "n/a", "na", "none", "noassertion", "null", "tbd", "todo", "unknown", "unspecified"}
)
LONGEST_SHOWN = 160


def said(text: str) -> str:
    """A text without its margins; what only says that it is unknown counts as not given."""
    text = text.strip()
    return "" if text.lower() in PLACEHOLDERS else text


def is_purl(text: str) -> bool:
    """Whether a package URL is well formed."""
    try:
        PackageURL.from_string(text)
    except ValueError:
        return False
    return True


def is_cpe(text: str) -> bool:
    """Whether a CPE name is well formed, in either form."""
    return CPE.fullmatch(text) is not None


def short(value: object) -> str:
    """A value from a stranger's file, fit for a message."""
    text = ascii(value) if not isinstance(value, str) else ascii(value)[1:-1]
    return text if len(text) <= LONGEST_SHOWN else text[:LONGEST_SHOWN] + "..."
