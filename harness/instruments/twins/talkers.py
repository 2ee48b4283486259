"""Twins that talk by themselves: anemometer, receivers and tracker."""

import math
from collections.abc import Callable
from contextlib import suppress

from harness.errors import RigError
from harness.instruments.truth.tracker_nmea import FLATTENING, SEMI_MAJOR
from harness.instruments.twins.hall import GARBLING, SILENT, Hall
from harness.link.port import Port

MWV_PERIOD, GGA_PERIOD, CSV_PERIOD = 0.1, 0.05, 0.02
GARBAGE = b"\x00\xff\x81garbage\r\n"


class Talker:
    """Sends `say()` every `period` s. Faults: ``silent`` says nothing, ``garbling`` says what nobody understands."""

    def __init__(self, hall: Hall, period: float, say: Callable[[], bytes], fault: str = "") -> None:
        self._ports: list[Port] = []
        self._say, self._fault = say, fault
        if fault != SILENT:
            hall.world.schedule.every(period, self._talk, start=hall.world.now() + period)

    def add(self, port: Port) -> None:
        """Send to one more port."""
        self._ports.append(port)

    def forget(self, port: Port) -> None:
        """Send to it no more, if anything was sent to it."""
        if port in self._ports:
            self._ports.remove(port)

    def _talk(self) -> None:
        if self._ports:
            said = GARBAGE if self._fault == GARBLING else self._say()
            for port in self._ports:
                # who has just left hears no more
                with suppress(RigError):
                    port.send(said)


def sentence(body: str) -> bytes:
    """An NMEA 0183 sentence with its checksum."""
    check = 0
    for byte in body.encode():
        check ^= byte
    return f"${body}*{check:02X}\r\n".encode()


def mwv(hall: Hall) -> bytes:
    """Wind of the hall, the instrument's zero to the north."""
    speed, bearing = hall.read_wind()
    return sentence(f"WIMWV,{bearing:05.1f},R,{speed:.2f},M,A")


def gga(hall: Hall, quality: int) -> bytes:
    """The drone's true place as a receiver on it tells it."""
    latitude, longitude, altitude = _degrees(hall)
    ns, ew = "N" if latitude >= 0 else "S", "E" if longitude >= 0 else "W"
    place = f"{_minutes(latitude, 2)},{ns},{_minutes(longitude, 3)},{ew}"
    return sentence(f"GNGGA,120000.00,{place},{quality},18,0.60,{altitude:.3f},M,0.0,M,,")


def csv(hall: Hall) -> bytes:
    """Time and true place, as mocap programs stream it."""
    north, east, up = hall.read_position()
    return f"{hall.world.now():.4f},{north:.4f},{east:.4f},{up:.4f}\n".encode()


def _degrees(hall: Hall) -> tuple[float, float, float]:
    (latitude, longitude, altitude), (north, east, up) = hall.home, hall.read_position()
    phi, squared = math.radians(latitude), FLATTENING * (2.0 - FLATTENING)
    bent = 1.0 - squared * math.sin(phi) ** 2
    meridian, normal = SEMI_MAJOR * (1.0 - squared) / bent**1.5, SEMI_MAJOR / math.sqrt(bent)
    latitude += math.degrees(north / (meridian + altitude))
    longitude += math.degrees(east / ((normal + altitude) * math.cos(phi)))
    return latitude, longitude, altitude + up


def _minutes(degrees: float, digits: int) -> str:
    whole, minutes = divmod(abs(degrees) * 60.0, 60.0)
    return f"{int(whole):0{digits}d}{minutes:010.7f}"
