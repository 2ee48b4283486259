"""The embedded drone as a target: in lockstep, in virtual time, a fresh world for each case."""

import hashlib
import math
import random
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from harness.drone.article import Airframe, EmbeddedDrone, Plugs, shipped
from harness.drone.defects import damage
from harness.drone.firmware.bill import BILL_NAME
from harness.drone.firmware.store import FirmwareStore
from harness.drone.recorder.medium import IN_FLIGHT, Medium
from harness.errors import RigError, VehicleError
from harness.link.ethernet import Wire
from harness.link.signal import Signal
from harness.link.virtual import VirtualCable
from harness.targets.airsocket import AirSocket
from harness.targets.base import MediumSocket, Sockets
from harness.targets.embedded.companion import EmbeddedCompanion
from harness.targets.embedded.surroundings import EmbeddedCrew, EmbeddedSky
from harness.targets.embedded.updates import EmbeddedUpdates, read_label, read_secrets
from harness.timing import Schedule
from harness.vehicle.modem import GroundModem

OPENED, REFUSED, NOT_EVALUATED = "opened", "refused", "not evaluated"


class ServiceTool:
    """The maker's tool at the service connector of the powered unit."""

    def __init__(self, airframe: Airframe, world: "EmbeddedWorld") -> None:
        self._airframe, self._world = airframe, world

    def read_code(self) -> str:
        """The code on the operator's sheet."""
        return self._airframe.recorder.code

    def log_in(self, code: str) -> str:
        """Enter a code."""
        try:
            self._airframe.recorder.log_in(code, self._world.now())
        except VehicleError as error:
            return NOT_EVALUATED if "not evaluated" in str(error) else REFUSED
        return OPENED

    def retained_secrets(self, code: str) -> tuple[str, ...]:
        """The code itself, and what the unit's secure element makes of it now."""
        return code, self._airframe.recorder.element.passphrase(code)

    def set_encryption(self, on: bool) -> None:
        """Switch it, which erases."""
        self._airframe.set_encryption(on, self._world.now())

    def erase(self) -> None:
        """Erase all stored data."""
        self._airframe.erase()


class EmbeddedWorld(AirSocket):
    """One case: the harness owns the plant and thereby time; no sleeping, one thread."""

    def __init__(self, airframe: Airframe, seed: int) -> None:
        super().__init__(lambda: self._running().flight.air)
        self._airframe, self._seed, self._now = airframe, seed, 0.0
        self.schedule = Schedule()
        self._radio = VirtualCable(self, self.schedule)
        # the cable to the modem on the ground has the latency of the whole link
        self._airwave = VirtualCable(self, self.schedule, latency=0.0)
        self._signal, self._satellites = Signal(self), True
        self._airwave.up.append(self._signal)
        self._airwave.down.append(self._signal)
        link_key = airframe.link_key if airframe.config.modem.encrypted else None
        self._modem = GroundModem(self._radio.air, self._airwave.ground, link_key)
        self._usb = VirtualCable(self, self.schedule)
        self._wire = Wire(self, self.schedule)
        self._wire_end = self._wire.attach()
        self._trust_root = ""
        self._drone: EmbeddedDrone | None = None
        self._rng = random.Random(seed)
        self.sockets = self._make_sockets()

    def now(self) -> float:
        """Seconds since the world began."""
        return self._now

    def advance(self, until: float) -> float:
        """Fly compiled frames to the next due event or to `until`, then run what is due.

        Raises:
            RigError: nothing is due and `until` is not a finite number of seconds.
        """
        target = max(self._now, min(self.schedule.next_time(), until))
        if not math.isfinite(target):
            raise RigError(f"cannot let time pass until {until} s: give a finite time")
        if self._drone is not None:
            self._drone.advance(target)
        self._now = target
        self.schedule.run_due(target)
        return target

    def power_on(self) -> None:
        """Boot the drone; harmless when it is on."""
        if self._drone is not None:
            return
        plugs = Plugs(
            clock=self,
            schedule=self.schedule,
            radio=self._airwave.air,
            signal=self._signal.read_level,
            radio_heard=lambda: self._radio.air.heard,
            usb=self._usb.air,
            wire=self._wire_end,
            trust_root=self._trust_root,
        )
        drone = EmbeddedDrone(self._airframe, plugs, self._seed)
        drone.power_on()
        self._drone = drone

    def lay_cable(self, *, radio: bool) -> VirtualCable:
        """One more link to the powered drone: a radio that wants signatures, or a trusted local port.

        Raises:
            RigError: the drone has no power.
        """
        cable = VirtualCable(self, self.schedule)
        self._running().add_port(cable.air, radio=radio)
        return cable

    def power_off(self) -> None:
        """Shut the drone down in order; harmless when it is off."""
        if self._drone is not None:
            self._drone.power_off()
            self._drone = None

    def power_cut(self) -> None:
        """Pull the battery: of the newest writes, some never reach the medium; harmless when it is off."""
        if self._drone is not None:
            self._drone.power_cut(self._rng.randrange(IN_FLIGHT + 1))
            self._drone = None

    def another(self) -> "EmbeddedWorld":
        """A second unit, with secrets of its own."""
        return EmbeddedWorld(Airframe(self._airframe.config), self._seed + 1)

    def exchange(self, airframe: Airframe) -> None:
        """Put another unit in the place of this one, paired with the same ground station.

        Raises:
            RigError: this one is powered.
        """
        self._unpowered(bytes)()
        airframe.radio_key, airframe.link_key = self._airframe.radio_key, self._airframe.link_key
        self._airframe = airframe
        self.sockets = self._make_sockets()

    def _make_media(self) -> tuple[MediumSocket, ...]:
        airframe, image = self._airframe, self._airframe.firmware
        media = {
            "companion-emmc": airframe.recorder.medium,
            "companion-flash": airframe.recorder.disk.medium,
            "autopilot-flash": airframe.flash.medium,
            "station-tablet": airframe.station.medium,
        }
        chips = [self._medium_socket(name, medium) for name, medium in media.items()]
        firmware = MediumSocket(
            name="firmware-flash",
            size=len(image.read_chip()),
            read=self._unpowered(image.read_chip),
            write=self._written_unpowered(image.write_image),
        )
        spare = MediumSocket(
            name="spare-flash",
            size=len(image.read_spare()),
            read=self._unpowered(image.read_spare),
            write=self._written_unpowered(image.write_spare),
        )
        return (*chips, firmware, spare)

    def _medium_socket(self, name: str, medium: Medium) -> MediumSocket:
        def write(data: bytes) -> None:
            self._unpowered(medium.image)()
            medium.write(0, data)

        return MediumSocket(name=name, size=medium.size, read=self._unpowered(medium.image), write=write)

    def _written_unpowered(self, write: Callable[[bytes], None]) -> Callable[[bytes], None]:
        def writing(data: bytes) -> None:
            self._unpowered(bytes)()
            write(data)

        return writing

    def _unpowered(self, read: Callable[[], bytes]) -> Callable[[], bytes]:
        def reading() -> bytes:
            if self._drone is not None:
                raise RigError("the medium is read from a powered-off unit: switch the article off first")
            return read()

        return reading

    def _make_sockets(self) -> Sockets:
        airframe = self._airframe
        return Sockets(
            one_clock=True,
            air=self,
            truth=lambda: self._running().flight.read_truth(),
            pack=lambda: self._running().flight.read_battery(),
            load=lambda energy: self._running().flight.drain_pack(energy),
            radio=self._radio,
            airwave=self._airwave,
            signal=self._signal,
            set_satellites=self._set_satellites,
            hears_satellites=lambda: self._satellites,
            radio_key=airframe.radio_key,
            usb=self._usb,
            lay_cable=self.lay_cable,
            has_local_port=True,
            wire=self._wire,
            trust=self._trust,
            medium=self._unpowered(airframe.recorder.medium.image),
            medium_size=airframe.recorder.medium.size,
            media=self._make_media(),
            maintenance=ServiceTool(airframe, self),
            credential=lambda: airframe.recorder.credential,
            scene=self._show,
            firmware=airframe.firmware.read_image,
            firmware_size=len(airframe.firmware.read_image()),
            bill=lambda: airframe.papers.read(BILL_NAME),
            papers=airframe.papers.read,
            identifiers=airframe.config.fitted.tell,
            version=lambda: airframe.firmware.reported_version,
            label=lambda: read_label(airframe),
            secrets=lambda: read_secrets(airframe),
            updates=EmbeddedUpdates(airframe, self._running),
            crew=EmbeddedCrew(lambda: self._running().flight),
            sky=EmbeddedSky(lambda: self._running().flight, self._carry_to),
            companion=EmbeddedCompanion(airframe.companion, self._running, self.now),
            pointing=lambda: self._running().read_pointing(),
        )

    def _running(self) -> EmbeddedDrone:
        if self._drone is None:
            raise RigError("the article has no power: nothing can be seen of its flight")
        return self._drone

    def _set_satellites(self, heard: bool) -> None:
        self._satellites = heard
        self._running().flight.configure(gnss=heard)

    def _trust(self, root: str) -> None:
        self._trust_root = root

    def _carry_to(self, latitude: float, longitude: float) -> None:
        if self._drone is not None:
            raise RigError("a unit is carried to another place while it is off: switch the article off first")
        self._airframe.carry_to(latitude, longitude)

    def _show(self, scene: str) -> None:
        self._airframe.scene = scene


class EmbeddedTarget:
    """One embedded drone, sound or with defects."""

    kind = "embedded"
    simulated = True

    def __init__(self, *, defects: Sequence[str] = ()) -> None:
        self._config = damage(shipped(), defects)
        self._firmware = FirmwareStore(self._config.firmware)

    def identity(self) -> Mapping[str, Any]:
        """Firmware hash and version of the unit, and how each was obtained."""
        image = self._firmware.read_image()
        return {
            "firmware_sha256": hashlib.sha256(image).hexdigest(),
            "firmware_obtained": "dumped",
            "firmware_version": self._firmware.reported_version,
            "version_obtained": "self-reported",
        }

    def new_world(self, seed: int) -> EmbeddedWorld:
        """A world at time zero with a unit in it, fresh from the factory and switched off.

        A fresh unit for each case, so that no case depends on what an earlier one left on the medium.
        """
        return EmbeddedWorld(Airframe(self._config), seed)

    def close(self) -> None:
        """Nothing outlives the process."""
