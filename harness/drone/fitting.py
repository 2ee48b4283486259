"""The parts of the drone's MAVLink side, made and fitted into its service: missions, logs, files, camera, gimbal."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.drone.mavlink.config import Memory
from harness.drone.mavlink.flight_control import FlightControl
from harness.drone.mavlink.geodesy import Home
from harness.drone.mavlink.parts.camera import Camera, CameraSite
from harness.drone.mavlink.parts.files import Files
from harness.drone.mavlink.parts.filetree import FileTree
from harness.drone.mavlink.parts.ftp import FileTransfer
from harness.drone.mavlink.parts.gimbal import GimbalDevice, GimbalManager
from harness.drone.mavlink.parts.logs import Logs
from harness.drone.mavlink.parts.missions import Missions
from harness.drone.mavlink.parts.mount import Mount
from harness.drone.mavlink.parts.packing import pack_items, pack_parameters
from harness.drone.mavlink.parts.payload_orders import OrderSource, PayloadOrders
from harness.drone.mavlink.parts.plans import FencePlan, MissionPlan
from harness.drone.mavlink.parts.shell import SerialShell
from harness.drone.mavlink.service import MavlinkService
from harness.drone.payload.gimbal import Gimbal, GimbalConfig
from harness.drone.payload.rotation import Angles

_CAPABILITIES = (
    mavlink.MAV_PROTOCOL_CAPABILITY_MISSION_FLOAT
    | mavlink.MAV_PROTOCOL_CAPABILITY_MISSION_INT
    | mavlink.MAV_PROTOCOL_CAPABILITY_MISSION_FENCE
    | mavlink.MAV_PROTOCOL_CAPABILITY_FTP
)


class FlownCraft(FlightControl, OrderSource, Protocol):
    """The flight part, as all parts together see it."""


class Storage(Files, Protocol):
    """The recorder, as all parts together see it."""

    def read_room(self) -> tuple[int, int]:
        """Bytes for records in all, and bytes free.

        Raises:
            VehicleError: it cannot read now.
        """
        ...


@dataclass(frozen=True, kw_only=True)
class Site:
    """What the parts are fitted into.

    Attributes:
        flight: the autopilot's flight.
        storage: the recorder.
        memory: what survives a reboot.
        home: the origin of all metres.
        epoch: Unix time of zero on the test clock, s.
        open_files: whether files that are made on opening, a log among them, are served before a login.
        serial_shell: whether SERIAL_CONTROL opens a shell.
        take_photo: takes and stores one photo and gives its name; raises VehicleError when it cannot.
    """

    flight: FlownCraft
    storage: Storage
    memory: Memory
    home: Home
    epoch: float
    take_photo: Callable[[], str]
    open_files: bool = False
    serial_shell: bool = False


@dataclass(frozen=True, kw_only=True)
class Payload:
    """What the drone carries: its camera, and the gimbal that the camera hangs from."""

    camera: Camera
    gimbal: Gimbal


def fit_parts(service: MavlinkService, site: Site) -> Payload:
    """Add every part to `service`; they stop when it stops."""
    gimbal = Gimbal(GimbalConfig(), lambda: _attitude(site.flight))
    mount = Mount(gimbal, lambda: _place(site.flight))
    camera = Camera(
        CameraSite(
            take_photo=site.take_photo,
            read_card=site.storage.read_room,
            read_place=lambda: _position(site),
            read_pointing=gimbal.read_pointing,
            epoch=site.epoch,
        )
    )
    mission = MissionPlan(site.flight, site.home, site.memory.plans)
    fence = FencePlan(site.flight, site.home, site.memory.plans)
    made = {
        "@PARAM/param.pck": lambda: pack_parameters(service.read_parameters()),
        "@MISSION/mission.dat": lambda: pack_items(mission),
        "@MISSION/fence.dat": lambda: pack_items(fence),
    }
    if site.open_files:
        made["@SYS/flight.log"] = lambda: _last_place(site)
    if site.serial_shell:
        service.add_part(SerialShell())
    for part in (
        Missions(site.flight, (mission, fence)),
        Logs(site.storage, lambda: site.flight.armed),
        FileTransfer(FileTree(site.storage, made, guarded=not site.open_files)),
        camera,
        GimbalDevice(mount),
        GimbalManager(mount, site.home),
        PayloadOrders(site.flight, camera, mount),
    ):
        service.add_part(part)
    service.add_capabilities(_CAPABILITIES)
    return Payload(camera=camera, gimbal=gimbal)


def _attitude(flight: FlightControl) -> Angles:
    """The true attitude: the gimbal has sensors of its own, taken as perfect."""
    motion = flight.read_truth().motion
    return motion.roll, motion.pitch, motion.yaw


def _place(flight: FlightControl) -> tuple[float, float, float]:
    motion = flight.read_estimate()
    return motion.north, motion.east, motion.up


def _last_place(site: Site) -> bytes:
    latitude, longitude, altitude, _ = _position(site)
    return f"lat {latitude:.7f} lon {longitude:.7f} alt {altitude:.1f}\n".encode("ascii")


def _position(site: Site) -> tuple[float, float, float, float]:
    north, east, up = _place(site.flight)
    return *site.home.to_degrees(north, east), site.home.altitude + up, up
