"""The whole embedded drone: flight, MAVLink, recorder, network and firmware, put together.

An :class:`Airframe` is one unit that outlives power: its medium, keys and parameters. An :class:`EmbeddedDrone` is one
power cycle of it in one world.
"""

import contextlib
import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from harness.drone.firmware.papers import Papers, PapersConfig
from harness.drone.firmware.store import FirmwareConfig, FirmwareStore
from harness.drone.fitted import AUTOPILOT_UID, PRODUCT_ID, VENDOR_ID, FittedConfig
from harness.drone.flash import Flash, FlashConfig
from harness.drone.flight.config import FlightConfig
from harness.drone.flight.state import Severity
from harness.drone.mavlink.config import MavlinkConfig, Memory
from harness.drone.mavlink.geodesy import Home
from harness.drone.mavlink.modem import Modem
from harness.drone.modem import AirModem, ModemConfig
from harness.drone.network.config import NetworkConfig
from harness.drone.network.habits import Habits
from harness.drone.network.leaks import Leaks
from harness.drone.network.memory import CompanionMemory
from harness.drone.network.stack import NetworkSite, NetworkStack
from harness.drone.pairing import make_key
from harness.drone.recorder.config import RecorderConfig
from harness.drone.recorder.medium import Medium
from harness.drone.recorder.recorder import Recorder
from harness.drone.station import GroundStation
from harness.drone.tether import PERIOD as TETHER_PERIOD
from harness.drone.tether import CloudTether
from harness.errors import VehicleError
from harness.link.ethernet import WireEnd
from harness.link.virtual import VirtualPort
from harness.timing import Clock, Schedule

if TYPE_CHECKING:
    from harness.drone.fitting import Payload, Site
    from harness.drone.mavlink.parts.linkquality import LinkQuality
    from harness.drone.network.updater import Updater

LOG_PERIOD, PHOTO_PERIOD = 0.5, 5.0
# how soon a changed parameter or mission is in the flash, and how often an alarm of the store is repeated
KEEP_PERIOD, ALARM_PERIOD = 1.0, 5.0
# s that a drone which was switched on late has stood: longer than its estimator and its sensors need to settle
STANDING = 10.0
BOOT_STRIDE = 1_000_003


@dataclass(frozen=True, kw_only=True)
class ArticleConfig:
    """How the embedded drone is built; a defect is a change of one of its parts. It conforms as it stands."""

    flight: FlightConfig = field(default_factory=FlightConfig)
    mavlink: MavlinkConfig = field(default_factory=MavlinkConfig)
    recorder: RecorderConfig = field(default_factory=RecorderConfig)
    flash: FlashConfig = field(default_factory=FlashConfig)
    network: NetworkConfig = field(default_factory=NetworkConfig)
    habits: Habits = field(default_factory=Habits)
    leaks: Leaks = field(default_factory=Leaks)
    firmware: FirmwareConfig = field(default_factory=FirmwareConfig)
    modem: ModemConfig = field(default_factory=ModemConfig)
    papers: PapersConfig = field(default_factory=PapersConfig)
    fitted: FittedConfig = field(default_factory=FittedConfig)


class Airframe:
    """One unit: what stays when its power goes.

    Attributes:
        config: how it is built.
        radio_key: MAVLink 2 signing key shared with its ground station, 32 secret bytes made at pairing.
        link_key: key of its radio modem, shared with the modem on the ground; 32 secret bytes made at pairing.
        firmware: what its flash holds.
        papers: what its maker hands over with it.
        recorder: its recorder, with the storage medium and the secure element.
        flash: the autopilot's own flash.
        station: its ground station.
        scene: what its camera sees.
        companion: what its companion keeps over a reboot.
        memory: what its autopilot keeps over a reboot; parameters and plans are in the flash, the rest in the element.
    """

    def __init__(self, config: ArticleConfig) -> None:
        self.config = config
        self.radio_key = make_key(shared=config.mavlink.model_key)
        self.link_key = make_key()
        self.firmware = FirmwareStore(config.firmware)
        self.papers = Papers(config.papers, self.firmware)
        self.recorder = Recorder(config.recorder, Medium())
        self.flash = Flash(config.flash)
        self.station = GroundStation(keeps_photos=config.recorder.station_cache)
        self.scene = "test field"
        self.companion = CompanionMemory()
        self.memory = Memory()

    @property
    def flash_key(self) -> bytes:
        """Under which the flash is sealed; it changes when the unit is erased."""
        return self.recorder.element.derive("autopilot flash")

    def carry_to(self, latitude: float, longitude: float) -> None:
        """Let the unit stand at another place from its next boot on, deg."""
        flight = replace(self.config.flight, home_latitude=latitude, home_longitude=longitude)
        self.config = replace(self.config, flight=flight)

    def erase(self) -> None:
        """The maker's procedure to make all stored data unreadable; a reboot provisions the unit anew."""
        self.recorder.erase()
        if self.config.recorder.erasure != "format":
            self.flash.wipe()
            self.memory.parameters.clear()
            self.memory.plans.clear()

    def set_encryption(self, on: bool, now: float) -> None:
        """Switch encryption of recordings, which erases them; what the autopilot keeps is sealed anew."""
        self.recorder.set_encryption(on, now)
        self.flash.wipe()
        self.flash.save(self.flash_key, self.memory)

    def mavlink_config(self) -> MavlinkConfig:
        """The service's configuration, with what the flash says of itself."""
        major, minor, patch = (int(part) for part in self.firmware.reported_version.split("."))
        return replace(
            self.config.mavlink,
            flight=self.config.flight,
            firmware_version=(major, minor, patch),
            firmware_hash=self.firmware.reported_hash,
        )


@dataclass(frozen=True, kw_only=True)
class Plugs:
    """Where a drone is plugged in.

    Attributes:
        clock: test clock.
        schedule: of the same world.
        radio: antenna of its radio modem.
        signal: level that its radio receives, dBm.
        radio_heard: whether somebody listens on the ground, so that sending is worth its cost.
        usb: air end of the trusted local link.
        wire: its network interface.
        trust_root: PEM of the authority that its companion trusts; without one ("") it stays off the network.
    """

    clock: Clock
    schedule: Schedule
    radio: VirtualPort
    signal: Callable[[], float]
    radio_heard: Callable[[], bool]
    usb: VirtualPort
    wire: WireEnd
    trust_root: str


class EmbeddedDrone:
    """One power cycle: from ``power_on`` to ``power_off``."""

    def __init__(self, airframe: Airframe, plugs: Plugs, seed: int) -> None:
        # numba loads with the flight, so only when a drone is really built
        from harness.drone.flight.flight import Flight

        self._airframe, self._plugs = airframe, plugs
        self.flight = Flight(airframe.config.flight, seed)
        home = airframe.config.flight
        self._home = Home(latitude=home.home_latitude, longitude=home.home_longitude, altitude=home.home_altitude)
        # ports and sequence numbers of an earlier boot are not drawn again: its far ends may still hold them open
        self._rng = random.Random(seed + airframe.companion.boots * BOOT_STRIDE)
        self._stops: list[Callable[[], None]] = []
        self._guests: list[VirtualPort] = []
        self._network: NetworkStack | None = None
        self._payload: Payload | None = None
        self._seed = seed

    def power_on(self) -> None:
        """Boot autopilot and companion; after the first boot the recorder waits for a login.

        Raises:
            VehicleError: the boot loader refuses the firmware, or the recorder cannot open its medium.
        """
        plugs, airframe = self._plugs, self._airframe
        airframe.firmware.check_boot()
        # its clock is the world's: a drone that is switched on later has stood there since
        self.flight.begin_at(max(0.0, plugs.clock.now() - STANDING))
        self.flight.advance(plugs.clock.now())
        airframe.flash.load(airframe.flash_key, airframe.memory)
        airframe.recorder.power_on(now=plugs.clock.now())
        if plugs.trust_root:
            self._network = self._make_network()
        self._start_autopilot()
        if self._network is not None:
            self._network.power_on()

    def advance(self, until: float) -> None:
        """Fly to `until` (s); a drone on standby stands still."""
        if self._stops:
            self.flight.advance(until)

    def stand_by(self) -> None:
        """Switch autopilot and payload off while the companion stays on, as a unit in its hangar; harmless when off."""
        if self._stops:
            self._keep()
            self._stop_autopilot()

    def wake(self) -> None:
        """Boot the autopilot again after a standby; harmless when it is on. Links beside the first two are gone."""
        from harness.drone.flight.flight import Flight

        if not self._stops:
            self.flight = Flight(self._airframe.config.flight, self._seed)
            self.flight.begin_at(self._plugs.clock.now())
            self._start_autopilot()

    def reboot_companion(self) -> None:
        """Restart the companion alone."""
        if self._network is not None:
            self._network.power_off()
            self._network.power_on()

    def set_offline(self, offline: bool) -> None:
        """Switch the companion's offline mode."""
        self._airframe.companion.offline = offline
        if self._network is not None:
            self._network.set_offline(offline)

    def _start_autopilot(self) -> None:
        from pymavlink.dialects.v20 import ardupilotmega as mavlink

        from harness.drone.fitting import fit_parts
        from harness.drone.mavlink.service import MavlinkService

        plugs, airframe, config = self._plugs, self._airframe, self._airframe.mavlink_config()
        service = MavlinkService(self.flight, plugs.clock, plugs.schedule, config, airframe.memory)
        service.add_port(plugs.usb, wanted=lambda: plugs.usb.heard)
        modem = AirModem(plugs.radio, airframe.link_key, airframe.config.modem)
        timed = Modem(modem, plugs.clock, plugs.schedule, config)
        service.add_port(timed, key=airframe.radio_key, wanted=plugs.radio_heard)
        service.add_part(self._watch_link())
        self._service = service
        service.offer_parameter("NET_OFFLINE", mavlink.MAV_PARAM_TYPE_INT8, lambda: float(airframe.companion.offline))
        service.offer_parameter("STOR_ENCRYPT", mavlink.MAV_PARAM_TYPE_INT8, self._shown_state)
        self._payload = fit_parts(service, self._site(config.epoch))
        now = plugs.clock.now()
        self._stops = [
            service.stop,
            plugs.schedule.every(LOG_PERIOD, self._log, start=now + LOG_PERIOD),
            plugs.schedule.every(PHOTO_PERIOD, self._photograph, start=now + PHOTO_PERIOD),
            plugs.schedule.every(KEEP_PERIOD, self._keep, start=now + KEEP_PERIOD),
            plugs.schedule.every(ALARM_PERIOD, self._raise_alarms, start=now + ALARM_PERIOD),
            *self._tie_to_cloud(),
        ]

    def _tie_to_cloud(self) -> list[Callable[[], None]]:
        network, habits, clock = self._network, self._airframe.config.habits, self._plugs.clock
        if network is None or not (habits.arms_online_only or habits.cloud_tether):
            return []
        tether = CloudTether(self.flight, network, habits, clock)
        return [self._plugs.schedule.every(TETHER_PERIOD, tether.watch, start=clock.now() + TETHER_PERIOD)]

    def add_port(self, port: VirtualPort, *, radio: bool) -> None:
        """Serve one more link, until its power goes: a radio that wants signatures, or a trusted local port."""
        self._guests.append(port)
        key = self._airframe.radio_key if radio else None
        self._service.add_port(port, key=key, wanted=lambda: port.heard)

    def power_off(self) -> None:
        """Shut down in order: what waits in memory is written first. Then it hears and says nothing."""
        self._keep()
        self._fall_silent()
        self._airframe.recorder.power_off()

    def power_cut(self, lost: int) -> None:
        """Lose the power at once: nothing is written any more, and the `lost` newest writes never arrive."""
        self._fall_silent()
        self._airframe.recorder.power_cut(lost)

    def _fall_silent(self) -> None:
        self._stop_autopilot()
        if self._network is not None:
            self._network.power_off()

    def _stop_autopilot(self) -> None:
        for stop in self._stops:
            stop()
        self._stops = []
        for port in (self._plugs.radio, self._plugs.usb, *self._guests):
            # without power nothing that reaches a port is heard
            port.listen(lambda data: None)
        self._payload = None

    def read_pointing(self) -> tuple[float, float, float]:
        """Where the camera truly looks: roll, pitch and yaw against level and north, rad.

        Raises:
            VehicleError: the power is off.
        """
        return self._running().gimbal.read_pointing()

    @property
    def updater(self) -> "Updater | None":
        """What takes updates; None while the companion has no network."""
        return self._network.updater if self._network else None

    def _running(self) -> "Payload":
        if self._payload is None:
            raise VehicleError("the drone has no power: its camera looks nowhere")
        return self._payload

    def _site(self, epoch: float) -> "Site":
        from harness.drone.fitting import Site

        airframe, mavlink = self._airframe, self._airframe.config.mavlink
        return Site(
            flight=self.flight,
            storage=airframe.recorder,
            memory=airframe.memory,
            home=self._home,
            epoch=epoch,
            take_photo=self._take_photo,
            open_files=mavlink.open_files,
            serial_shell=mavlink.serial_shell,
        )

    def _watch_link(self) -> "LinkQuality":
        from harness.drone.mavlink.parts.linkquality import LinkQuality, LinkWatching

        modem = self._airframe.config.modem
        watching = LinkWatching(
            read_level=self._plugs.signal,
            set_weak=self.flight.set_link_weak,
            weak_below=modem.weak_below,
            warns=modem.warns,
            inhibits=modem.inhibits,
        )
        return LinkQuality(watching)

    def _make_network(self) -> NetworkStack:
        site = NetworkSite(
            end=self._plugs.wire,
            clock=self._plugs.clock,
            schedule=self._plugs.schedule,
            trust_root=self._plugs.trust_root,
            rng=self._rng,
            firmware=self._airframe.firmware,
            read_position=lambda: self._position()[:2],
            memory=self._airframe.companion,
            habits=self._airframe.config.habits,
        )
        return NetworkStack(self._airframe.config.network, site, self._airframe.config.leaks)

    def _position(self) -> tuple[float, float, float]:
        now = self.flight.read_estimate()
        return *self._home.to_degrees(now.north, now.east), self._home.altitude + now.up

    def _log(self) -> None:
        # a drone whose card is full flies on without recording
        with contextlib.suppress(VehicleError):
            if self.flight.armed:
                self._airframe.recorder.log(self._plugs.clock.now(), *self._position())

    def _keep(self) -> None:
        self._airframe.flash.save(self._airframe.flash_key, self._airframe.memory)

    def _raise_alarms(self) -> None:
        for alarm in (*self._airframe.flash.alarms, *self._airframe.recorder.alarms):
            self._service.say(int(Severity.CRITICAL), f"Integrity: {alarm}")

    def _shown_state(self) -> float:
        recorder = self._airframe.recorder
        return float(recorder.encrypting or not self._airframe.config.recorder.state_shown)

    def _photograph(self) -> None:
        if self.flight.armed:
            self._running().camera.capture()

    def _take_photo(self) -> str:
        airframe = self._airframe
        name = airframe.recorder.take_photo(self._plugs.clock.now(), *self._position(), airframe.scene)
        size = airframe.recorder.file_sizes().get(name, 0)
        airframe.station.show(airframe.recorder.read_file(name, 0, size) if size else b"")
        return name


def shipped() -> ArticleConfig:
    """The article as its declaration describes it, free of defects."""
    return ArticleConfig(
        mavlink=MavlinkConfig(serial=AUTOPILOT_UID, vendor_id=VENDOR_ID, product_id=PRODUCT_ID),
        network=NetworkConfig(
            update_host="update.dronecert.example",
            telemetry_host="telemetry.dronecert.example",
            time_host="time.dronecert.example",
        ),
    )
