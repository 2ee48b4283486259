"""The anemometer role: an instrument that sends MWV sentences (NMEA 0183) over a serial port."""

from dataclasses import dataclass

from pynmeagps import NMEAMessage

from harness.errors import RigError
from harness.instruments.context import CalibratedRange, Context
from harness.instruments.nmea import NmeaPort, read_field
from harness.timing import Wait, wait_until

# m/s of one unit of MWV: metres a second, knots, kilometres and miles an hour
UNITS = {"M": 1.0, "N": 1852.0 / 3600.0, "K": 1.0 / 3.6, "S": 1609.344 / 3600.0}
FIRST_WITHIN = 5.0  # s


@dataclass(frozen=True, kw_only=True)
class WindReading:
    """Speed (m/s) and where it comes from (deg from north) at `time`, s of the test clock."""

    time: float
    speed: float
    bearing: float


class NmeaAnemometer:
    """The reference for the wind in the test plane; it stands still, with its zero `mount` deg from north."""

    def __init__(self, context: Context) -> None:
        """Open its port.

        Raises:
            RigError: the port cannot be opened.
        """
        self._context = context
        self._mount = float(context.settings.get("mount", 0.0))
        self._oldest = float(context.settings.get("oldest", 1.0))
        self._reading: WindReading | None = None
        self._invalid = 0
        self._talker = ""
        self._port = NmeaPort(context, "anemometer", self._take)

    @property
    def uncertainty(self) -> float:
        """Standard uncertainty of the speed by its certificate, m/s."""
        return self._context.uncertainty

    @property
    def ranges(self) -> tuple[CalibratedRange, ...]:
        """Where it is calibrated."""
        return self._context.ranges

    def identify(self) -> str:
        """What it sends; MWV has no field for a serial number.

        Raises:
            RigError: no wind came in time.
        """
        wait = Wait(name="a wind", within=FIRST_WITHIN, blame=RigError)
        try:
            wait_until(self._context.world, lambda: self._reading is not None, wait)
        except RigError as error:
            raise RigError(self._diagnosis()) from error
        return f"MWV of talker {self._talker}"

    def read(self) -> WindReading:
        """The newest reading.

        Raises:
            RigError: it is too old.
        """
        now = self._context.world.now()
        if self._reading is None or now - self._reading.time > self._oldest:
            raise RigError(self._diagnosis())
        return self._reading

    def close(self) -> None:
        """Close the port."""
        self._port.close()

    def _diagnosis(self) -> str:
        if self._invalid:
            return (
                f"{self._port.where}: the anemometer calls its own data not valid ({self._invalid} times): look at it"
            )
        heard = self._port.heard
        if self._reading is not None and heard is not None:
            return f"{self._port.where}: the anemometer fell silent at {self._reading.time:.2f} s: look at its cable"
        return self._port.diagnosis()

    def _take(self, message: NMEAMessage) -> None:
        if message.msgID != "MWV":
            return
        speed, angle = read_field(message, "speed"), read_field(message, "angle")
        unit = UNITS.get(getattr(message, "speedu", ""))
        # a speed below 0 would turn the wind about
        if getattr(message, "status", "") != "A" or unit is None or angle is None or speed is None or speed < 0.0:
            self._invalid += 1
            return
        self._talker = message.talker
        self._reading = WindReading(
            time=self._context.world.now(),
            speed=speed * unit,
            bearing=(angle + self._mount) % 360.0,
        )
