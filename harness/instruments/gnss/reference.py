"""The gnss role on a bench with open sky: a reference receiver beside the article says whether signals are there."""

from dataclasses import replace

from pynmeagps import NMEAMessage

from harness.errors import RigError
from harness.instruments.context import Context
from harness.instruments.gnss.gnss import SimulatedSky
from harness.instruments.nmea import NmeaPort, read_field
from harness.timing import Wait, wait_until

OLDEST = 3.0  # s
FIRST_WITHIN = 5.0  # s


class OpenSky:
    """Implements :class:`harness.targets.base.Sky` by GGA sentences of the reference receiver."""

    def __init__(self, context: Context) -> None:
        self._world, self._fixed = context.world, -OLDEST
        self.port = NmeaPort(context, "reference receiver", self._take)

    def set_dark(self, dark: bool) -> None:
        """The sky cannot be darkened.

        Raises:
            RigError: it should be.
        """
        if dark:
            raise RigError("the sky over this bench cannot be darkened: use a shielded box and a simulator")

    def set_place(self, latitude: float, longitude: float) -> None:
        """The satellites over a bench are those of its place.

        Raises:
            RigError: always.
        """
        raise RigError("the open sky shows the place of the bench: use a shielded box and a simulator for another one")

    def is_dark(self) -> bool:
        """Whether the reference receiver had no position for 3 s."""
        return self._world.now() - self._fixed > OLDEST

    def _take(self, message: NMEAMessage) -> None:
        if message.msgID == "GGA" and (read_field(message, "quality") or 0.0) > 0.0:
            self._fixed = self._world.now()


class ReferenceSky(SimulatedSky):
    """The open sky."""

    def __init__(self, context: Context) -> None:
        """Open the receiver's port.

        Raises:
            RigError: the port cannot be opened.
        """
        self._open = OpenSky(context)
        super().__init__(replace(context, sockets=replace(context.sockets, sky=self._open)))

    def hears(self) -> bool:
        """Whether the receiver beside the article has a position."""
        return not self._open.is_dark()

    @property
    def described(self) -> str:
        """What the article navigates by."""
        return "open sky over the bench, seen by a reference receiver"

    def identify(self) -> str:
        """What the receiver sends.

        Raises:
            RigError: it has no position in time.
        """
        try:
            wait = Wait(name="satellites", within=FIRST_WITHIN, blame=RigError)
            wait_until(self._context.world, lambda: not self._open.is_dark(), wait)
        except RigError as error:
            raise RigError(f"the reference receiver hears no satellites; {self._open.port.diagnosis()}") from error
        return "GGA of a reference receiver, with a position"

    def close(self) -> None:
        """Close the port."""
        self._open.port.close()
