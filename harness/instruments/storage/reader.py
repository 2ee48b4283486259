"""The storage role on a bench: the article's media in a card reader, as image files or as block devices.

A USB-SD-Mux moves the card, or an operator does. What only the maker's procedures can show (logins, erasure, another
unit) is done by an operator where the rig file has one.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

from harness.errors import FileError
from harness.instruments.attendant import PROPELLERS_OFF, PROPELLERS_ON, Attendant
from harness.instruments.context import Context
from harness.instruments.figures import PullFigures, StateFigures
from harness.instruments.settings import MediumPlace, ReaderSettings
from harness.instruments.storage.bench import StorageBench
from harness.instruments.storage.card import Card
from harness.instruments.storage.handover import Handover
from harness.instruments.storage.shelf import HandProcedures, Hands, Papers, Shelf, ShelfWorld
from harness.instruments.storage.storage import MOST_KEPT, NO_SCENE
from harness.targets.base import MediumSocket, Sockets, TargetWorld

KEY_SCENE = "storage.scene"


class MediaReader(StorageBench):
    """Reads what stands in a reader: nothing is copied, and nothing written that the rig file does not allow."""

    def __init__(self, context: Context) -> None:
        """Give the card to the article.

        Raises:
            RigError: the switch of the card does not answer.
            FileError: the answer file or a secret cannot be read.
        """
        self._reading = settings = ReaderSettings(**context.settings)
        self._attendant = Attendant(context)
        names = (settings.credential, settings.code, settings.retained)
        handover = Handover(context.bench, self._attendant, names)
        if settings.credential and not self._attendant.there and not handover.read(settings.credential):
            raise FileError(context.bench / settings.credential, "wants one line with the credential of the storage")
        card = Card(context, settings, self._attendant)
        self._hands = Hands(attendant=self._attendant, card=card, handover=handover)
        self._shelf, self._shown, self._wingless = Shelf(context.world, self._hands), "", False
        place = {"latitude": settings.latitude, "longitude": settings.longitude}
        world = ShelfWorld(context.world, self._shelf, 1)
        super().__init__(replace(context, world=world, sockets=self._plugged(context, 1), settings=place))

    def identify(self) -> str:
        """The switch, or who moves the media.

        Raises:
            RigError: the switch does not answer.
        """
        return self._hands.card.describe()

    def close(self) -> None:
        """Give the media back to the article, and have it stand as it stood.

        Raises:
            RigError: the switch does not answer, or the operator does not.
        """
        self._hands.card.give_back()
        self._shelf.fetch(1)
        if self._wingless:
            self._attendant.confirm(PROPELLERS_ON, "see that the article is off, and put its propellers back on")
            self._wingless = False

    @contextmanager
    def showing_canaries(self) -> Iterator[None]:
        """Keep the text canary in front of the camera of the article, logged in where its operator has a code."""
        if self._reading.code:
            self._unit.log_in()
        with super().showing_canaries():
            yield

    def pull_power(self, *, times: int, longest: float) -> PullFigures:
        """Pull the power of the armed article on the ground, which has no propellers meanwhile."""
        self._context.world.power_off()
        hands = self._attendant.need("hands that take the propellers off before the power is pulled")
        hands.confirm(PROPELLERS_OFF, "see that the article is off, and take all of its propellers off")
        self._wingless = True
        return super().pull_power(times=times, longest=longest)

    def watch_state(self) -> StateFigures:
        """The state of encryption of a fresh unit, which is another one than that which stood there first."""
        # that shows in what the first one recorded
        self._unit.record()
        return super().watch_state()

    def _surround(self, world: TargetWorld) -> Context:
        return replace(self._context, world=world, sockets=self._plugged(self._context, self._shelf.units))

    def _plugged(self, context: Context, number: int) -> Sockets:
        media = tuple(
            MediumSocket(
                name=medium.name,
                size=medium.size,
                read=partial(self._read, number, medium),
                write=partial(self._write, number, medium),
            )
            for medium in self._reading.media
        )
        return replace(
            context.sockets,
            media=media,
            medium=partial(self._find, number, self._reading.media[0]),
            medium_size=media[0].size,
            scene=partial(self._show, number),
            credential=partial(self._hands.handover.read, self._reading.credential),
            maintenance=HandProcedures(self._shelf, Papers(code=self._reading.code, retained=self._reading.retained)),
        )

    def _find(self, number: int, medium: MediumPlace) -> Path:
        self._shelf.fetch(number)
        return self._hands.card.take(medium)

    def _read(self, number: int, medium: MediumPlace) -> bytes | Path:
        # what is compared with a later image must not change with the medium
        path = self._find(number, medium)
        return path.read_bytes() if medium.size <= MOST_KEPT else path

    def _write(self, number: int, medium: MediumPlace, data: bytes) -> None:
        self._shelf.fetch(number)
        self._hands.card.write(medium, data)

    def _show(self, number: int, text: str) -> None:
        shown = f"{number}: {text}"
        if text != NO_SCENE and shown != self._shown:
            what = f"put this text in front of the camera, readable and filling the picture: {text}"
            self._attendant.confirm(KEY_SCENE, what)
            self._shown = shown
