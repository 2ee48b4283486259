"""A program of an autopilot inside a container image: each start is a fresh container on an internal network.

Its folder is a volume of the engine, filled before the start and read after the end, so that nothing of this machine is
shown to what runs inside. It reaches us at this machine's address on that network.
"""

import hashlib
import shutil
import socket
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from harness.errors import RigError, UsageError, VehicleError
from harness.targets.container.engine import Box, Engine, ends_of
from harness.targets.container.settings import BoxSettings, VolumeSettings
from harness.targets.programs.program import RELEASED, Leave, assert_program

FOLDER = "/dronecert"
REMEDY = "correct target.settings.image or command, or name a program with --binary"
MOST_PROGRAM = 1 << 30  # bytes
MOST_LEFT = 4 << 30  # bytes that a flight may leave in its folder
LOOK_EVERY = 0.5  # s of the wall clock; a look at a container takes milliseconds, and the clock ticks 50 times a second
ORDERLY = 3.0  # s of the wall clock that it has to end by itself
_VOLUME = VolumeSettings(name="flight", path=FOLDER)


class ContainedProgram:
    """An executable inside an image. Implements :class:`harness.targets.programs.cockpit.Source`.

    Attributes:
        name: image and path in it.
        host: this machine's address on the internal network.
    """

    def __init__(self, image: str, command: Sequence[str], where: str, option: str) -> None:
        """Look into the image, and make the network.

        Args:
            image: name or id.
            command: the program's path inside, and what goes before the arguments of each start.
            where: socket of the engine, empty for the default.
            option: that the program must have.

        Raises:
            UsageError: no engine answers there, it has no such image, or that has no such program.
        """
        self.name = f"{image}:{command[0]}"
        self._settings = BoxSettings(image=image, command=tuple(command), volumes=(_VOLUME,))
        self._network: Any = None
        with _users():
            self._engine: Engine | None = Engine(where)
        try:
            with _users():
                data = self._look_inside(self._engine)
            assert_program(data, self.name, REMEDY, option)
        except BaseException:
            self.close()
            raise
        self._sha256 = hashlib.sha256(data).hexdigest()

    def describe(self) -> Mapping[str, Any]:
        """Hash of the program, image, engine, limits, and what a dead run had left."""
        return {
            "firmware_sha256": self._sha256,
            "firmware_obtained": RELEASED,
            "image": self._settings.image,
            "command": list(self._settings.command),
            **self._origin,
            "limits": self._settings.limits,
            **({"removed_of_dead_runs": self._swept} if self._swept else {}),
        }

    def start(self, arguments: Sequence[str], files: Mapping[str, bytes]) -> "ContainedRun":
        """Start it in a fresh container, with `files` in its folder.

        Raises:
            UsageError: the engine cannot start it.
        """
        assert self._engine is not None
        settings = self._settings.model_copy(update={"command": (*self._settings.command, *arguments)})
        with ExitStack() as made, _users(REMEDY):
            volume = self._engine.make_volume(_VOLUME.name)
            made.callback(volume.remove, force=True)
            box = self._engine.make_box(settings, self._network, {_VOLUME.name: volume}, folder=FOLDER)
            made.callback(box.remove)
            box.fill_folder(FOLDER, files)
            box.start()
            return ContainedRun(self.name, box, files, made.pop_all().close)

    def close(self) -> None:
        """Remove the network and hang up; harmless when done."""
        engine, self._engine = self._engine, None
        if engine is None:
            return
        try:
            if self._network is not None:
                with engine.asked("remove the network"):
                    self._network.remove()
        finally:
            engine.close()

    def _look_inside(self, engine: Engine) -> bytes:
        """Make the network, and read the program."""
        self._swept = engine.sweep()
        self._origin = engine.describe(engine.find_image(self._settings.image))
        self._network = engine.make_network()
        self._network.reload()
        self.host, _ = ends_of(self._network)
        _assert_here(self.host, engine.where)
        bare = self._settings.model_copy(update={"volumes": ()})
        box = engine.make_box(bare, self._network, {}, folder=FOLDER)
        try:
            return box.read_file(self._settings.command[0], MOST_PROGRAM)
        finally:
            box.remove()


def _assert_here(host: str, where: str) -> None:
    with socket.socket() as own:
        try:
            own.bind((host, 0))
        except OSError as error:
            raise UsageError(
                f"the engine at {where} is not on this machine: a program in it reaches {host}, which is elsewhere "
                f"({error.strerror}): give an engine of this machine as target.settings.engine"
            ) from error


@contextmanager
def _users(remedy: str = "") -> Iterator[None]:
    """An engine that is not there, or an image without that program, is the user's to mend, as a binary would be."""
    try:
        yield
    except RigError as error:
        raise UsageError(f"{error}: {remedy}" if remedy else str(error)) from error


class ContainedRun:
    """A program that runs in a container. Implements :class:`harness.targets.programs.cockpit.Process`."""

    def __init__(self, name: str, box: Box, given: Mapping[str, bytes], discard: Callable[[], None]) -> None:
        """`box` runs; `given`: what was put into its folder; `discard` removes it and its folder."""
        self._name, self._box, self._given, self._discard = name, box, frozenset(given), discard
        self._leave: Leave | None = None
        self._looked, self._there = time.monotonic(), True

    def assert_running(self, doing: str) -> None:
        """Check that it still runs, as seen at most `LOOK_EVERY` s ago.

        Raises:
            VehicleError: it has ended.
        """
        now = time.monotonic()
        if now - self._looked < LOOK_EVERY:
            return
        self._looked = now
        told = self._box.tell_end()
        if told:
            raise VehicleError(f"{self._name} ended while {doing}: {told}")

    def settle(self, seconds: float) -> None:
        """Give it that long (wall clock) to end by itself; harmless when it has ended, or goes on."""
        self._box.await_end(seconds)
        self._looked = 0.0

    def read_last_words(self) -> str:
        """The last line that it printed."""
        return self._box.read_words() or "nothing"

    def leave_to(self, leave: Leave) -> None:
        """Call `leave` with a copy of the folder, and with the names in it that are the rig's, when it has ended."""
        self._leave = leave

    def stop(self) -> None:
        """End it in the orderly way, and remove its container and folder; harmless when stopped."""
        if self._there:
            self._box.stop(ORDERLY)
            self._give_up()

    def kill(self) -> None:
        """Kill it, and remove its container and folder; harmless when done."""
        if self._there:
            self._box.kill()
            self._give_up()

    def _give_up(self) -> None:
        self._there = False
        try:
            if self._leave is not None:
                self._take(self._leave)
        finally:
            self._discard()

    def _take(self, leave: Leave) -> None:
        place = Path(tempfile.mkdtemp(prefix="dronecert-"))
        try:
            self._box.read_folder(FOLDER, place, MOST_LEFT)
            leave(place, self._given)
        finally:
            shutil.rmtree(place, ignore_errors=True)
