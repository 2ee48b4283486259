"""``dronecert validate``: method validation. Flies every defect and rig fault, prints the detection table.

A method that cannot fail a bad drone shows nothing: each defect must come out FAIL on its requirement and leave the
others alone, each rig fault must come out INVALID.
"""

import tempfile
import threading
import tomllib
from argparse import Namespace
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from harness.commands.certify import choose_jobs, suite_arguments
from harness.commands.output import CHECKOUT, say, tell
from harness.commands.preloaded import run_pytest
from harness.drone.defect import Defect
from harness.drone.defects import DEFECTS
from harness.errors import HarnessError, UsageError, did_you_mean
from harness.evidence.record import record_files
from harness.evidence.results import read_results
from harness.instruments.faults import RIG_FAULTS, RigFault
from harness.judgement import Verdict
from harness.plugin.options import Request

# pytest.ExitCode.INTERRUPTED
PYTEST_INTERRUPTED = 2
# the profile of what takes longer than a run of the default one may
CAMPAIGN = "campaign"
RIG = CHECKOUT / "rigs" / "embedded.toml"
Verdicts = Mapping[str, Verdict]


@dataclass(frozen=True, kw_only=True)
class Trial:
    """One fault to fly and what must come of it.

    Attributes:
        name: of the defect or rig fault.
        wanted: the verdict that each requirement of `targets` must have.
        targets: requirements that the fault is made for.
        free: requirements that may have any verdict.
        defect: name for ``--defect``, or "".
        rig_fault: the fault to write into the rig file, or None.
    """

    name: str
    wanted: Verdict
    targets: tuple[str, ...]
    free: tuple[str, ...] = ()
    defect: str = ""
    rig_fault: RigFault | None = None


def validate(arguments: Namespace) -> int:
    """Fly the trials; returns 0 when each fault was detected as it must be, 1 otherwise.

    Raises:
        UsageError: ``--only`` names no fault, or the sound drone does not pass.
    """
    trials, jobs = choose_trials(arguments.only), choose_jobs(arguments.jobs)
    with _workplace(arguments.out) as folder:
        sound = {} if arguments.quick else _fly(folder / "sound", Request(root=CHECKOUT, rig=str(RIG)), "")
        if any(verdict is not Verdict.PASS for verdict in sound.values()):
            raise UsageError("the sound drone does not pass its own profile: run dronecert certify first")
        missed = sum(not detected for detected in _try_all(trials, folder, sound, jobs))
    say(f"{len(trials)} faults, {len(trials) - missed} detected as they must be")
    return 1 if missed else 0


def choose_trials(names: Sequence[str] = ()) -> list[Trial]:
    """The trials of that name, or all: every defect of the embedded drone, every fault of the simulated instruments.

    Raises:
        UsageError: there is no fault of a name.
    """
    trials = {trial.name: trial for trial in (*map(_of_defect, DEFECTS.values()), *map(_of_fault, RIG_FAULTS.values()))}
    unknown = [name for name in names if name not in trials]
    if unknown:
        near = did_you_mean(unknown[0], trials)
        raise UsageError(f"--only {unknown[0]}: no such fault{near or '; there are ' + ', '.join(trials)}")
    return [trial for name, trial in trials.items() if not names or name in names]


def _of_defect(item: Defect) -> Trial:
    return Trial(
        name=item.name,
        wanted=Verdict.FAIL,
        targets=item.caught_by,
        free=tuple(item.also_touches),
        defect=item.name,
    )


def _of_fault(item: RigFault) -> Trial:
    return Trial(name=item.name, wanted=Verdict.INVALID, targets=item.invalidates, rig_fault=item)


def _try_all(trials: Sequence[Trial], folder: Path, sound: Verdicts, jobs: int) -> Iterator[bool]:
    """Fly as many at once as there are jobs, and tell of them in their order; what is in the air is waited for.

    Raises:
        UsageError: interrupted, or a run did not start.
    """
    stopped = threading.Event()

    def fly(trial: Trial) -> tuple[bool, str]:
        if stopped.is_set():
            raise UsageError(f"interrupted before {trial.name}")
        try:
            return _try(trial, folder, sound)
        except HarnessError:
            stopped.set()
            raise

    with ThreadPoolExecutor(jobs) as pool:
        flights = [pool.submit(fly, trial) for trial in trials]
        try:
            for flight in flights:
                detected, line = flight.result()
                say(line)
                yield detected
        except KeyboardInterrupt as error:
            raise UsageError(f"interrupted; what was flown is in {folder} if --out was given") from error
        finally:
            stopped.set()


def _try(trial: Trial, folder: Path, sound: Verdicts) -> tuple[bool, str]:
    tell(f"flying {trial.name}")
    # without the sound drone's verdicts to compare with, only the fault's own requirements are flown
    found = fly_trial(trial, folder, () if sound else trial.targets)
    wrong = [name for name in trial.targets if found.get(name) is not trial.wanted]
    changed = [name for name in sound if _has_changed(trial, name, sound, found)]
    rest = "".join(f"; {name} {found.get(name)} changed" for name in changed)
    seen = ", ".join(f"{name} {found.get(name)}" for name in trial.targets)
    word = "MISSED" if wrong or changed else "detected"
    return not (wrong or changed), f"{word:<9} {trial.name:<24} wanted {trial.wanted:<8} got {seen}{rest}"


def _has_changed(trial: Trial, name: str, sound: Verdicts, found: Verdicts) -> bool:
    if name in (*trial.targets, *trial.free):
        return False
    # an instrument that lies may invalidate whatever else relies on it, and nothing but that
    allowed = (sound[name], Verdict.INVALID) if trial.rig_fault else (sound[name],)
    return found.get(name) not in allowed


def fly_trial(trial: Trial, folder: Path, only: Sequence[str]) -> Verdicts:
    """Fly one fault against the requirements `only` (empty for all of the profile); returns their verdicts.

    What no run of the default profile holds, such as a soak, is flown in a run of its own.

    Raises:
        EvidenceError: a run left no record.
    """
    rig = str(_faulty_rig(trial.rig_fault, folder) if trial.rig_fault else RIG)
    place, campaigns = folder / trial.name.replace(":", "-"), _campaigns()
    inside = tuple(name for name in only if name not in campaigns)
    long = tuple(name for name in trial.targets if name in campaigns)
    found: dict[str, Verdict] = {}
    if inside or not only:
        found |= _fly(place, Request(root=CHECKOUT, rig=rig, requirements=inside), trial.defect)
    if long:
        request = Request(root=CHECKOUT, rig=rig, profile=CAMPAIGN, requirements=long)
        found |= _fly(place.with_name(f"{place.name}-{CAMPAIGN}"), request, trial.defect)
    return found


def _campaigns() -> frozenset[str]:
    text = (CHECKOUT / "rigs" / "profiles" / f"{CAMPAIGN}.toml").read_text(encoding="utf-8")
    return frozenset(tomllib.loads(text)["requirements"])


def _fly(place: Path, request: Request, defect: str) -> Verdicts:
    options = [f"--requirement={name}" for name in request.requirements] + ([f"--defect={defect}"] if defect else [])
    options += [f"--profile={request.profile}"] if request.profile else []
    # verdicts are all that is looked at
    options += ["--no-pictures"]
    if record_files(place):
        raise UsageError(f"{place} holds a run already: give --out a folder without one")
    status = run_pytest(["-q", *suite_arguments(request, place, options)], str(CHECKOUT))
    if status == PYTEST_INTERRUPTED:
        raise UsageError(f"interrupted; what was flown is in {place.parent} if --out was given")
    return {item.id: item.verdict for item in read_results(place).scope}


def _faulty_rig(item: RigFault, folder: Path) -> Path:
    header = f"[roles.{item.role}]\n"
    text = RIG.read_text(encoding="utf-8")
    if header not in text:
        raise UsageError(f"{RIG} has no role {item.role} to seed the fault {item.name} into")
    article = f'article = "{RIG.parent.as_posix()}/articles/'
    text = text.replace(header, f'{header}fault = "{item.fault}"\n').replace('article = "articles/', article)
    # the copy lies elsewhere, and the bench's own lists do not
    text = text.replace('"lists/', f'"{RIG.parent.as_posix()}/lists/')
    path = folder / f"{item.role}-{item.fault}.toml"
    path.write_text(text, encoding="utf-8")
    return path


@contextmanager
def _workplace(out: str) -> Iterator[Path]:
    if out:
        folder = Path(out)
        folder.mkdir(parents=True, exist_ok=True)
        yield folder
        return
    with tempfile.TemporaryDirectory(prefix="dronecert-validate-") as temporary:
        yield Path(temporary)
