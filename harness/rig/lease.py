"""Leases on what a bench is made of: two runs never share a port or an instrument, and a dead run holds none for long.

A lease is a file that its owner touches. Who finds it untouched for longer than it says may take it over. On a folder
that several machines share, their clocks must agree within the expiry.
"""

import hashlib
import json
import os
import socket
import tempfile
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

from harness.errors import RigError, UsageError
from harness.timing import Beating

EXPIRES = 30.0  # s without a touch
BEATS = 4  # touches in that time
# settings of targets and makes that name a thing which one run at a time can use
THINGS = ("device", "address", "resource", "radio", "observer", "intruder", "local", "mux", "interface", "board")


class Lease:
    """Holds all of some things, or none of them.

    Attributes:
        lost: what somebody else has taken over meanwhile, since this process stood still for too long.
    """

    def __init__(self, things: Iterable[str], rig: str, folder: Path, expires: float = EXPIRES) -> None:
        """Take them.

        Raises:
            RigError: another run holds one of them.
            UsageError: no lease can be written in that folder.
        """
        self._owner = {"rig": rig, "process": os.getpid(), "machine": socket.gethostname()}
        self._expires = expires
        self._token = os.urandom(8).hex()
        self._held: list[Path] = []
        self.lost: list[Path] = []
        try:
            folder.mkdir(parents=True, exist_ok=True)
            for thing in sorted(set(things)):
                self._take(folder / f"{hashlib.sha256(thing.encode()).hexdigest()[:24]}.json", thing)
        except OSError as error:
            self.release()
            raise UsageError(f"{folder}: no lease can be written there: {error.strerror}") from error
        except RigError:
            self.release()
            raise
        self._beating = Beating(expires / BEATS, self._touch)

    def assert_held(self) -> None:
        """See that nobody has taken it over.

        Raises:
            RigError: somebody has.
        """
        self._touch()
        if self.lost:
            raise RigError(
                f"this run stood still for over {self._expires:g} s, and another one has taken its bench: start anew"
            )

    def release(self) -> None:
        """Give back what is still ours; harmless when released."""
        beating = getattr(self, "_beating", None)
        if beating is not None:
            beating.stop()
        for path in self._held:
            if self._is_ours(path):
                path.unlink(missing_ok=True)
        self._held.clear()

    def _take(self, path: Path, thing: str) -> None:
        text = json.dumps({"thing": thing, "token": self._token, "expires": self._expires, **self._owner})
        for _ in range(3):
            try:
                file = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o644)
            except FileExistsError:
                self._remove_expired(path, thing)
                continue
            with os.fdopen(file, "w", encoding="utf-8") as stream:
                stream.write(text)
            self._held.append(path)
            return
        raise RigError(f"{thing} is in use: several runs want it at once; try again")

    def _remove_expired(self, path: Path, thing: str) -> None:
        try:
            age = time.time() - path.stat().st_mtime
            told = _read(path)
        except FileNotFoundError:
            return
        if age <= float(told.get("expires", EXPIRES)):
            rig, process, machine = (told.get(key, "?") for key in ("rig", "process", "machine"))
            owner = f"a run on {rig} (process {process} on {machine})"
            raise RigError(f"{thing} is in use by {owner}: wait for its end, or end it")
        # by renaming, one of several that want to steal it succeeds
        stale = path.with_suffix(f".{self._token}")
        with suppress(FileNotFoundError):
            path.rename(stale)
            stale.unlink()

    def _touch(self) -> None:
        for path in list(self._held):
            if self._is_ours(path):
                with suppress(OSError):
                    os.utime(path)
            else:
                self._held.remove(path)
                self.lost.append(path)

    def _is_ours(self, path: Path) -> bool:
        try:
            return _read(path).get("token") == self._token
        except OSError:
            return False


def things_of(settings: Iterable[dict[str, Any]], folder: Path) -> set[str]:
    """The things that some settings name; what is a path by its real place."""
    found: set[str] = set()
    for values in settings:
        for key in THINGS:
            if isinstance(values.get(key), str):
                found.add(_place(values[key], folder))
    return found


def default_folder() -> Path:
    """Where the leases of this machine are, unless the rig file names a folder."""
    return Path(tempfile.gettempdir()) / "dronecert-leases"


def _place(text: str, folder: Path) -> str:
    device = text.removeprefix("serial:").partition("@")[0]
    path = folder / device
    return os.path.realpath(path) if path.exists() else text


def _read(path: Path) -> dict[str, Any]:
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        # just being written, or damaged: its age decides
        return {}
    return told if isinstance(told, dict) else {}
