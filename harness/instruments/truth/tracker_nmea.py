"""The tracker role: an RTK receiver of the bench on the article, which sends GGA sentences over a serial port."""

import math

from pynmeagps import NMEAMessage

from harness.errors import RigError
from harness.instruments.context import Context
from harness.instruments.nmea import NmeaPort, read_field
from harness.instruments.truth.tracker import FRESH, Fix
from harness.timing import Wait, wait_until

RTK_FIXED = 4  # quality indicator of GGA (NMEA 0183)
FIRST_WITHIN = 5.0  # s
# WGS 84
SEMI_MAJOR, FLATTENING = 6_378_137.0, 1 / 298.257223563


class RtkTracker:
    """Takes fixed solutions only: a float solution is decimetres off and would look like the article's error."""

    def __init__(self, context: Context) -> None:
        """Open its port.

        Raises:
            RigError: the port cannot be opened.
        """
        settings = context.settings
        self._world = context.world
        self._home = (float(settings["latitude"]), float(settings["longitude"]), float(settings["altitude"]))
        self._oldest = float(settings.get("oldest", FRESH))
        self._fix: Fix | None = None
        self._quality: float | None = None
        self._port = NmeaPort(context, "RTK receiver", self._take)

    def identify(self) -> str:
        """What it sends.

        Raises:
            RigError: no fixed solution in time.
        """
        try:
            wait = Wait(name="a fixed solution", within=FIRST_WITHIN, blame=RigError)
            wait_until(self._world, lambda: self._fix is not None, wait)
        except RigError as error:
            raise RigError(self._diagnosis()) from error
        return "GGA of an RTK receiver, solution fixed"

    def read(self) -> Fix:
        """The newest position.

        Raises:
            RigError: no fixed solution for too long.
        """
        if self._fix is None or self._world.now() - self._fix.time > self._oldest:
            raise RigError(self._diagnosis())
        return self._fix

    def close(self) -> None:
        """Close the port."""
        self._port.close()

    def _diagnosis(self) -> str:
        if self._quality is None:
            return self._port.diagnosis()
        if self._quality != RTK_FIXED:
            return (
                f"{self._port.where}: the RTK receiver has quality {self._quality:g}, {RTK_FIXED} (fixed) is wanted: "
                "look at its antenna and its corrections"
            )
        return f"{self._port.where}: the RTK receiver fell silent: look at its cable"

    def _take(self, message: NMEAMessage) -> None:
        if message.msgID != "GGA":
            return
        # receivers leave the fields empty before they know anything
        self._quality = read_field(message, "quality") or 0.0
        latitude, longitude, up = (read_field(message, name) for name in ("lat", "lon", "alt"))
        if self._quality != RTK_FIXED or latitude is None or longitude is None or up is None:
            return
        north, east = local(self._home, latitude, longitude)
        self._fix = Fix(time=self._world.now(), north=north, east=east, up=up - self._home[2])


def local(home: tuple[float, float, float], latitude: float, longitude: float) -> tuple[float, float]:
    """Metres north and east of `home` (deg, deg, m), by the radii of curvature of WGS 84; right to mm within 1 km."""
    phi = math.radians(home[0])
    squared = FLATTENING * (2.0 - FLATTENING)
    bent = 1.0 - squared * math.sin(phi) ** 2
    meridian = SEMI_MAJOR * (1.0 - squared) / bent**1.5
    normal = SEMI_MAJOR / math.sqrt(bent)
    north = math.radians(latitude - home[0]) * (meridian + home[2])
    east = math.radians(longitude - home[1]) * (normal + home[2]) * math.cos(phi)
    return north, east
