"""A rig in use: brings the target up, and sets up a bench with a fresh world for each case."""

import inspect
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from harness.catalogue import Declaration
from harness.errors import FileError, RigError, UsageError
from harness.instruments.context import CaseLog, Context
from harness.rig.config import RigFile, RoleSpec
from harness.rig.registry import find_instrument, find_target
from harness.rig.seeds import seed_for
from harness.targets.base import Target, TargetWorld
from harness.targets.settings import SETTINGS as TARGET_SETTINGS


@dataclass(frozen=True, kw_only=True)
class Claims:
    """What the maker declares, and the folder that its file names are relative to."""

    declaration: Declaration
    folder: Path


class MissingRole(Exception):
    """The rig has no instrument in a role that a test asks for; the verdict is NOT_TESTED."""


class Bench:
    """The devices of one case by role, and the world they share."""

    def __init__(self, rig: RigFile, world: TargetWorld, devices: Mapping[str, Any]) -> None:
        self._rig = rig
        self.world = world
        self._devices = devices

    def role(self, name: str) -> Any:  # noqa: ANN401 - the fixture of the role gives the type
        """The device in a role.

        Raises:
            MissingRole: the rig file names none.
        """
        if name not in self._devices:
            raise MissingRole(f"no {name} role on the rig {self._rig.id}")
        return self._devices[name]

    def close(self) -> None:
        """Switch the article off."""
        self.world.power_off()

    def witnessed(self) -> bool:
        """Whether an independent observer hears the article now."""
        observer = self._devices.get("observer")
        return observer is not None and bool(observer.hears())


class RigSession:
    """Owns the target for a run, and the world for each case.

    Raises:
        RigError: the target does not come up.
        UsageError: the rig file asks for what does not exist.
    """

    def __init__(self, rig: RigFile, claims: Claims, defects: Sequence[str], seed: int) -> None:
        self.rig = rig
        self._claims = claims
        self._seed = seed
        if defects and rig.spec.target.kind != "embedded":
            raise UsageError("--defect seeds the embedded drone only, and this rig has another target")
        # judged by case and not here: a report names the equipment also of a run that it made INVALID
        self._expired = _expired(rig, datetime.now(UTC).date())
        self._factories = {role: find_instrument(role, spec.make) for role, spec in rig.roles.items()}
        self.target: Target = _bring_up(rig, tuple(defects))

    def identity(self) -> dict[str, Any]:
        """What stands on the bench, for the record."""
        return {
            "target": {"kind": self.target.kind, "simulated": self.target.simulated},
            "article": dict(self.target.identity()),
            "roles": {role: _equipment(spec, self.rig.simulated) for role, spec in self.rig.roles.items()},
        }

    def open_bench(self, case: str, log: CaseLog) -> Bench:
        """Set up the devices of a case in a fresh world and power the article; after an error it has none.

        Raises:
            RigError: a device cannot be set up, or its calibration had expired when the run began.
        """
        if self._expired:
            raise RigError(self._expired)
        world = self.target.new_world(seed_for(self._seed, case, "target"))
        devices = {
            role: self._factories[role](self._context(spec, world, log, seed_for(self._seed, case, role)))
            for role, spec in self.rig.roles.items()
        }
        with ExitStack() as on_error:
            on_error.callback(world.power_off)
            world.power_on()
            on_error.pop_all()
        return Bench(self.rig, world, devices)

    def _context(self, spec: RoleSpec, world: TargetWorld, log: CaseLog, seed: int) -> Context:
        return Context(
            world=world,
            sockets=world.sockets,
            log=log,
            seed=seed,
            declaration=self._claims.declaration,
            documents=self._claims.folder,
            bench=self.rig.path.parent,
            fault=spec.fault,
            uncertainty=spec.calibration.uncertainty if spec.calibration else 0.0,
            settings=spec.settings,
        )

    def close(self) -> None:
        """Stop the target."""
        self.target.close()


def _bring_up(rig: RigFile, defects: tuple[str, ...]) -> Target:
    factory, settings = find_target(rig.spec.target.kind), rig.spec.target.settings
    if rig.spec.target.kind in TARGET_SETTINGS:
        model = TARGET_SETTINGS[rig.spec.target.kind].model_validate(settings)
        settings = model.located(rig.path.parent).model_dump()
    try:
        inspect.signature(factory).bind(defects=defects, **settings)
    except TypeError as error:
        problem = f"the target {rig.spec.target.kind} does not take these: {error}"
        raise FileError(rig.path, problem, key="target.settings") from error
    target: Target = factory(defects=defects, **settings)
    return target


def _expired(rig: RigFile, today: date) -> str:
    for role, spec in rig.roles.items():
        if spec.calibration is not None and spec.calibration.due < today:
            return f"the calibration of the {role} role ended on {spec.calibration.due}: recalibrate it"
    return ""


def _equipment(spec: RoleSpec, simulated: bool) -> dict[str, Any]:
    calibration = spec.calibration.model_dump(mode="json") if spec.calibration else None
    return {"make": spec.make, "simulated": simulated, "fault": spec.fault, "calibration": calibration}
