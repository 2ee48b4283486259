"""The hall that the twins stand in: an embedded drone, its power, its air, and the path of its radio."""

import math
import time
from contextlib import suppress
from dataclasses import replace
from functools import partial

from harness.drone.article import Airframe, shipped
from harness.drone.defects import damage
from harness.drone.flight.state import Truth
from harness.errors import RigError
from harness.instruments.wind_command import blows_to, comes_from
from harness.link.port import Port
from harness.link.virtual import VirtualCable
from harness.targets.embedded import EmbeddedWorld
from harness.timing import run_for

SILENT, GARBLING, STUCK, DEAD = "silent", "garbling", "stuck", "dead"
LOSSY = "lossy"
CONNECTOR = 3.0  # dB
BOOT = 0.2  # s from power to the first instruction


class Hall:
    """What the instruments' twins measure and move.

    Attributes:
        world: of the drone, paced by the wall clock.
        powered: whether the relay's contact is closed.
        attenuation: in the path of the radio, dB.
        connector: what a bad connector before the article loses besides, dB.
    """

    def __init__(self, *, seed: int, defects: tuple[str, ...] = ()) -> None:
        """Build the drone, without power."""
        config = damage(shipped(), defects)
        config = replace(config, mavlink=replace(config.mavlink, epoch=time.time()))
        self._airframe = Airframe(config)
        self.world = EmbeddedWorld(self._airframe, seed)
        self.powered = False
        self.attenuation = self.connector = 0.0
        self._wind = (0.0, 0.0)
        self._bridges: list[tuple[VirtualCable, Port]] = []
        self._runs = False
        # the first boot provisions the unit and compiles its flight: longer than a clock of a bench may stand still;
        # in order, or what it provisioned would be lost with the power
        self.switch(True)
        run_for(self.world, 2 * BOOT)
        self.world.power_off()
        self.powered = self._runs = False

    @property
    def radio_key(self) -> bytes:
        """Signing key of the paired ground station."""
        return self._airframe.radio_key

    @property
    def home(self) -> tuple[float, float, float]:
        """Latitude and longitude (deg), altitude (m)."""
        flight = self._airframe.config.flight
        return flight.home_latitude, flight.home_longitude, flight.home_altitude

    def join(self, name: str, port: Port) -> None:
        """Join the ground end of the link `name` (radio or usb) to an outside port."""
        sockets = self.world.sockets
        cable = sockets.radio if name == "radio" else sockets.usb
        assert cable is not None
        cable.ground.listen(partial(self._send, port))
        port.listen(cable.ground.send)

    def _send(self, port: Port, data: bytes) -> None:
        # a dead unit says nothing, whatever was still under way
        if self.powered:
            # the terminal may just have been taken away
            with suppress(RigError):
                port.send(data)

    def switch(self, on: bool) -> None:
        """Close or open the contact in the drone's supply; the drone boots a little later."""
        if on == self.powered:
            return
        self.powered = on
        if on:
            self.world.schedule.at(self.world.now() + BOOT, self._boot)
        else:
            self._runs = False
            self.world.power_cut()

    def _boot(self) -> None:
        if self.powered:
            self._runs = True
            self.world.power_on()
            self.blow(*self._wind)

    def attenuate(self, attenuation: float) -> None:
        """Attenuate the radio's path by that many dB."""
        self.attenuation = attenuation
        signal = self.world.sockets.signal
        assert signal is not None
        signal.set_level(signal.strong - attenuation - self.connector)

    def blow(self, speed: float, bearing: float) -> None:
        """Blow at `speed` m/s from `bearing` deg."""
        self._wind = (speed, bearing)
        if self._runs:
            self.world.set_wind(*blows_to(speed, bearing))

    def read_wind(self) -> tuple[float, float]:
        """Speed (m/s) and bearing (deg) that the wind in the test plane comes from."""
        truth = self._truth()
        if truth is None:
            return self._wind
        speed = math.hypot(truth.wind_north, truth.wind_east)
        return speed, comes_from(truth.wind_north, truth.wind_east) % 360.0 if speed else 0.0

    def read_position(self) -> tuple[float, float, float]:
        """Metres north, east and up of home."""
        truth = self._truth()
        return (truth.motion.north, truth.motion.east, truth.motion.up) if truth else (0.0, 0.0, 0.0)

    def _truth(self) -> Truth | None:
        read = self.world.sockets.truth
        assert read is not None
        try:
            return read()
        except RigError:
            return None
