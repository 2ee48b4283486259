"""ArduPilot as a target: the user's own SITL build, started anew for each case, in our plant or in its own physics."""

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from weakref import WeakSet

from harness.errors import FileError, RigError, UsageError, VehicleError
from harness.plant.airframe import Airframe
from harness.targets.arducopter import HOME, ArducopterBuild
from harness.targets.base import TargetWorld
from harness.targets.lockstep import LockstepWorld
from harness.targets.ownphysics import OwnPhysicsWorld
from harness.targets.program import Program
from harness.vehicle.dialects.arducopter import ARDUCOPTER
from harness.vehicle.vehicle import Vehicle
from harness.vehicle.version import Version

REMEDY = (
    "name the program of an ArduCopter built for SITL with --binary PATH, or as target.settings.binary in the rig file"
)
PROBE = 30.0  # s of the test clock in which a healthy build boots and tells its version


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
        files = [_read(Path(name)) for name in parameters]
        self._build = ArducopterBuild(self._program, files)
        self._commissioned = hashlib.sha256(b"".join(files)).hexdigest()
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
            return OwnPhysicsWorld(self._build.boot_alone, ARDUCOPTER, HOME, seed)
        return LockstepWorld(self._build, ARDUCOPTER, Airframe(), seed)

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


def _told(version: Version) -> str:
    """Numbers and the start of the commit's name, which ArduPilot sends as text."""
    numbers, commit = ".".join(map(str, version.firmware)), bytes.fromhex(version.firmware_hash)
    return f"{numbers} ({commit.decode('ascii', 'replace').rstrip(chr(0)) or 'no commit'})"


def _read(parameters: Path) -> bytes:
    try:
        return parameters.read_bytes()
    except OSError as error:
        raise FileError(parameters, f"cannot be read: {error.strerror}", key="target.settings.parameters") from error
