"""The tracker role: a program that sends lines ``north,east,up`` (m from the launch point) over TCP, as mocap does."""

import math

from harness.errors import RigError
from harness.instruments.context import Context
from harness.instruments.truth.tracker import FRESH, Fix
from harness.link.place import Place
from harness.timing import Wait, wait_until

LONGEST = 1024
FIRST_WITHIN = 5.0  # s


class CsvTracker:
    """Reads the last three columns of each line; those before may hold a time or a name."""

    def __init__(self, context: Context) -> None:
        """Connect.

        Raises:
            RigError: nobody listens there, or the target is not in real time.
        """
        inputs = getattr(context.world, "inputs", None)
        if inputs is None:
            raise RigError("this tracker sends in real time, and this target does not: take the make 'plant'")
        self._world = context.world
        self.where = str(context.settings["address"])
        self._oldest = float(context.settings.get("oldest", FRESH))
        self._fix: Fix | None = None
        self._rest, self._garbled = b"", 0
        self._closing = False
        self._port = Place.parse(f"tcp:{self.where}").open(inputs, self._ended)
        self._port.listen(self._receive)

    def identify(self) -> str:
        """What it sends.

        Raises:
            RigError: no position came in time.
        """
        try:
            wait = Wait(name="a position", within=FIRST_WITHIN, blame=RigError)
            wait_until(self._world, lambda: self._fix is not None, wait)
        except RigError as error:
            raise RigError(self._diagnosis()) from error
        return f"CSV stream of {self.where}"

    def read(self) -> Fix:
        """The newest position.

        Raises:
            RigError: none came for too long.
        """
        if self._fix is None or self._world.now() - self._fix.time > self._oldest:
            raise RigError(self._diagnosis())
        return self._fix

    def close(self) -> None:
        """Hang up."""
        self._closing = True
        self._port.close()

    def _diagnosis(self) -> str:
        if self._fix is not None:
            return f"tracker {self.where}: no position since {self._fix.time:.2f} s: does it see the article?"
        if self._garbled:
            return f"tracker {self.where}: {self._garbled} lines came that end with no three numbers: set its format"
        return f"tracker {self.where}: nothing comes: start its stream"

    def _ended(self) -> None:
        fail = getattr(self._world, "fail", None)
        if not self._closing and fail is not None:
            fail(RigError(f"tracker {self.where}: it hung up; start its stream and test again"))

    def _receive(self, data: bytes) -> None:
        *lines, rest = (self._rest + data).split(b"\n")
        self._rest = rest[-LONGEST:]
        for line in lines:
            place = _numbers(line)
            if place is None:
                self._garbled += 1
            else:
                self._fix = Fix(time=self._world.now(), north=place[0], east=place[1], up=place[2])


def _numbers(line: bytes) -> tuple[float, float, float] | None:
    try:
        north, east, up = (float(part) for part in line.split(b",")[-3:])
    except ValueError:
        return None
    return (north, east, up) if all(map(math.isfinite, (north, east, up))) else None
