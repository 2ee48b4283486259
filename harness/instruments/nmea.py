"""Sentences of NMEA 0183 from a serial port that talks by itself."""

import math
import re
from collections.abc import Callable

from pynmeagps import NMEAMessage, NMEAParseError, NMEAReader
from pynmeagps.exceptions import NMEAMessageError, NMEATypeError

from harness.errors import RigError
from harness.instruments.context import Context
from harness.link.serialport import open_serial

LONGEST = 1024  # bytes kept of a line that does not end; the standard has 82
MOST_GARBLED = 20  # damaged sentences in a row after which the port is not read right
_SENTENCE = re.compile(rb"\$[A-Z][A-Z0-9]{3,9},[ -~]*\*[0-9A-Fa-f]{2}")


class NmeaPort:
    """Hands every whole sentence with a right checksum to `take`.

    Attributes:
        garbled: lines that were none.
        heard: when the newest good one came, s of the test clock; None before.
    """

    def __init__(self, context: Context, what: str, take: Callable[[NMEAMessage], None]) -> None:
        """Open the device of the settings.

        Raises:
            RigError: the target is not in real time, or the port cannot be opened.
        """
        inputs = getattr(context.world, "inputs", None)
        if inputs is None:
            raise RigError(f"this {what} talks in real time, and this target does not: take a simulated make")
        self._world, self._what, self._take = context.world, what, take
        self.where = str(context.bench / context.settings["device"])
        self._rest, self._row = b"", 0
        self.garbled = 0
        self.heard: float | None = None
        self._port = open_serial(self.where, int(context.settings.get("baud", 4800)), inputs, self._ended)
        self._closing = False
        self._port.listen(self._receive)

    def close(self) -> None:
        """Close the port."""
        self._closing = True
        self._port.close()

    def diagnosis(self) -> str:
        """Why nothing good came, and what to do about it."""
        if self.garbled:
            said = f"{self.garbled} lines came that are no NMEA 0183"
            return f"{self.where}: {said}: check the baud rate of the {self._what}"
        return f"{self.where}: the {self._what} says nothing: is it on, and is it plugged in?"

    def _ended(self) -> None:
        if not self._closing:
            fail = getattr(self._world, "fail", None)
            if fail is not None:
                fail(RigError(f"{self.where}: the cable of the {self._what} was pulled; plug it in and test again"))

    def _receive(self, data: bytes) -> None:
        *lines, rest = (self._rest + data).split(b"\n")
        self._rest = rest[-LONGEST:]
        for line in lines:
            if line.strip():
                self._read(line.strip())

    def _read(self, line: bytes) -> None:
        message = _parse(line)
        if message is None:
            self.garbled += 1
            self._row += 1
            if self._row == MOST_GARBLED:
                self._fail_garbled()
            return
        self._row, self.heard = 0, self._world.now()
        self._take(message)

    def _fail_garbled(self) -> None:
        fail = getattr(self._world, "fail", None)
        if fail is not None:
            fail(RigError(self.diagnosis()))


def _parse(line: bytes) -> NMEAMessage | None:
    if _SENTENCE.fullmatch(line) is None:
        return None
    try:
        return NMEAReader.parse(line + b"\r\n")
    # the last three: of sentences with a right checksum and too few fields
    except (NMEAParseError, NMEAMessageError, NMEATypeError, ValueError, IndexError, KeyError, TypeError):
        return None


def read_field(message: NMEAMessage, name: str) -> float | None:
    """The finite number in a field; None where the field is empty, left out, or holds no number."""
    value = getattr(message, name, None)
    return float(value) if isinstance(value, int | float) and math.isfinite(value) else None
