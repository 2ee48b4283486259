"""The rig file: which target, which instrument fills which role, what the bench allows."""

import reprlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError
from pydantic_core import ErrorDetails

from harness.catalogue import Hazard
from harness.catalogue.answers import check_answers
from harness.catalogue.model import Chosen, Many, Model, Text
from harness.catalogue.reading import Document, read_document
from harness.errors import UsageError
from harness.instruments.faults import faults_of
from harness.instruments.operator import WITHIN, Attendance
from harness.instruments.settings import SETTINGS
from harness.rig.calibration import Calibration, load_register
from harness.rig.registry import INSTRUMENTS, TARGETS, instrument_names, target_kinds
from harness.rig.targetsettings import TARGET_SETTINGS
from harness.targets.settings import OF_A_SOURCE
from harness.targets.settings import SETTINGS as PROGRAMS

SIMULATED_TARGETS = ("embedded", "ardupilot", "px4", "container")
# a real board whose air and aircraft are simulated: of a result as of a simulation, of its safety as of a bench
BOARDS = ("px4-hitl",)
# dB: as much as the strongest interference stands over the signal, so that outside of the box it is below that
LEAST_SHIELDING = 60.0
# what these read becomes a measured value: without a certificate nobody knows how far it is off
MEASURING_ROLES = ("anemometer", "attenuator", "power", "spectrum", "tracker", "truth")
# simulated, and yet in the time of the wall clock
REAL_TIME_TARGETS = ("container",)


class RoleSpec(Model):
    """The instrument in one role: its make, a seeded fault (simulated instruments only), its settings.

    Its calibration is written here, or in the register under the number of its `asset`.
    """

    make: Text
    fault: str = ""
    asset: Text | None = None
    calibration: Calibration | None = None
    settings: dict[str, Any] = Field(default_factory=dict)


class TargetSpec(Model):
    """How the article is brought up."""

    kind: Text
    settings: dict[str, Any] = Field(default_factory=dict)


class SigningSpec(Model):
    """Who signs the bag: PEM files, and a time-stamping authority where one is used."""

    certificate: str
    key: str
    chain: str = ""
    tsa: str = ""


class OperatorSpec(Model):
    """Somebody attends this bench, for what only hands can do. What is left out here the job file may say.

    Attributes:
        name: for the record; default: the user of the session.
        answers: file of answers, relative to the rig file; default: ask.
        terminal: device on which they are asked; default: the terminal of the session.
        within: longest time for an answer, s.
    """

    name: str = ""
    answers: str = ""
    terminal: str = ""
    within: float = Field(default=WITHIN, gt=0, le=3600, allow_inf_nan=False)


class ShieldingSpec(Model):
    """A shielded box around the article, without which nothing on a real bench may jam: its name, and who measured it.

    Attributes:
        name: of the box.
        attenuation: least in the bands that are jammed, dB.
        certificate: of that measurement.
    """

    name: Text
    attenuation: float = Field(ge=LEAST_SHIELDING, le=200, allow_inf_nan=False)
    certificate: Text


class RigSpec(Model):
    """A rig file as written; `calibration_register` is a file, relative to the rig file."""

    id: Text
    title: Text
    twins: bool = Field(default=False, description="all that is plugged in is simulated: a pre-compliance result")
    article: str
    calibration_register: str = ""
    leases: str = Field(default="", description="folder of the leases; default: one of this machine")
    allows: Many[Chosen[Hazard]]
    target: TargetSpec
    operator: OperatorSpec | None = None
    shielding: ShieldingSpec | None = None
    roles: dict[str, RoleSpec] = Field(default_factory=dict)
    signing: SigningSpec | None = None


@dataclass(frozen=True, kw_only=True)
class RigFile:
    """A rig file, where it is, the calibration of each role that has one, and what a job says of its operator."""

    path: Path
    spec: RigSpec
    calibrations: Mapping[str, Calibration] = field(default_factory=dict)
    operator: Attendance = field(default_factory=Attendance)

    @property
    def id(self) -> str:
        """Short name of the rig."""
        return self.spec.id

    @property
    def title(self) -> str:
        """Name of the rig for a report."""
        return self.spec.title

    @property
    def article(self) -> str:
        """Path of the declaration the rig starts from, relative to the rig file."""
        return self.spec.article

    @property
    def allows(self) -> tuple[str, ...]:
        """Hazard classes that the bench is safe for."""
        return tuple(str(hazard) for hazard in self.spec.allows)

    @property
    def roles(self) -> Mapping[str, RoleSpec]:
        """Instruments by role."""
        return self.spec.roles

    @property
    def simulated(self) -> bool:
        """Whether everything on the rig is simulated: a pre-compliance result."""
        return self.virtual or self.spec.twins or self.spec.target.kind in BOARDS

    @property
    def virtual(self) -> bool:
        """Whether the article exists in software alone, so that nobody can be hurt."""
        return self.spec.target.kind in SIMULATED_TARGETS

    @property
    def spreads(self) -> bool:
        """Whether several cases can be flown at once: of an article that exists in software, on a clock that waits."""
        return self.virtual and self.spec.target.kind not in REAL_TIME_TARGETS

    @property
    def attendance(self) -> Attendance:
        """Who attends the bench: as the rig file says, and what it leaves out as the job does."""
        own, folder = self.spec.operator, self.path.parent
        if own is None:
            return self.operator
        return Attendance(
            there=True,
            name=own.name or self.operator.name,
            answers=folder / own.answers if own.answers else self.operator.answers,
            terminal=folder / own.terminal if own.terminal else None,
            within=own.within,
        )

    @property
    def uncalibrated(self) -> tuple[str, ...]:
        """Roles that measure a real article by an instrument without a calibration: their uncertainty would be 0."""
        if self.simulated:
            return ()
        return tuple(role for role in MEASURING_ROLES if role in self.roles and role not in self.calibrations)

    @property
    def faults(self) -> tuple[str, ...]:
        """Seeded rig faults as ``role:fault``."""
        return tuple(f"{role}:{spec.fault}" for role, spec in self.roles.items() if spec.fault)


def load_rig(path: Path, binary: str = "") -> RigFile:
    """Read a rig file. Whether a calibration still holds is seen when the rig is used: an expired one is INVALID.

    Args:
        path: of the file.
        binary: program that the target runs instead of the one that the file names; "" for the file's.

    Raises:
        FileError: the file is not a rig file, or it names a target, make, setting or fault that there is not.
        UsageError: a program is given and the target runs none.
    """
    document = read_document(path, RigSpec)
    rig = RigFile(path=path, spec=_with_binary(document.model, binary))
    if rig.spec.operator is not None:
        check_answers(document, ("operator", "answers"), rig.spec.operator.answers)
    target = rig.spec.target
    if target.kind in TARGETS:
        # the bare model takes nothing
        _check_settings(document, ("target",), target.settings, TARGET_SETTINGS.get(target.kind, Model))
        if target.settings.get("speed", 1.0) != 1.0 and "radio" in rig.roles:
            told = "link-loss times are judged at 1x: take this role out, or target.settings.speed"
            raise document.error(("roles", "radio"), told)
    elif target.kind not in target_kinds():
        raise document.error(("target", "kind"), _unknown("target", target.kind, target_kinds()))
    for role, spec in rig.roles.items():
        _check_role(document, role, spec)
        if spec.fault and not rig.virtual:
            raise document.error(("roles", role, "fault"), "a fault can be seeded into a simulated rig only")
    if "jammer" in rig.roles and not rig.virtual and rig.spec.shielding is None:
        told = "interference leaves the bench: a real rig that jams states its shielded box in the table [shielding]"
        raise document.error(("roles", "jammer"), told)
    return replace(rig, calibrations=_calibrations(document, path.parent))


def _calibrations(document: Document[RigSpec], folder: Path) -> dict[str, Calibration]:
    spec = document.model
    assets = load_register(folder / spec.calibration_register) if spec.calibration_register else {}
    found: dict[str, Calibration] = {}
    for role, instrument in spec.roles.items():
        if instrument.asset is not None:
            if instrument.calibration is not None:
                raise document.error(("roles", role, "calibration"), "the register has it; state asset or calibration")
            if instrument.asset not in assets:
                known = (
                    _unknown("asset", instrument.asset, assets)
                    if spec.calibration_register
                    else "the rig names no register"
                )
                raise document.error(("roles", role, "asset"), known)
            found[role] = assets[instrument.asset]
        elif instrument.calibration is not None:
            found[role] = instrument.calibration
    return found


def _with_binary(spec: RigSpec, binary: str) -> RigSpec:
    if not binary:
        return spec
    if spec.target.kind not in PROGRAMS:
        raise UsageError(f"--binary {binary}: the target {spec.target.kind} runs no program of the user's")
    # a path of the command line is one of the working directory, not of the rig file's folder
    place = str(Path(binary).expanduser().absolute()) if "/" in binary else binary
    kept = {key: value for key, value in spec.target.settings.items() if key not in OF_A_SOURCE}
    target = spec.target.model_copy(update={"settings": {**kept, "binary": place}})
    return spec.model_copy(update={"target": target})


def _check_role(document: Document[RigSpec], role: str, spec: RoleSpec) -> None:
    name, place = f"{role}.{spec.make}", ("roles", role)
    # targets and makes from elsewhere know their settings themselves
    if name in INSTRUMENTS:
        _check_settings(document, place, spec.settings, SETTINGS.get(name, Model))
    elif name not in instrument_names():
        raise document.error((*place, "make"), _unknown("instrument", name, instrument_names()))
    if spec.fault and spec.fault not in faults_of(role, spec.make):
        raise document.error((*place, "fault"), _unknown("fault", spec.fault, faults_of(role, spec.make)))


def _check_settings(
    document: Document[RigSpec], place: tuple[str, ...], settings: dict[str, Any], model: type[Model]
) -> None:
    try:
        model.model_validate(settings)
    except ValidationError as problem:
        # a key that is there and wrong goes before one that is missing, as in every file of the project
        first = min(problem.errors(include_url=False), key=lambda error: error["type"] == "missing")
        raise document.error((*place, "settings", *first["loc"]), _said(first, model)) from None


def _said(error: ErrorDetails, model: type[Model]) -> str:
    match error["type"]:
        case "missing":
            return "missing key"
        case "extra_forbidden":
            return f"unknown key, known are {_listed(model.model_fields)}"
        case "value_error":
            return str(error["ctx"]["error"])
        case _:
            return f"{error['msg'][0].lower()}{error['msg'][1:]}, got {reprlib.repr(error['input'])}"


def _unknown(what: str, name: str, known: Iterable[str]) -> str:
    return f"there is no {what} {name!r}, known are {_listed(known)}"


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names) or "none"
