"""Single-bit changes of what a unit stores, and whether it notices them at boot (DAR-09)."""

import random
from collections.abc import Callable, Sequence

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.errors import VehicleError
from harness.instruments.context import Context
from harness.instruments.storage.unit import Unit
from harness.judgement import Count
from harness.timing import run_for
from harness.vehicle.vehicle import Vehicle

PARAMETER, VALUE = "WPNAV_SPEED", 640.0
WAYPOINTS = ((0.0002, 0.0), (0.0002, 0.0003), (0.0, 0.0))
SAVING = 3.0
LOG_START, LINE_END = b'{"storage": ', b"\n"
AUTOPILOT, FIRMWARE, MAIN = "autopilot-flash", "firmware-flash", "companion-emmc"

Spot = tuple[str, Sequence[int]]  # medium, and offsets of bytes that may be changed


class BitFlips:
    """Changes bits of stored objects, writes the medium back and boots."""

    def __init__(self, unit: Unit, context: Context) -> None:
        self._unit, self._context = unit, context
        self._rng = random.Random(context.seed)
        self._quiet: frozenset[str] = frozenset()

    def flip(self, each: int) -> Count:
        """`each` single-bit changes of parameters, mission, log and firmware; those after which no report came.

        Raises:
            RigError: the unchanged store does not start without a report, or an object was not found in its medium.
        """
        spots = self._prepare()
        sound = {medium.name: self._unit.read(medium).data for medium in self._unit.media}
        self._quiet = self._alarms() or frozenset()
        self._restore(sound)
        self._context.check("unchanged.starts", not self._quiet, f"{len(self._quiet)} reports at an unchanged start")
        missed = [name for name, spot in spots.items() for _ in range(each) if not self._noticed(spot, sound)]
        self._context.log.note(f"not noticed: {', '.join(missed) or 'none'}, of {each} changes of each object")
        return Count(events=len(missed), trials=each * len(spots))

    def _prepare(self) -> dict[str, Spot]:
        """Let the unit store something of each kind; where it lies now."""
        self._unit.record()
        noise = self._changed(lambda vehicle: None)
        parameters = self._changed(lambda vehicle: vehicle.set_parameter(PARAMETER, VALUE)) - noise
        mission = self._changed(upload_mission) - noise
        recording = self._unit.open()
        payload = recording.volume.payload.offset if recording.volume else 0
        start = recording.plaintext.find(LOG_START)
        end = recording.plaintext.find(LINE_END, start)
        firmware = self._unit.medium(FIRMWARE).size
        spots: dict[str, Spot] = {
            "parameters": (AUTOPILOT, sorted(parameters)),
            "mission": (AUTOPILOT, sorted(mission)),
            "log": (MAIN, range(payload + start, payload + end) if start >= 0 else ()),
            "firmware": (FIRMWARE, range(firmware)),
        }
        empty = [name for name, (_, offsets) in spots.items() if not offsets]
        self._context.check("objects.stored", not empty, f"found on no medium: {', '.join(empty) or 'none'}")
        return spots

    def _changed(self, deed: Callable[[Vehicle], None]) -> set[int]:
        """Offsets in the autopilot's flash that a boot with that deed changes."""
        medium = self._unit.medium(AUTOPILOT)
        before = self._unit.read(medium).data
        vehicle = self._unit.connect()
        deed(vehicle)
        run_for(self._unit.world, SAVING)
        self._unit.world.power_off()
        after = self._unit.read(medium).data
        return {at for at, (old, new) in enumerate(zip(before, after, strict=True)) if old != new}

    def _noticed(self, spot: Spot, sound: dict[str, bytes]) -> bool:
        name, offsets = spot
        changed = bytearray(sound[name])
        changed[self._rng.choice(offsets)] ^= 1 << self._rng.randrange(8)
        self._restore({**sound, name: bytes(changed)})
        alarms = self._alarms()
        self._restore(sound)
        return alarms is None or bool(alarms - self._quiet)

    def _alarms(self) -> frozenset[str] | None:
        """What the unit reports after boot and login; None when it refuses to start."""
        try:
            vehicle = self._unit.connect()
            self._unit.log_in()
            alarms = self._unit.read_alarms(vehicle)
        except VehicleError as error:
            self._context.log.note(f"the unit does not start: {error}")
            return None
        finally:
            self._unit.world.power_off()
        return alarms

    def _restore(self, images: dict[str, bytes]) -> None:
        for medium in self._unit.media:
            medium.write(images[medium.name])


def upload_mission(vehicle: Vehicle) -> None:
    """Upload a short mission near the home point.

    Raises:
        VehicleError: the unit does not take it.
    """
    home = vehicle.telemetry.wait_message("GLOBAL_POSITION_INT", 10.0)
    system = vehicle.telemetry.system
    items = [(0.0, 0.0), *WAYPOINTS]

    def give(request: mavlink.MAVLink_message) -> None:
        if not 0 <= request.seq < len(items):
            return
        north, east = items[request.seq]
        frame, command = mavlink.MAV_FRAME_GLOBAL_RELATIVE_ALT_INT, mavlink.MAV_CMD_NAV_WAYPOINT
        place = (home.lat + round(north * 1e7), home.lon + round(east * 1e7), 20.0)
        item = (system, 1, request.seq, frame, command, 0, 1, 0, 0, 0, 0, *place)
        vehicle.send(mavlink.MAVLink_mission_item_int_message(*item))

    ends = [vehicle.telemetry.subscribe(kind, give) for kind in ("MISSION_REQUEST_INT", "MISSION_REQUEST")]
    try:
        vehicle.send(mavlink.MAVLink_mission_count_message(system, 1, len(items)))
        answer = vehicle.telemetry.wait_message("MISSION_ACK", 10.0)
    finally:
        for end in ends:
            end()
    if answer.type != mavlink.MAV_MISSION_ACCEPTED:
        raise VehicleError(f"the mission was not accepted: MAV_MISSION_RESULT {answer.type}")
