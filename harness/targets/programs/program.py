"""The program of an autopilot: found, hashed, started in a folder of its own, and ended with all that it started."""

import ctypes
import hashlib
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable, Container, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from harness.errors import UsageError, VehicleError

_ORDERLY = 3.0  # s of the wall clock that a program has to end by itself
_SHOWN = 400  # characters of its last words that an error quotes
_SET_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG of prctl(2)
_ENV = "/usr/bin/env"
ELF = b"\x7fELF"
LOOPBACK = "127.0.0.1"
# how the hash of a file of its maker was obtained
RELEASED = "released file"
OUTPUT = "output.txt"
# what is done with a folder, and the names in it that were given to the program
Leave = Callable[[Path, Container[str]], None]


class Program:
    """An executable file of the user. Implements :class:`harness.targets.programs.cockpit.Source`.

    Attributes:
        path: of the file.
        name: the same, for an error.
        sha256: of its contents, in hex.
        host: this machine's address, as it reaches it.
    """

    def __init__(self, name: str, remedy: str, option: str = "") -> None:
        """Find the file: a name with a slash is a path, any other is looked for on the search path, as a shell does.

        Raises:
            UsageError: it is not there, no program, has no such `option`, or may not be run; the message ends with
                `remedy`.
        """
        self.path = _find(name, remedy)
        data = _read(self.path, remedy)
        self.name, self.host = str(self.path), LOOPBACK
        self.sha256 = hashlib.sha256(data).hexdigest()
        assert_program(data, self.name, remedy, option)
        if not os.access(self.path, os.X_OK):
            raise UsageError(f"{self.path} may not be run: chmod +x it")

    def describe(self) -> Mapping[str, Any]:
        """Its hash, for the record."""
        return {"firmware_sha256": self.sha256, "firmware_obtained": RELEASED}

    def start(self, arguments: Sequence[str], files: Mapping[str, bytes]) -> "Running":
        """Start it in a fresh folder with `files` in it.

        Raises:
            UsageError: the system cannot run it.
        """
        return Running(self, arguments, files)

    def close(self) -> None:
        """Nothing is held."""


def assert_program(data: bytes, name: str, remedy: str, option: str) -> None:
    """Check what a file `name` holds. A compiled program has the names of its options in it, a script need not.

    Raises:
        UsageError: it is no program, or none with that `option`; empty for any.
    """
    if not data.startswith((ELF, b"#!")):
        raise UsageError(f"{name} is no program of this system, it begins with {data[:12]!r}: {remedy}")
    if data.startswith(ELF) and option.encode() not in data:
        raise UsageError(f"{name} has no option {option}, with which its ports are connected here: {remedy}")


def _find(name: str, remedy: str) -> Path:
    if not name:
        raise UsageError(f"no autopilot is named: {remedy}")
    if "/" in name:
        path = Path(name).expanduser()
        if not path.is_file():
            raise UsageError(f"{path}: there is no such file: {remedy}")
        return path.resolve()
    found = shutil.which(name)
    if found is None:
        raise UsageError(f"no program {name!r} on the search path: {remedy}")
    return Path(found).resolve()


def _read(path: Path, remedy: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path} cannot be read ({error.strerror}): {remedy}") from error


class Running:
    """A program that runs, in a process group and a folder of its own; both go when it is stopped.

    Attributes:
        folder: where it runs.
    """

    def __init__(
        self,
        program: Program,
        arguments: Sequence[str],
        files: Mapping[str, bytes] | None = None,
        variables: Mapping[str, str] | None = None,
    ) -> None:
        """Start it; what it prints goes into a file of its folder.

        Args:
            program: what to run.
            arguments: its command line.
            files: what it finds in its folder, by name.
            variables: of its environment, beside those of this process.

        Raises:
            UsageError: the system cannot run it.
        """
        self._program = program
        self._leave: Leave = lambda folder, given: None
        self._release: Callable[[], None] = lambda: None
        self._given = frozenset((*(files or {}), OUTPUT))
        self.folder = Path(tempfile.mkdtemp(prefix="dronecert-"))
        for name, data in (files or {}).items():
            (self.folder / name).write_bytes(data)
        self._output = self.folder / OUTPUT
        die_with_parent = _death_signal()
        try:
            with self._output.open("wb") as output:
                self._process = subprocess.Popen(
                    [*_with(variables or {}), str(program.path), *arguments],
                    cwd=self.folder,
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    # a group to end, but not a session: Linux shares processors out by session, and a lockstep is as
                    # fast as its slower half
                    process_group=0,
                    preexec_fn=die_with_parent,
                )
        except OSError as error:
            self._clear()
            raise UsageError(f"{program.path} cannot be run: {error.strerror}") from error

    def assert_running(self, doing: str) -> None:
        """Check that it still runs.

        Raises:
            VehicleError: it has ended.
        """
        code = self._process.poll()
        if code is not None:
            how = f"by signal {-code}" if code < 0 else f"with exit code {code}"
            raise VehicleError(
                f"{self._program.path.name} ended {how} while {doing}; it said last: {self.read_last_words()}"
            )

    def settle(self, seconds: float) -> None:
        """Give it that long (wall clock) to end by itself; harmless when it has ended, or goes on."""
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(seconds)

    def read_code(self) -> int | None:
        """Its exit code, the number of the signal below 0; None while it runs."""
        return self._process.poll()

    def read_last_words(self) -> str:
        """The end of what it printed, on one line."""
        try:
            text = self._output.read_bytes()[-4 * _SHOWN :].decode(errors="replace")
        except OSError:
            return "nothing"
        return " / ".join(text.split("\n"))[-_SHOWN:].strip(" /") or "nothing"

    def leave_to(self, leave: Leave) -> None:
        """Call `leave` with the folder, and with the names in it that are the rig's, when the program has ended."""
        self._leave = leave

    def release_at_end(self, release: Callable[[], None]) -> None:
        """Call `release` when it has ended, of what is held for it; more than once."""
        self._release = release

    def stop(self) -> None:
        """End it and all that it started, and clear its folder away; harmless when stopped."""
        self._signal(signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(_ORDERLY)
        self._signal(signal.SIGKILL)
        self._process.wait()
        self._give_up()

    def kill(self) -> None:
        """Take it away at once, as a lost supply does, and clear its folder away."""
        self._signal(signal.SIGKILL)
        self._process.wait()
        self._give_up()

    def _give_up(self) -> None:
        if self.folder.is_dir():
            self._leave(self.folder, self._given)
        self._release()
        self._clear()

    def _signal(self, number: int) -> None:
        # the group outlives its leader while a child of it runs
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, number)

    def _clear(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)


def _with(variables: Mapping[str, str]) -> list[str]:
    """What a command begins with that adds to the environment: env(1), which becomes the program."""
    return [_ENV, *(f"{name}={value}" for name, value in variables.items())] if variables else []


def _death_signal() -> Callable[[], None]:
    """What a child does before it becomes the program: ask to be killed when this process dies, however that is."""
    library = ctypes.CDLL(None)

    def ask() -> None:
        library.prctl(_SET_DEATH_SIGNAL, signal.SIGKILL)

    return ask
