"""An autopilot as a target: the user's own build, started anew for each case, in our plant or in its own physics."""

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from weakref import WeakSet

from harness.errors import FileError, RigError, UsageError, VehicleError
from harness.plant.airframe import Airframe
from harness.targets.base import TargetWorld
from harness.targets.programs.cockpit import Firmware, Source
from harness.targets.programs.lockstep import LockstepWorld
from harness.targets.programs.ownphysics import OwnPhysicsWorld
from harness.targets.programs.simulator import Home
from harness.vehicle.dialect import Dialect
from harness.vehicle.vehicle import Vehicle
from harness.vehicle.version import Version

PROBE = 30.0  # s of the test clock in which a healthy build boots and tells its version


class AutopilotTarget:
    """What is common to all makes, which set the attributes.

    Attributes:
        kind: of target.
        simulated: always.
        named: the make with its article, for an error.
        remedy: which program to name, and where.
        dialect: its words.
        home: where its flights take place.
    """

    kind: str
    simulated = True
    named: str
    remedy: str
    dialect: Dialect
    home: Home

    def __init__(self, program: Source, build: Firmware, files: Sequence[bytes], physics: str) -> None:
        """Boot `build` of `program` once; it was commissioned with `files`.

        Raises:
            UsageError: the program does not behave as that make with its simulation interface.
        """
        self._program, self._build, self._physics = program, build, physics
        self._commissioned = hashlib.sha256(b"".join(files)).hexdigest()
        self._worlds: WeakSet[LockstepWorld | OwnPhysicsWorld] = WeakSet()
        self._windless = ""
        try:
            self._told = self._probe()
        except BaseException:
            program.close()
            raise

    def identity(self) -> Mapping[str, Any]:
        """Hashes of the program and of its commissioning, and what it says of itself."""
        return {
            **self._program.describe(),
            "version_obtained": "self-reported",
            "parameters_sha256": self._commissioned,
            "physics": self._physics,
            **self._told,
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
        self._program.close()

    def look(self, client: Vehicle, version: Version) -> Mapping[str, Any]:
        """What the record says of the article beside its hashes; it told its `version`.

        Raises:
            VehicleError: it does not answer, or is not what it was taken for.
        """
        return {"firmware_version": self.describe(version)}

    def tell_windless(self, version: Version) -> str:
        """Why a simulator of that version shows no wind though it takes the parameters; empty where it does."""
        return ""

    def describe(self, version: Version) -> str:
        """Its version, as its make writes one."""
        raise NotImplementedError

    def _make_world(self, seed: int) -> LockstepWorld | OwnPhysicsWorld:
        if self._physics == "own":
            return OwnPhysicsWorld(self._build, self.dialect, self.home, seed, self._windless)
        return LockstepWorld(self._build, self.dialect, Airframe(), seed)

    def _probe(self) -> Mapping[str, Any]:
        """Boot once and look: what is no autopilot is found before the first case.

        Raises:
            UsageError: it ends, or never speaks.
        """
        world = self._make_world(0)
        try:
            world.power_on()
            client = Vehicle(world.usb.ground, world, dialect=self.dialect)
            client.connect(PROBE)
            version = client.version(PROBE)
            self._windless = self.tell_windless(version)
            return self.look(client, version)
        except (VehicleError, RigError) as error:
            told = f"{self._program.name} does not fly as {self.named} here: {error}. {self.remedy}"
            raise UsageError(told) from error
        finally:
            world.power_off()


def read_parameters(names: Sequence[str]) -> list[bytes]:
    """The files of parameters.

    Raises:
        FileError: one cannot be read.
    """
    return [_read(Path(name)) for name in names]


def _read(parameters: Path) -> bytes:
    try:
        return parameters.read_bytes()
    except OSError as error:
        raise FileError(parameters, f"cannot be read: {error.strerror}", key="target.settings.parameters") from error
