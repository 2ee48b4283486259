"""The hall that the twins stand in: an embedded drone, its power, its air, and the path of its radio."""

import math
import time
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path

from harness.drone.article import Airframe, shipped
from harness.drone.defects import damage
from harness.drone.flight.state import Load, Truth
from harness.errors import RigError
from harness.instruments.flight.command import blows_to, comes_from
from harness.link.port import Port
from harness.targets.base import Crew
from harness.targets.embedded.embedded import EmbeddedWorld
from harness.timing import run_for

SILENT, GARBLING, STUCK, DEAD = "silent", "garbling", "stuck", "dead"
FURTHER = INTRUDER, LOCAL = "intruder", "local"
# s; what was written to a medium so long ago is there when the power goes
SETTLED = 0.5
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
        units: those of the design that there are; the first one stands on the bench at first.
        unit: the one that stands on the bench.
        empty: how it is loaded as it came.
        load: how it is loaded from its next boot on.
        charge: share of its charge that its pack held when it was switched off, 0 to 1.
    """

    def __init__(self, *, seed: int, defects: tuple[str, ...] = (), trust: Path | None = None) -> None:
        """Build the drone, without power; `trust` is the authority (PEM) that somebody may install in it."""
        self._trust = trust
        config = damage(shipped(), defects)
        self._config = replace(config, mavlink=replace(config.mavlink, epoch=time.time()))
        self.unit = Airframe(self._config)
        self.units = [self.unit]
        self.world = EmbeddedWorld(self.unit, seed)
        self.world.schedule.every(SETTLED, lambda: self.unit.recorder.medium.settle(), start=SETTLED)
        self.powered = False
        self.attenuation = self.connector = 0.0
        self._wind = (0.0, 0.0)
        self._further: dict[str, Port] = {}
        self._runs = False
        self.charge = 1.0
        self.empty = self.load = Load(mass=0.0)
        # the first boot provisions the unit and compiles its flight: longer than a clock of a bench may stand still;
        # in order, or what it provisioned would be lost with the power
        self.switch(True)
        run_for(self.world, 2 * BOOT)
        self.empty = self.load = self._crew.weigh()
        self.world.power_off()
        self.powered = self._runs = False

    @property
    def radio_key(self) -> bytes:
        """Signing key of the paired ground station."""
        return self.unit.radio_key

    @property
    def home(self) -> tuple[float, float, float]:
        """Latitude and longitude (deg), altitude (m)."""
        flight = self.unit.config.flight
        return flight.home_latitude, flight.home_longitude, flight.home_altitude

    def join(self, name: str, port: Port) -> None:
        """Join the ground end of the link `name` (radio, usb, intruder or local) to an outside port."""
        sockets = self.world.sockets
        if name in FURTHER:
            self._further[name] = port
            return
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
            self.charge, self._runs = self.read_charge(), False
            self.world.power_cut()

    def _boot(self) -> None:
        if self.powered:
            self._runs = True
            self._take_trust()
            self.world.power_on()
            if self.load != self.empty:
                self._crew.refit(self.load)
            self.blow(*self._wind)
            for name, port in self._further.items():
                cable = self.world.lay_cable(radio=name == INTRUDER)
                cable.ground.listen(partial(self._send, port))
                port.listen(cable.ground.send)

    @property
    def _crew(self) -> Crew:
        crew = self.world.sockets.crew
        assert crew is not None
        return crew

    def read_charge(self) -> float:
        """Share of its charge that the pack holds, 0 to 1."""
        return min(self.charge, self._crew.read_charge()) if self._runs else self.charge

    def shut_down(self) -> None:
        """Shut the drone down in order; the contact in its supply stays as it is."""
        self.charge, self._runs = self.read_charge(), False
        self.world.power_off()

    def put(self, number: int) -> Airframe:
        """Put that unit (from 1) on the bench, which has no power; one that there is not yet comes from the factory."""
        while len(self.units) < number:
            self.units.append(Airframe(self._config))
        self.switch(False)
        self.unit = self.units[number - 1]
        self.world.exchange(self.unit)
        return self.unit

    def _take_trust(self) -> None:
        install = self.world.sockets.trust
        if install is not None and self._trust is not None and self._trust.exists():
            install(self._trust.read_text(encoding="utf-8"))

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
