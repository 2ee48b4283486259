"""A rig in use: brings the target up, and sets up a bench with a fresh world for each case."""

import inspect
import re
from collections.abc import Collection, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from harness.catalogue import Declaration
from harness.errors import FileError, HarnessError, RigError, UsageError
from harness.instruments.context import CaseLog, Context
from harness.rig.calibration import Asset, Calibration, as_fields
from harness.rig.config import RigFile, RoleSpec
from harness.rig.guard import Guard
from harness.rig.registry import find_instrument, find_target
from harness.rig.seeds import seed_for
from harness.targets.base import Target, TargetWorld
from harness.targets.settings import SETTINGS as PROGRAMS

# devices that other makes are built on
SERVICE_ROLES = ("relay", "anemometer", "tracker", "estop", "takeover", "gnss")
# what these show is not on the links between the article and its ground station
ROLES_OFF_THE_LINKS = frozenset({"network", "scanner", "storage", "firmware", "documents", "inspection", "gnss"})

NO_CALIBRATION = "measures without a calibration: state its asset of the register, or [calibration], in the rig file"


@dataclass(frozen=True, kw_only=True)
class Claims:
    """What the maker declares, and the folder that its file names are relative to."""

    declaration: Declaration
    folder: Path


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """Where the devices of a case stand; `quiet` as in ``Context``."""

    world: TargetWorld
    log: CaseLog
    quiet: bool = False


class MissingRole(Exception):
    """The rig has no instrument in a role that a test asks for; the verdict is NOT_TESTED."""


class Bench:
    """The devices of one case by role, and the world they share."""

    def __init__(self, rig: RigFile, world: TargetWorld, devices: Mapping[str, Any], log: CaseLog) -> None:
        self._rig, self._log = rig, log
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
        """Switch the article off and let go of the devices."""
        with ExitStack() as closing:
            closing.callback(_close_world, self.world)
            closing.callback(_close_all, self._devices)
            closing.callback(self._tell)
            self.world.power_off()

    def _tell(self) -> None:
        # what a world in real time has to say of its clock and its article
        for text in getattr(self.world, "notes", ()):
            self._log.note(text)

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

    def __init__(
        self, rig: RigFile, claims: Claims, defects: Sequence[str], seed: int, watchlog: Path | None = None
    ) -> None:
        """Bring the rig up; `watchlog` is where the watchdog of a real bench writes when it has to act."""
        self.rig = rig
        self._claims = claims
        self._seed = seed
        if defects and rig.spec.target.kind != "embedded":
            raise UsageError("--defect seeds the embedded drone only, and this rig has another target")
        # judged by case and not here: a report names the equipment also of a run that it made INVALID
        self._identities: dict[str, str] = {}
        self._unfit = _unfit(rig, datetime.now(UTC).date())
        self._factories = {role: find_instrument(role, spec.make) for role, spec in rig.roles.items()}
        self._guard = Guard(rig, watchlog)
        try:
            self.target: Target = _bring_up(rig, tuple(defects))
        except HarnessError:
            self._guard.close()
            raise

    def identity(self) -> dict[str, Any]:
        """What stands on the bench, for the record."""
        return {
            "target": {"kind": self.target.kind, "simulated": self.target.simulated},
            "article": dict(self.target.identity()),
            "roles": {role: self._equipment(role, spec) for role, spec in self.rig.roles.items()},
        }

    def _equipment(self, role: str, spec: RoleSpec) -> dict[str, Any]:
        calibration = as_fields(self.rig.calibrations.get(role))
        told = {"make": spec.make, "simulated": self.rig.simulated, "fault": spec.fault, "calibration": calibration}
        return told | ({"identity": self._identities[role]} if role in self._identities else {})

    def open_bench(self, case: str, log: CaseLog, asked: Collection[str] = ()) -> Bench:
        """Set up the devices of a case in a fresh world and power the article; after an error it has none.

        Args:
            case: its id.
            log: takes what the devices have to tell.
            asked: names that the case asks for, its roles among them; empty where nobody knows.

        Raises:
            RigError: a device cannot be set up, or it measures without a calibration that held when the run began.
        """
        if self._unfit:
            raise RigError(self._unfit)
        world = self.target.new_world(seed_for(self._seed, case, "target"))
        devices: dict[str, Any] = {}
        wanted = self.rig.roles.keys() & set(asked)
        quiet = bool(wanted) and wanted <= ROLES_OFF_THE_LINKS
        with ExitStack() as on_error:
            on_error.callback(_close_world, world)
            on_error.callback(_close_all, devices)
            for role in self.order():
                devices[role] = self.fit(role, case, Surroundings(world=world, log=log, quiet=quiet), devices)
            self._guard.prove(devices)
            on_error.callback(world.power_off)
            world.power_on()
            on_error.pop_all()
        return Bench(self.rig, world, devices, log)

    def read_identity(self, role: str) -> str:
        """What the device in `role` answered when it was asked who it is; "" when it was not."""
        return self._identities.get(role, "")

    def order(self) -> list[str]:
        """The roles as they are set up: service devices first, for others are built on them."""
        return sorted(self.rig.roles, key=lambda role: role not in SERVICE_ROLES)

    def fit(self, role: str, case: str, around: Surroundings, devices: Mapping[str, Any]) -> Any:  # noqa: ANN401 - a make is of any type
        """Set up the device of one role for a case, and see that it is the one of the register.

        Raises:
            RigError: it cannot be set up, does not answer, or is another one.
        """
        spec, calibration = self.rig.roles[role], self.rig.calibrations.get(role)
        device = self._factories[role](
            Context(
                world=around.world,
                sockets=around.world.sockets,
                log=around.log,
                quiet=around.quiet,
                seed=seed_for(self._seed, case, role),
                declaration=self._claims.declaration,
                documents=self._claims.folder,
                fault=spec.fault,
                uncertainty=calibration.greatest if calibration else 0.0,
                ranges=calibration.to_ranges() if calibration else (),
                settings=spec.settings,
                devices=dict(devices),
                bench=self.rig.path.parent,
                attendance=self.rig.attendance,
                real=not self.rig.virtual,
            )
        )
        self._identify(role, device, calibration)
        return device

    def _identify(self, role: str, device: Any, calibration: Calibration | None) -> None:  # noqa: ANN401
        ask = getattr(device, "identify", None)
        if ask is None or role in self._identities:
            return
        identity = str(ask())
        serial = calibration.serial if isinstance(calibration, Asset) else ""
        if serial and not _names(identity, serial):
            close_device(device)
            raise RigError(
                f"the {role} role says it is {identity!r}, the register has serial {serial!r} under its asset: "
                "plug in the right instrument or correct the register"
            )
        self._identities[role] = identity

    def close(self) -> None:
        """Stop the target, dismiss the watchdog and give the bench back."""
        try:
            self.target.close()
        finally:
            self._guard.close()


def _names(identity: str, serial: str) -> bool:
    """Whether the serial number stands there whole: 17 is neither 1778 nor A17."""
    return re.search(rf"(?<![0-9A-Za-z]){re.escape(serial)}(?![0-9A-Za-z])", identity) is not None


def close_device(device: Any) -> None:  # noqa: ANN401 - a make from elsewhere is of any type
    """Let go of what a device holds open, if it holds anything."""
    close = getattr(device, "close", None)
    if close is not None:
        close()


def _close_all(devices: Mapping[str, Any]) -> None:
    with ExitStack() as stack:
        for device in devices.values():
            stack.callback(close_device, device)


def _close_world(world: TargetWorld) -> None:
    # a world in real time holds ports; others hold nothing
    close_device(world)


def _bring_up(rig: RigFile, defects: tuple[str, ...]) -> Target:
    factory, settings = find_target(rig.spec.target.kind), dict(rig.spec.target.settings)
    if "folder" in inspect.signature(factory).parameters:
        settings["folder"] = rig.path.parent.resolve()
    if rig.spec.target.kind in PROGRAMS:
        model = PROGRAMS[rig.spec.target.kind].model_validate(settings)
        settings = model.located(rig.path.parent).model_dump()
    try:
        inspect.signature(factory).bind(defects=defects, **settings)
    except TypeError as error:
        problem = f"the target {rig.spec.target.kind} does not take these: {error}"
        raise FileError(rig.path, problem, key="target.settings") from error
    target: Target = factory(defects=defects, **settings)
    return target


def _unfit(rig: RigFile, today: date) -> str:
    for role, calibration in rig.calibrations.items():
        if calibration.overdue(today):
            return f"the calibration of the {role} role ended on {calibration.due}: recalibrate it"
    return f"the {rig.uncalibrated[0]} role {NO_CALIBRATION}" if rig.uncalibrated else ""
