"""The media of the unit on the bench: in it, or in the reader, moved by a switch or by hand; read and written there."""

import os
import stat
from pathlib import Path

from harness.errors import NotOffered, RigError
from harness.instruments.attendant import Attendant
from harness.instruments.context import Context
from harness.instruments.settings import MediumPlace, ReaderSettings
from harness.instruments.storage.sdmux import ARTICLE, HOST, SdMux
from harness.timing import Wait, wait_until

KEY_OUT, KEY_BACK = "storage.read", "storage.back"
_PIECE = 1 << 20


class Card:
    """All media that a rig file names; they move together."""

    def __init__(self, context: Context, settings: ReaderSettings, attendant: Attendant) -> None:
        """Give them to the article.

        Raises:
            RigError: the switch does not answer.
        """
        self._context, self._settings, self._attendant = context, settings, attendant
        self._mux = SdMux(context.world, settings.mux_command, settings.mux) if settings.mux else None
        self._out = False
        if self._mux:
            self._mux.switch(ARTICLE)

    def describe(self) -> str:
        """Where they are read, and who moves them.

        Raises:
            RigError: the switch does not answer.
        """
        names = ", ".join(f"{medium.name} at {medium.path}" for medium in self._settings.media)
        return f"{names}; {self._mux.identify() if self._mux else 'moved by hand'}"

    def give_back(self) -> None:
        """Put the media back into the article; harmless when they are there.

        Raises:
            RigError: the switch does not answer, or the operator does not.
        """
        if self._mux:
            self._mux.switch(ARTICLE)
        elif self._out:
            self._attendant.confirm(KEY_BACK, "put the media back into the article")
        self._out = False

    def take(self, medium: MediumPlace) -> Path:
        """Where the medium of the switched-off article can be read.

        Raises:
            RigError: the operator does not answer, or nothing appears there.
        """
        if self._mux:
            self._mux.switch(HOST)
        elif not self._out:
            names = ", ".join(each.name for each in self._settings.media)
            self._attendant.confirm(KEY_OUT, f"see that the article is off, and put into the reader: {names}")
        self._out = True
        path = self._context.bench / medium.path
        wait = Wait(
            name=f"the medium {medium.name!r}",
            within=self._attendant.within,
            wanted=f"a file or block device with data at {path}",
            got=lambda: _state_of(path),
            blame=RigError,
        )
        wait_until(self._context.world, lambda: _state_of(path) == "", wait)
        return path

    def write(self, medium: MediumPlace, data: bytes) -> None:
        """Write a whole medium, and read it back.

        Raises:
            RigError: the rig file does not allow it, or the medium holds something else afterwards.
        """
        if not self._settings.writable:
            remedy = "set writable = true under [roles.storage.settings], if its media may be overwritten"
            raise not_written(medium.name, remedy)
        path = self.take(medium)
        try:
            with path.open("r+b", buffering=0) as file:
                for at in range(0, len(data), _PIECE):
                    file.write(data[at : at + _PIECE])
                os.fsync(file.fileno())
                file.seek(0)
                same = all(file.read(_PIECE) == data[at : at + _PIECE] for at in range(0, len(data), _PIECE))
        except OSError as error:
            raise not_written(medium.name, f"{path}: {error.strerror}: is it write-protected?") from error
        self._context.check("medium.written", same, f"{len(data)} bytes written to {medium.name}, and read back")


def not_written(name: str, remedy: str) -> NotOffered:
    """The error for a medium that is not written to, to be raised by the caller."""
    return NotOffered(f"nothing is written to the medium {name!r} of this rig: {remedy}")


def _state_of(path: Path) -> str:
    """Why nothing can be read there, "" when something can."""
    try:
        mode = path.stat().st_mode
        if not stat.S_ISREG(mode) and not stat.S_ISBLK(mode):
            return "neither a file nor a block device"
        with path.open("rb") as file:
            return "" if file.seek(0, os.SEEK_END) else "no medium in the reader"
    except OSError as error:
        return error.strerror or str(error)
