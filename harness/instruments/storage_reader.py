"""The storage role on a bench: the article's media in a card reader, as image files or as block devices.

A USB-SD-Mux moves the card, or an operator does. What only the maker's procedures could show (logins, erasure, a second
unit) is not shown with this make.
"""

import os
import stat
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from harness.errors import FileError, NotOffered, RigError
from harness.instruments.context import Context
from harness.instruments.operator import Operator
from harness.instruments.sdmux import ARTICLE, HOST, SdMux
from harness.instruments.settings import MediumPlace, ReaderSettings
from harness.instruments.storage import NO_SCENE
from harness.instruments.storage_bench import StorageBench
from harness.targets.base import MediumSocket
from harness.timing import Wait, wait_until

KEY_SCENE, KEY_OUT, KEY_BACK = "storage.scene", "storage.read", "storage.back"
MOST_CREDENTIAL = 4096  # bytes


class MediaReader(StorageBench):
    """Reads what stands in a reader; nothing is copied, and nothing is ever written to it."""

    def __init__(self, context: Context) -> None:
        """Give the card to the article.

        Raises:
            RigError: the switch of the card does not answer.
            FileError: the answer file or the credential cannot be read.
        """
        self._settings = settings = ReaderSettings(**context.settings)
        self._bench, self._world = context.bench, context.world
        answers = self._bench / settings.answers if settings.answers else None
        self._operator = Operator(context.log.note, name=settings.operator, answers=answers)
        self._mux = SdMux(self._world, settings.mux_command, settings.mux) if settings.mux else None
        self._out = False
        if self._mux:
            self._mux.switch(ARTICLE)
        media = tuple(map(self._socket, settings.media))
        plugged = replace(
            context.sockets,
            media=media,
            medium=media[0].read,
            medium_size=media[0].size,
            scene=self._show,
            credential=self._credential_of(settings.credential),
        )
        place = {"latitude": settings.latitude, "longitude": settings.longitude}
        super().__init__(replace(context, sockets=plugged, settings=place))

    def identify(self) -> str:
        """The switch, or who moves the media.

        Raises:
            RigError: the switch does not answer.
        """
        names = ", ".join(f"{medium.name} at {medium.path}" for medium in self._settings.media)
        return f"{names}; {self._mux.identify() if self._mux else 'moved by hand'}"

    def close(self) -> None:
        """Give the media back to the article.

        Raises:
            RigError: the switch does not answer, or the operator does not.
        """
        if self._mux:
            self._mux.switch(ARTICLE)
        elif self._out:
            self._confirm(KEY_BACK, "put the media back into the article")
        self._out = False

    def _socket(self, medium: MediumPlace) -> MediumSocket:
        return MediumSocket(name=medium.name, size=medium.size, read=partial(self._fetch, medium), write=_refuse)

    def _fetch(self, medium: MediumPlace) -> Path:
        """Where the medium of the switched-off article can be read.

        Raises:
            RigError: the operator does not answer, or nothing appears there.
        """
        path = self._bench / medium.path
        if self._mux:
            self._mux.switch(HOST)
        elif not self._out:
            names = ", ".join(each.name for each in self._settings.media)
            self._confirm(KEY_OUT, f"see that the article is off, and put into the reader: {names}")
        self._out = True
        wait = Wait(
            name=f"the medium {medium.name!r}",
            within=self._settings.within,
            wanted=f"a file or block device with data at {path}",
            got=lambda: _state_of(path),
            blame=RigError,
        )
        wait_until(self._world, lambda: _state_of(path) == "", wait)
        return path

    def _show(self, text: str) -> None:
        if text != NO_SCENE:
            self._confirm(KEY_SCENE, f"put this text in front of the camera, readable and filling the picture: {text}")

    def _confirm(self, key: str, request: str) -> None:
        aside = getattr(self._world, "aside", None)
        if aside is None:
            self._operator.confirm(key, request, within=self._settings.within)
            return
        with aside():
            self._operator.confirm(key, request, within=self._settings.within)

    def _credential_of(self, name: str) -> Callable[[], str]:
        if not name:
            return str
        path = self._bench / name
        try:
            with path.open("rb") as file:
                text = file.read(MOST_CREDENTIAL + 1).decode("utf-8").rstrip("\r\n")
        except (OSError, UnicodeDecodeError) as error:
            raise FileError(path, f"cannot be read as the credential of the storage: {error}") from error
        if not text or len(text) > MOST_CREDENTIAL:
            raise FileError(path, f"wants one line with the credential of the storage, got {len(text)} characters")
        return lambda: text


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


def _refuse(data: bytes) -> None:
    raise NotOffered("this reader never writes to a medium: put another make into the storage role")
