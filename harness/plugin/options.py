"""Command-line options of the suites, and the one frozen configuration they become."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from harness.catalogue import Basis, load_basis
from harness.catalogue.catalogue import DOMAINS
from harness.errors import UsageError, did_you_mean
from harness.instruments.operator import Attendance
from harness.rig import RigFile, load_rig

HIDING = {
    "lf": "--lf",
    "ignore": "--ignore",
    "ignore_glob": "--ignore-glob",
    "continue_on_collection_errors": "--continue-on-collection-errors",
}


@dataclass(frozen=True, kw_only=True)
class Request:
    """What a run is asked for, as paths and names; the command line and pytest's options both become one.

    Attributes:
        root: the checkout that holds ``suites`` and ``rigs``.
        rig: rig file, as a path.
        profile: a file, or a name in ``rigs/profiles``.
        article: declaration; "" for the one that the rig names.
        job: job file of a lab, or "".
        suites: scope narrowed to these suites; empty for all.
        requirements: scope narrowed to these requirements; empty for all.
        binary: program that the target runs instead of the one that the rig file names, or "".
    """

    root: Path
    rig: str
    profile: str = ""
    article: str = ""
    job: str = ""
    suites: tuple[str, ...] = ()
    requirements: tuple[str, ...] = ()
    binary: str = ""


@dataclass(frozen=True, kw_only=True)
class RunConfig:
    """Everything a run was asked for, loaded and checked; nothing else reads the options."""

    request: Request
    rig: RigFile
    basis: Basis
    profile_file: Path
    article_file: Path
    seed: int
    defects: tuple[str, ...]
    folder: Path
    allow_arming: bool


def add_options(parser: pytest.Parser) -> None:
    """Register the options of design section 9."""
    group = parser.getgroup("dronecert", "drone certification")
    group.addoption("--rig", metavar="FILE", help="rig file: which target, which instruments")
    group.addoption(
        "--profile", default="", metavar="FILE", help="certification basis: a file, or a name in rigs/profiles"
    )
    group.addoption("--article", default="", metavar="FILE", help="the maker's declaration; default: the rig's own")
    group.addoption("--job", default="", metavar="FILE", help="what a lab adds: customer, operator, units, documents")
    group.addoption("--binary", default="", metavar="PATH", help="program of the autopilot that the target runs")
    group.addoption("--seed", type=int, default=1, metavar="N", help="seed of every reproducible random number")
    group.addoption("--defect", action="append", default=[], metavar="NAME", help="seed a defect (embedded drone only)")
    group.addoption("--evidence", metavar="DIR", help="run folder; default: evidence/<run id>")
    group.addoption("--allow-arming", action="store_true", help="let a rig that is not simulated arm its aircraft")
    group.addoption("--suite", action="append", default=[], metavar="NAME", help="narrow the scope to this suite")
    group.addoption("--no-pictures", action="store_true", help="draw nothing: for runs of which only verdicts are read")
    group.addoption("--requirement", action="append", default=[], metavar="ID", help="narrow the scope to this one")


def read_run_config(config: pytest.Config, folder: Path) -> RunConfig:
    """Load every file that the options name.

    Raises:
        UsageError: a file is missing or wrong, or options contradict each other.
    """
    _refuse_reruns(config)
    _refuse_narrowing(config)
    request = Request(
        root=config.rootpath,
        rig=config.getoption("--rig"),
        profile=config.getoption("--profile"),
        article=config.getoption("--article"),
        job=config.getoption("--job"),
        suites=tuple(config.getoption("--suite")),
        requirements=tuple(config.getoption("--requirement")),
        binary=config.getoption("--binary"),
    )
    rig, basis = load_request(request)
    return RunConfig(
        request=request,
        rig=rig,
        basis=basis,
        profile_file=profile_file(request),
        article_file=article_file(request, rig),
        seed=config.getoption("--seed"),
        defects=tuple(config.getoption("--defect")),
        folder=folder,
        allow_arming=config.getoption("--allow-arming"),
    )


def load_request(request: Request) -> tuple[RigFile, Basis]:
    """Read and cross-check the files of a request.

    Raises:
        UsageError: a file or a name is wrong.
    """
    rig = load_rig(Path(request.rig), request.binary)
    basis = load_basis(
        suites=[request.root / "suites" / domain for domain in DOMAINS],
        profile=profile_file(request),
        declaration=article_file(request, rig),
        job=Path(request.job) if request.job else None,
    )
    if basis.job is not None:
        person = basis.job.operator
        answers = Path(request.job).parent / person.answers if person.answers else None
        rig = replace(rig, operator=Attendance(name=person.name, answers=answers))
    _refuse_unknown("--suite", request.suites, DOMAINS)
    _refuse_unknown("--requirement", request.requirements, basis.catalogue.ids)
    if request.requirements and not set(request.requirements) & set(basis.profile.requirements):
        asked = ", ".join(request.requirements)
        raise UsageError(f"--requirement {asked}: nothing of it is in the profile {basis.profile.id}: name another one")
    return rig, basis


def profile_file(request: Request) -> Path:
    """The profile given by path, or by name in ``rigs/profiles``.

    Raises:
        UsageError: it is neither a file nor one of those names.
    """
    return _named("--profile", request.profile or "baseline", request.root / "rigs" / "profiles")


def rig_file(root: Path, name: str) -> Path:
    """The rig file given by path, or by name in ``rigs`` of the checkout `root`; "" is the embedded drone.

    Raises:
        UsageError: it is neither a file nor one of those names.
    """
    return _named("--rig", name or "embedded", root / "rigs")


def article_file(request: Request, rig: RigFile) -> Path:
    """The declaration asked for, or the one that the rig names."""
    return Path(request.article) if request.article else rig.path.parent / rig.article


def _named(option: str, name: str, folder: Path) -> Path:
    path, named = Path(name), folder / f"{name}.toml"
    if "/" in name or path.exists():
        return path if "/" in name or not named.is_file() else named
    if named.is_file():
        return named
    known = sorted(item.stem for item in folder.glob("*.toml"))
    near = did_you_mean(path.stem, known)
    raise UsageError(f"{option} {name}: no such file, and none of that name{near or '; there are ' + ', '.join(known)}")


def _refuse_unknown(option: str, names: Sequence[str], known: Sequence[str]) -> None:
    for name in names:
        if name not in known:
            near = did_you_mean(name, known)
            raise UsageError(f"{option} {name}: there is none of that name{near or '; there are ' + ', '.join(known)}")


def _refuse_reruns(config: pytest.Config) -> None:
    if getattr(config.option, "reruns", None):
        raise UsageError("--reruns is refused: a repetition is a measurement, plan it in conditions.toml")


def _refuse_narrowing(config: pytest.Config) -> None:
    """What hides a test before the plan is made would let a requirement pass on the rest."""
    for name, option in HIDING.items():
        if getattr(config.option, name, None):
            raise UsageError(f"{option} is refused: it hides tests from the plan; select with -k or --requirement")
    for argument in config.args:
        if not (config.invocation_params.dir / argument).is_dir():
            raise UsageError(f"{argument} is refused: name the folder of a suite, and select in it with -k")
    if not hasattr(config.option, "allure_report_dir"):
        raise UsageError("allure-pytest is switched off, and the report is made of what it is told")
