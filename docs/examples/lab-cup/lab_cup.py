"""The anemometer role: a cup anemometer that sends lines ``speed;bearing`` (m/s; deg from north) over a serial port.

An example of a package from outside: install it, name the make in a rig file, and nothing of dronecert is touched.
"""

from harness.errors import RigError
from harness.instruments.context import CalibratedRange, Context
from harness.instruments.wind.anemometer_nmea import WindReading
from harness.link.serialport import open_serial
from harness.timing import Wait, wait_until

OLDEST = 1.0  # s


class CupAnemometer:
    """Implements :class:`harness.instruments.roles.bench.AnemometerRole`."""

    def __init__(self, context: Context) -> None:
        """Open its port, and listen while the bench's clock goes on."""
        self._context, self._reading, self._rest = context, None, b""
        self._device = str(context.bench / context.settings["device"])
        self._port = open_serial(self._device, 9600, context.world.inputs, lambda: None)
        self._port.listen(self._receive)

    @property
    def uncertainty(self) -> float:
        """Standard uncertainty by its certificate, m/s."""
        return self._context.uncertainty

    @property
    def ranges(self) -> tuple[CalibratedRange, ...]:
        """Where it is calibrated."""
        return self._context.ranges

    def identify(self) -> str:
        """For ``dronecert rig check`` and the report; an instrument that is dead says so here."""
        silent = f"{self._device}: the cup anemometer says nothing: is it plugged in?"
        wait = Wait(name=silent, within=3.0, blame=RigError)
        wait_until(self._context.world, lambda: self._reading is not None, wait)
        return "cup anemometer of our laboratory"

    def read(self) -> WindReading:
        """The newest reading; an old one is none."""
        if self._reading is None or self._context.world.now() - self._reading.time > OLDEST:
            raise RigError(f"{self._device}: the cup anemometer fell silent: look at its cable")
        return self._reading

    def close(self) -> None:
        """Close the port."""
        self._port.close()

    def _receive(self, data: bytes) -> None:
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            try:
                speed, bearing = (float(part) for part in line.split(b";"))
            except ValueError:
                # a line that is none is left aside; silence is found by `read`
                continue
            self._reading = WindReading(time=self._context.world.now(), speed=speed, bearing=bearing)
