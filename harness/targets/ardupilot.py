"""ArduPilot as a target: the user's own SITL build, started anew for each case, in our plant or in its own physics."""

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from weakref import WeakSet

from harness.bridges.ardupilot_json import JsonPeer
from harness.bridges.plant import Body
from harness.errors import FileError, RigError, UsageError, VehicleError
from harness.plant.airframe import FRAME_RATE, Airframe
from harness.targets.base import TargetWorld
from harness.targets.cockpit import Cockpit
from harness.targets.lockstep import LockstepWorld
from harness.targets.ownphysics import OwnPhysicsWorld
from harness.targets.program import Program, Running
from harness.vehicle.dialects.arducopter import ARDUCOPTER
from harness.vehicle.vehicle import Vehicle
from harness.vehicle.version import Version

REMEDY = (
    "name the program of an ArduCopter built for SITL with --binary PATH, or as target.settings.binary in the rig file"
)
# where the flights take place: latitude and longitude (deg), height (m); heading north
HOME_PLACE = (35.6762, 139.6503, 40.0)
HOME = f"{HOME_PLACE[0]},{HOME_PLACE[1]},{HOME_PLACE[2]:g},0"
PATIENCE = 0.5  # s of the wall clock
SILENCES = 60  # of that length, after which an autopilot is taken for dead; a busy machine is slow, not silent
PROBE = 30.0  # s of the test clock in which a healthy build boots and tells its version
# 2026-01-01, as the identity of the clients has it; signatures carry the date
START_TIME = 1_767_225_600


class JsonCockpit:
    """An ArduPilot that runs with the model JSON."""

    frames = 1

    def __init__(self, running: Running, peer: JsonPeer) -> None:
        self._running, self._peer = running, peer

    def hear(self) -> Sequence[float]:
        """The motor commands of its next servo frame.

        Raises:
            VehicleError: it has ended, or says nothing any more.
        """
        for _ in range(SILENCES):
            motors = self._peer.wait()
            if motors is not None:
                return motors
            self._running.assert_running("a servo frame was awaited")
        raise VehicleError(
            f"no servo frame from the autopilot for {SILENCES * PATIENCE:g} s (wall clock); it said last: "
            f"{self._running.read_last_words()}"
        )

    def answer(self, body: Body) -> None:
        """Give it the motion that follows."""
        self._peer.answer(body)

    def stop(self) -> None:
        """End it."""
        self._running.stop()
        self._peer.close()

    def kill(self) -> None:
        """End it at once."""
        self._running.kill()
        self._peer.close()


class Arducopter:
    """A build of ArduCopter for SITL, with the parameters that the aircraft is commissioned with."""

    def __init__(self, program: Program, parameters: Sequence[Path]) -> None:
        self.program, self._parameters = program, parameters

    def boot(self, lines: Sequence[str]) -> Cockpit:
        """Start it in a fresh folder, so with factory settings; its first lines are SERIAL0, SERIAL1 and SERIAL2."""
        peer = JsonPeer(PATIENCE)
        serials = [f"--serial{number}=tcpclient:{place}" for number, place in enumerate(lines)]
        arguments = [
            *("--model", "JSON", "--rate", str(FRAME_RATE), "--home", HOME, "--start-time", str(START_TIME)),
            *(
                "--defaults",
                ",".join(map(str, self._parameters)),
                "--sim-port-out",
                str(peer.port),
                *UNUSED_PORTS,
                *serials,
            ),
        ]
        try:
            running = Running(self.program, arguments)
        except BaseException:
            peer.close()
            raise
        return JsonCockpit(running, peer)


def _told(version: Version) -> str:
    """Numbers and the start of the commit's name, which ArduPilot sends as text."""
    numbers, commit = ".".join(map(str, version.firmware)), bytes.fromhex(version.firmware_hash)
    return f"{numbers} ({commit.decode('ascii', 'replace').rstrip(chr(0)) or 'no commit'})"


def _read(parameters: Path) -> bytes:
    try:
        return parameters.read_bytes()
    except OSError as error:
        raise FileError(parameters, f"cannot be read: {error.strerror}", key="target.settings.parameters") from error


# ports that SITL opens whether or not anybody uses them; 0 lets the system choose, so that instances do not collide
UNUSED_PORTS = ("--rc-in-port", "0", "--sim-port-in", "0", "--irlock-port", "0")


class ArducopterAlone:
    """The same build in its own physics, at the speed of the wall clock: link-loss times are judged at 1x."""

    def __init__(self, program: Program, parameters: Sequence[Path]) -> None:
        self._program, self._parameters = program, parameters

    def __call__(self, lines: Sequence[str]) -> Running:
        """Start it in a fresh folder; its first lines are SERIAL0, SERIAL1 and SERIAL2."""
        serials = [f"--serial{number}=tcpclient:{place}" for number, place in enumerate(lines)]
        arguments = [
            *("--model", "x", "--speedup", "1", "--home", HOME, "--start-time", str(START_TIME)),
            *("--defaults", ",".join(map(str, self._parameters)), *UNUSED_PORTS, *serials),
        ]
        return Running(self._program, arguments)


class ArdupilotTarget:
    """Stock ArduCopter.

    Raises:
        UsageError: the binary is not there, is no program, or does not behave as an ArduCopter with this interface.
        FileError: the file of parameters cannot be read.
    """

    kind = "ardupilot"
    simulated = True

    def __init__(
        self, *, binary: str, parameters: Sequence[str], physics: str = "plant", defects: Sequence[str] = ()
    ) -> None:
        self._program = Program(binary, REMEDY)
        self._parameters = tuple(map(Path, parameters))
        self._commissioned = hashlib.sha256(b"".join(map(_read, self._parameters))).hexdigest()
        self._physics = physics
        self._worlds: WeakSet[LockstepWorld | OwnPhysicsWorld] = WeakSet()
        self._version = self._probe()

    def identity(self) -> Mapping[str, Any]:
        """Hashes of the program and of its commissioning, and what it says of itself."""
        return {
            "firmware_sha256": self._program.sha256,
            "firmware_obtained": "released file",
            "firmware_version": _told(self._version),
            "version_obtained": "self-reported",
            "parameters_sha256": self._commissioned,
            "physics": self._physics,
        }

    def new_world(self, seed: int) -> TargetWorld:
        """A world with a unit fresh from the factory in it, switched off."""
        world = self._make_world(seed)
        self._worlds.add(world)
        return world

    def close(self) -> None:
        """End whatever still runs."""
        for world in list(self._worlds):
            world.power_off()

    def _make_world(self, seed: int) -> LockstepWorld | OwnPhysicsWorld:
        if self._physics == "own":
            boot = ArducopterAlone(self._program, self._parameters)
            return OwnPhysicsWorld(boot, ARDUCOPTER, HOME_PLACE, seed)
        return LockstepWorld(Arducopter(self._program, self._parameters), ARDUCOPTER, Airframe(), seed)

    def _probe(self) -> Version:
        """Boot once and ask for the version: what is no autopilot is found before the first case.

        Raises:
            UsageError: it ends, or never speaks.
        """
        world = self._make_world(0)
        try:
            world.power_on()
            client = Vehicle(world.usb.ground, world, dialect=ARDUCOPTER)
            client.connect(PROBE)
            return client.version(PROBE)
        except (VehicleError, RigError) as error:
            raise UsageError(f"{self._program.path} does not fly as an ArduCopter here: {error}. {REMEDY}") from error
        finally:
            world.power_off()
