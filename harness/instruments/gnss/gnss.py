"""The gnss role: the satellite signals that the article navigates by, and a receiver of the rig that hears them too."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from harness.errors import RigError
from harness.instruments.context import Context
from harness.instruments.undo import Undo

DARK, ELSEWHERE = "dark", "elsewhere"
PERIOD = 1.0


class SimulatedSky:
    """Satellites made up by the plant.

    Faults ``dark``: no signals, while it is believed to give them. ``elsewhere``: those of the launch site, wherever
    the article is believed to be.
    """

    def __init__(self, context: Context) -> None:
        self._context = context
        self._sky = context.need(context.sockets.sky, "sky")

    @property
    def described(self) -> str:
        """What the article navigates by."""
        return "simulated sky, open view, no multipath and no interference"

    def place_at(self, *, latitude: float, longitude: float) -> None:
        """Give the article, which is off, the satellites of that place, deg.

        Raises:
            RigError: the article is powered.
        """
        if self._context.fault != ELSEWHERE:
            self._sky.set_place(latitude, longitude)

    @contextmanager
    def aiding(self) -> Iterator[None]:
        """Give the article signals to find its place by, while the context lasts.

        Raises:
            RigError: the reference receiver heard none, on entering or at any time meanwhile.
        """
        if self._context.fault == DARK:
            self._sky.set_dark(True)
        self._context.log.note(f"position aiding: {self.described}")
        self._assert_bright()
        dark: list[float] = []
        stop = self._watch(dark)

        def end() -> None:
            stop()
            detail = f"signals were there, read every {PERIOD:g} s" if not dark else f"no signals from {dark[0]:.1f} s"
            self._context.check("gnss.sky", not dark, detail)

        with Undo(end):
            yield

    @contextmanager
    def lost(self) -> Iterator[None]:
        """Take all signals away while the context lasts.

        Raises:
            RigError: on leaving, when the reference receiver heard signals.
        """
        self._sky.set_dark(True)

        def end() -> None:
            dark = self._sky.is_dark()
            self._sky.set_dark(False)
            self._context.check("gnss.dark", dark, "the reference receiver heard " + ("nothing" if dark else "signals"))

        with Undo(end):
            yield

    def _assert_bright(self) -> None:
        if self._sky.is_dark():
            self._context.check("gnss.sky", False, "the reference receiver hears no satellites")
            raise RigError("no satellite signals")

    def _watch(self, dark: list[float]) -> Callable[[], None]:
        world = self._context.world

        def look() -> None:
            if self._sky.is_dark():
                dark.append(world.now())

        return world.schedule.every(PERIOD, look, start=world.now())
