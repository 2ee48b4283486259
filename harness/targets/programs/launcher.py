"""A released ArduCopter that another's launcher downloads: dronekit-sitl's, or one with its command line and store.

``LAUNCHER RELEASE --help`` makes it download the release where it is not there, start it with that one option, and end.
It keeps it as ``~/.dronekit/sitl/RELEASE/apm``. From there the harness starts it itself, as any program. What is
downloaded has neither hash nor signature, and without a network the launcher unpacks what it downloaded last
(dronekit-sitl 3.3.0, ``download``): so the release is compared with what the program says of itself.
"""

import fcntl
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.errors import UsageError
from harness.targets.programs.program import Program, Running

STORE = Path("~/.dronekit/sitl")
NAME = "apm"
INSTALL = "install it (pipx install dronekit-sitl), or correct target.settings.launcher"
DOWNLOAD_WITHIN = 300.0  # s of the wall clock, for a download of some MB
ANSWER_WITHIN = 20.0  # s


@dataclass(frozen=True, kw_only=True)
class Launched:
    """A program that a launcher brought. Implements :class:`harness.targets.programs.cockpit.Source`.

    Attributes:
        program: it.
        record: who brought it, and what was asked for.
    """

    program: Program
    record: Mapping[str, Any]

    @property
    def name(self) -> str:
        """Of the program."""
        return self.program.name

    @property
    def host(self) -> str:
        """This machine's address."""
        return self.program.host

    def describe(self) -> Mapping[str, Any]:
        """Hash and origin."""
        return {**self.program.describe(), **self.record}

    def start(self, arguments: Sequence[str], files: Mapping[str, bytes]) -> Running:
        """Start it, past the launcher."""
        return self.program.start(arguments, files)

    def close(self) -> None:
        """Nothing is held."""


def obtain(name: str, release: str, option: str) -> Launched:
    """Let the launcher `name` bring `release`, which must have that `option`.

    Raises:
        UsageError: there is no such launcher; it brings no program, or does not end.
    """
    launcher = Program(name, INSTALL)
    place = STORE.expanduser() / release / NAME
    with _alone(launcher):
        there = place.is_file()
        words = _run(launcher, [release, "--help"], DOWNLOAD_WITHIN)
        version = _read_version(launcher)
    if not place.is_file():
        raise UsageError(
            f"{launcher.name} brought no {place}; it said last: {words}: see that {release} is one that it offers "
            "(--list) and that its host is reached, or name a program with --binary"
        )
    remedy = f"{launcher.name} brought it as {release}: remove {place.parent}, or name a program with --binary"
    origin = "was there before" if there else "downloaded now"
    return Launched(
        program=Program(str(place), remedy, option),
        record={
            "launcher": f"{launcher.path.name} {version}".strip(),
            "launcher_sha256": launcher.sha256,
            "release": release,
            "release_obtained": origin,
        },
    )


@contextmanager
def _alone(launcher: Program) -> Iterator[None]:
    """One process of this machine at a time: a launcher unpacks into one place whatever it downloads."""
    with launcher.path.open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _run(launcher: Program, arguments: list[str], within: float) -> str:
    """The last line that it says.

    Raises:
        UsageError: it fails, or does not end in time.
    """
    running = Running(launcher, arguments)
    try:
        running.settle(within)
        code, words = running.read_code(), running.read_last_words().rpartition(" / ")[2].strip()
    finally:
        running.kill()
    asked = " ".join([launcher.name, *arguments])
    if code is None:
        raise UsageError(f"{asked} did not end within {within:g} s (wall clock); it said last: {words}: run it by hand")
    if code != 0:
        raise UsageError(
            f"{asked} ended with exit code {code}; it said last: {words}: see that its host is reached and offers "
            "that release, or name a program with --binary"
        )
    return words


def _read_version(launcher: Program) -> str:
    """What it says of its own version; empty where it says none."""
    try:
        words = _run(launcher, ["--version"], ANSWER_WITHIN)
    except UsageError:
        return ""
    found = re.fullmatch(r"\d{1,4}(\.\d{1,4}){1,3}", words)
    return found[0] if found else ""
