"""``dronecert certify``: pytest as one child process, then views and bag from the record, also when the child died."""

import os
import signal
import subprocess
import sys
from argparse import Namespace
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from harness.commands.output import CHECKOUT, new_folder, tell
from harness.commands.report import TOOLS, publish, signer
from harness.drone.article import shipped
from harness.drone.defects import damage
from harness.errors import UsageError
from harness.evidence.record import record_files
from harness.plugin.options import Request, load_request, profile_file, rig_file
from harness.reports.html import find_generator
from harness.rig import RigFile
from harness.targets.programs.program import Program
from harness.targets.settings import SETTINGS as PROGRAMS

# wall time; virtual time needs seconds, and a case at lab depth a few minutes
CASE_TIMEOUT = 1800
# a worker of them all takes about 400 MB
MOST_JOBS = 8
NAME_IT = "name the program of the autopilot with --binary PATH, or as target.settings.binary in the rig file"
# options by the environment would change what was asked for and checked: the declaration, the scope, leave to arm
WITHOUT_OVERRIDES = ("env", "-u", "PYTEST_ADDOPTS", "-u", "PYTEST_PLUGINS")
# pytest.ExitCode.USAGE_ERROR; the command line itself does without pytest
PYTEST_USAGE_ERROR = 4


def certify(arguments: Namespace) -> int:
    """Run the suites and issue the evidence; returns the exit code of design section 9.

    Raises:
        UsageError: a file or an option is wrong; nothing was started.
        EvidenceError: the report generator is not installed (nothing was started), or a view cannot be made.
    """
    request = _request(arguments)
    rig, _ = load_request(request)
    _check_program(rig)
    # whoever cannot sign or print learns it before the run, not after
    signer(rig)
    find_generator(TOOLS)
    damage(shipped(), arguments.defect)
    folder = _run_folder(arguments)
    options = [*_options(arguments, request), *_spread(arguments.jobs, rig, request)]
    status = run_suites(request, folder, options)
    if status == PYTEST_USAGE_ERROR or not record_files(folder):
        raise UsageError(f"the suites did not start (pytest ended with {status}); its message is above")
    return publish(folder, rig)


def run_suites(request: Request, folder: Path, options: Sequence[str]) -> int:
    """Run the suites of `request` in one child process, its output on standard error; returns pytest's exit code."""
    command = [*WITHOUT_OVERRIDES, sys.executable, "-m", "pytest", "-v", *suite_arguments(request, folder, options)]
    child = subprocess.Popen(command, cwd=CHECKOUT, stdout=sys.stderr, stderr=sys.stderr)
    with child, _passing_on_sigterm(child):
        return _wait(child)


def suite_arguments(request: Request, folder: Path, options: Sequence[str]) -> list[str]:
    """Pytest's arguments for a run of the suites of `request` into `folder`."""
    return [
        *("-c", str(CHECKOUT / "pyproject.toml"), "--rootdir", str(CHECKOUT), "-p", "no:cacheprovider"),
        # a library for tests, slow to load
        *("-p", "no:hypothesispytest"),
        "--tb=short",
        # the project's own tests stop at a warning; a lab's run goes on
        *("-W", "default"),
        f"--timeout={CASE_TIMEOUT}",
        *("--no-header", "--no-summary"),
        *("--rig", str(Path(request.rig).resolve()), "--evidence", str(folder.resolve()), *options),
        str(CHECKOUT / "suites"),
    ]


def _check_program(rig: RigFile) -> None:
    """Whoever has named no program, or none of this machine, learns it in one line before a folder is made."""
    binary = str(rig.spec.target.settings.get("binary", "")) if rig.spec.target.kind in PROGRAMS else ""
    if binary:
        Program(str(rig.path.parent / Path(binary).expanduser()) if "/" in binary else binary, NAME_IT)


@contextmanager
def _passing_on_sigterm(child: "subprocess.Popen[bytes]") -> Iterator[None]:
    """Who ends this process wants the article left safe, which only the child can do."""
    before = signal.signal(signal.SIGTERM, lambda number, frame: child.terminate())
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _wait(child: "subprocess.Popen[bytes]") -> int:
    while True:
        try:
            return child.wait()
        except KeyboardInterrupt:
            # the child has had the same signal and leaves the article safe; its record is wanted
            tell("interrupted: waiting for the article to be left safe")


def _request(arguments: Namespace) -> Request:
    return Request(
        root=CHECKOUT,
        rig=str(rig_file(CHECKOUT, arguments.rig)),
        profile=arguments.profile,
        article=arguments.article,
        job=arguments.job,
        suites=tuple(arguments.suite),
        requirements=tuple(arguments.requirement),
        binary=arguments.binary,
    )


def _options(arguments: Namespace, request: Request) -> list[str]:
    options = [f"--seed={arguments.seed}", *(["--allow-arming"] if arguments.allow_arming else [])]
    # the very files that were checked: the child has another working directory
    files: Mapping[str, Path | str] = {"profile": profile_file(request), "article": request.article, "job": request.job}
    options += [f"--{name}={Path(path).resolve()}" for name, path in files.items() if path]
    if "/" in request.binary:
        options.append(f"--binary={Path(request.binary).expanduser().resolve()}")
    elif request.binary:
        options.append(f"--binary={request.binary}")
    for name in ("suite", "requirement", "defect"):
        options += [f"--{name}={value}" for value in getattr(arguments, name)]
    return options


def _spread(wanted: int | None, rig: RigFile, request: Request) -> list[str]:
    """Options that spread the cases over processes; a rig in real time flies one at a time."""
    jobs = choose_jobs(wanted)
    if wanted is not None and wanted > 1 and not rig.spreads:
        raise UsageError(f"--jobs {wanted}: the rig {rig.id} is in real time, so its cases run one after another")
    # a worker takes a second to start, and the cases of one requirement stay together
    few = len(request.requirements) == 1
    if wanted is None and (few or not rig.spreads):
        jobs = 1
    return [f"-n{jobs}", "--dist=load"] if jobs > 1 else []


def choose_jobs(wanted: int | None) -> int:
    """How many processes to use: as many as wanted, or one a core.

    Raises:
        UsageError: that number makes no sense.
    """
    if wanted is not None and not 1 <= wanted <= MOST_JOBS:
        raise UsageError(f"--jobs {wanted}: wanted 1 to {MOST_JOBS}")
    return wanted or min(MOST_JOBS, _cores())


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else (os.cpu_count() or 1)


def _run_folder(arguments: Namespace) -> Path:
    if not arguments.out:
        stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
        return Path("evidence") / f"{stamp}-{arguments.seed}"
    return new_folder("--out", arguments.out)
