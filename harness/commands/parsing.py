"""Arguments of the command line: what is mistyped, empty or out of range is told in one line, with the nearest word."""

import argparse
import re
from collections.abc import Sequence
from typing import NoReturn, TypeVar

from harness.errors import did_you_mean

N = TypeVar("N")
# the greatest whole number that every reader of JSON keeps exactly
GREATEST = 2**53 - 1
CHOICE = re.compile(r"argument (\S+): invalid choice: '(.*)' \(choose from (.*)\)", re.DOTALL)


class Parser(argparse.ArgumentParser):
    """An argument parser whose complaints are one line each, and that guesses no option from its beginning."""

    def __init__(self, *, prog: str, description: str = "", epilog: str = "") -> None:
        """As argparse, with what the line is for and an example, laid out as written."""
        super().__init__(
            prog=prog,
            description=description,
            epilog=epilog,
            allow_abbrev=False,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )

    def parse_known_args(  # type: ignore[override]
        self, args: Sequence[str] | None = None, namespace: argparse.Namespace | None = None
    ) -> tuple[argparse.Namespace, list[str]]:
        """Parse, and refuse here what is left over: only this parser knows which words were near."""
        given = list(args or ())
        _refuse_empty(self, given)
        parsed, rest = super().parse_known_args(given, namespace)
        if rest:
            near = did_you_mean(rest[0].partition("=")[0], sorted(self._option_string_actions))
            self.error(f"does not know {rest[0]!r}{near}")
        return parsed, []

    def error(self, message: str) -> NoReturn:
        """End with one line on standard error."""
        choice = CHOICE.fullmatch(message)
        if choice:
            what, given, listed = choice.groups()
            known = re.findall(r"'([^']*)'", listed)
            message = f"{what} {given!r} is none{did_you_mean(given, known)}; there are {', '.join(known)}"
        elif message.endswith("expected one argument"):
            option = message.removeprefix("argument ").partition(":")[0]
            message += f"; one that begins with - is joined: {option}=VALUE"
        self.exit(2, f"{self.prog}: {message} (see: {self.prog} --help)\n")


def whole_number(text: str) -> int:
    """A whole number from 0 on.

    Raises:
        argparse.ArgumentTypeError: it is none, or greater than JSON carries.
    """
    if not re.fullmatch(r"[0-9]{1,16}", text) or int(text) > GREATEST:
        raise argparse.ArgumentTypeError(f"{text[:40]!r}: wanted a whole number from 0 to {GREATEST}")
    return int(text)


def _refuse_empty(parser: Parser, given: Sequence[str]) -> None:
    """An empty value is a variable of a script that was not set; to take the default for it would hide that."""
    for before, word in zip(["", *given], given, strict=False):
        if not word or re.fullmatch(r"--[a-z-]+=", word):
            name = word.rstrip("=") or before
            parser.error(f"{name if name.startswith('--') else 'an argument'} is empty: is a variable not set?")
