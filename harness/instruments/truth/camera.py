"""The camera role: where the camera truly looks, against where it was told to.

No requirement of the catalogue names it; what it finds is information beside the verdicts: a chart and a remark.
"""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from harness.drone.flight.state import Truth
from harness.instruments.chart import Chart
from harness.instruments.context import CaseLog, Context
from harness.instruments.flight.track import percentile
from harness.instruments.undo import Undo

PERIOD = 0.05


class Look(NamedTuple):
    """One reading: test clock (s), and by what angle the optical axis was off, in height and to the side (deg)."""

    time: float
    height: float
    side: float

    @property
    def error(self) -> float:
        """Angle off, deg."""
        return math.hypot(self.height, self.side)


class PlantCamera:
    """The true pointing of a simulated camera that was told to look ahead at the horizon."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._point = context.need(context.sockets.pointing, "camera pointing")
        self._truth = context.need(context.sockets.truth, "truth")

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Follow the pointing while the context lasts; charted also where the body fails."""
        looks: list[Look] = []
        world = self._context.world
        stop = world.schedule.every(PERIOD, lambda: looks.append(self._look(self._truth())), start=world.now())

        def end() -> None:
            stop()
            _show(looks, self._context.log)

        with Undo(end):
            yield

    def _look(self, truth: Truth) -> Look:
        _, pitch, yaw = self._point()
        aside = math.remainder(yaw - truth.motion.yaw, math.tau) * math.cos(pitch)
        return Look(self._context.world.now(), math.degrees(pitch), math.degrees(aside))


class NoCamera:
    """Stands for the role on a rig without one: the test goes on, and the report says what is missing."""

    def __init__(self, log: CaseLog) -> None:
        self._log = log

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Say so."""
        self._log.note("no camera role on this rig: its pointing in the wind was not followed")
        yield


def _show(looks: list[Look], log: CaseLog) -> None:
    if not looks:
        return
    errors = [look.error for look in looks]
    text = f"R95 {percentile(errors):.2f} deg, greatest {max(errors):.2f} deg, at {1 / PERIOD:g} Hz"
    log.note(f"camera, told to look ahead at the horizon: {text}; information, no requirement has a limit for it")
    times = tuple(look.time for look in looks)
    lines = (
        ("off in height", times, tuple(look.height for look in looks)),
        ("off to the side", times, tuple(look.side for look in looks)),
    )
    log.chart(Chart(title="Camera pointing error", x_label="test clock (s)", y_label="deg", lines=lines))
