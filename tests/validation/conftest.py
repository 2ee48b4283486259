"""Real runs of the embedded drone, shared by the tests of this folder."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from drone_image import load_image

from harness.commands.validate import choose_trials, fly_trial
from harness.errors import HarnessError
from harness.evidence.results import read_results
from harness.reports.node import default_tools_folder, ensure_node_modules
from harness.targets.container.engine import DEFAULT_ENGINE, Engine

ROOT = Path(__file__).parents[2]
COMMAND = (sys.executable, "-m", "harness")
# Linux hands a process the greatest memory of the one that started it: a small one in between keeps pytest's out
METER = """
import resource, subprocess, sys
code = subprocess.run(sys.argv[2:]).returncode
with open(sys.argv[1], "w") as file:
    print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=file)
sys.exit(code)
"""
SUITES = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:hypothesispytest", "suites"]


@dataclass(frozen=True, kw_only=True)
class Done:
    """A process that has ended.

    ``peak`` is the greatest resident memory of it or of any process below it, KiB.
    """

    returncode: int
    stdout: str
    stderr: str
    peak: int


@dataclass(frozen=True, kw_only=True)
class Dronecert:
    """The command as a user of a fresh account runs it."""

    home: Path

    def start(self, *arguments, command=COMMAND, **options):
        """Start it in the checkout."""
        environment = {**os.environ, "HOME": str(self.home)}
        return subprocess.Popen([*command, *map(str, arguments)], cwd=ROOT, env=environment, **options)

    def __call__(self, *arguments, **options):
        """Run it to its end; pytest's own timeout is the deadline."""
        with self.start(*arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options) as child:
            out, err = child.communicate()
        return subprocess.CompletedProcess(child.args, child.returncode, out, err)

    @property
    def root(self):
        """Certificate of this user's demo root."""
        return self.home / ".config" / "dronecert" / "demo" / "demo-root.pem"


@dataclass(frozen=True, kw_only=True)
class Run:
    """A run that has ended."""

    folder: Path
    done: Done | subprocess.CompletedProcess[str]

    @property
    def verdicts(self):
        return {item.id: item.verdict for item in read_results(self.folder).scope}


@pytest.fixture(scope="session")
def dronecert(tmp_path_factory):
    ensure_node_modules(default_tools_folder())
    return Dronecert(home=tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="session")
def main_job(dronecert, tmp_path_factory):
    """The main job, once, with the memory that it took."""
    place = tmp_path_factory.mktemp("main-job")
    out, err = place / "out", place / "err"
    with out.open("w") as stdout, err.open("w") as stderr:
        code = dronecert.start(
            *("certify", "--seed", 7, "--out", place / "run"),
            command=(sys.executable, "-c", METER, place / "peak", *COMMAND),
            stdout=stdout,
            stderr=stderr,
        ).wait()
    done = Done(returncode=code, stdout=out.read_text(), stderr=err.read_text(), peak=int((place / "peak").read_text()))
    return Run(folder=place / "run", done=done)


@pytest.fixture(scope="session")
def suites(dronecert, tmp_path_factory):
    """Fly suites without pictures and views: a record in a folder."""

    def fly(*options):
        folder = tmp_path_factory.mktemp("suites") / "run"
        arguments = ("--rig", "rigs/embedded.toml", "--evidence", folder, "--no-pictures", *options)
        return Run(folder=folder, done=dronecert(*arguments, command=SUITES))

    return fly


def own_shares(trials):
    """What each fault is flown against here: a defect against all that must catch it; a fault of the rig so that each
    requirement is made invalid once, and each fault is flown. ``dronecert validate`` flies all.
    """
    shares = {trial.name: list(trial.targets) if trial.defect else [] for trial in trials}
    faults = [trial for trial in trials if not trial.defect]
    for requirement in dict.fromkeys(name for trial in faults for name in trial.targets):
        idlest = min((t for t in faults if requirement in t.targets), key=lambda t: len(shares[t.name]))
        shares[idlest.name].append(requirement)
    return {trial.name: tuple(shares[trial.name]) or trial.targets[:1] for trial in trials}


@pytest.fixture(scope="session")
def shares():
    return own_shares(choose_trials())


@pytest.fixture(scope="session")
def detect(tmp_path_factory, shares):
    """Fly a fault against its share of requirements; gives their verdicts."""
    folder, by_name = tmp_path_factory.mktemp("detections"), {trial.name: trial for trial in choose_trials()}
    return lambda name: fly_trial(replace(by_name[name], targets=shares[name]), folder, shares[name])


@pytest.fixture(scope="session")
def wait_for_event():
    """Wait until a record has an event of a type whose case has a text, while the process that writes it lives."""

    def wait(folder, child, wanted, patience=240.0):
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            if _events(folder / "run.jsonl", *wanted):
                return
            try:
                child.wait(0.1)
            except subprocess.TimeoutExpired:
                continue
            pytest.fail(f"the run ended with {child.returncode} before its {wanted}")
        pytest.fail(f"no {wanted} in {patience} s")

    return wait


def _events(record, kind, case):
    lines = record.read_bytes().splitlines() if record.is_file() else []
    return [line for line in lines if f'"type": "{kind}"'.encode() in line and case.encode() in line]


@pytest.fixture(scope="session")
def engine():
    try:
        Engine().close()
    except HarnessError as error:
        reason = str(error)
    else:
        yield DEFAULT_ENGINE
        return
    program = shutil.which("dockerd", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if program is None or os.geteuid() != 0:
        pytest.skip(f"{reason}; as root one is started here, where dockerd is installed (package docker.io)")
    # sockets have short names
    place = Path(tempfile.mkdtemp(prefix="dk-", dir="/tmp"))
    where = f"unix://{place}/s"
    # without the bridge that an engine beside this one may have
    command = [
        program,
        "--bridge",
        "none",
        "--host",
        where,
        "--data-root",
        place / "data",
        "--exec-root",
        place / "run",
    ]
    environment = {**os.environ, "PATH": f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"}
    with (place / "log").open("w") as log:
        daemon = subprocess.Popen(
            [*map(str, command), "--pidfile", str(place / "pid")], env=environment, stdout=log, stderr=log
        )
    try:
        _await_engine(where, daemon, place / "log")
        yield where
    finally:
        daemon.terminate()
        daemon.wait(60)
        shutil.rmtree(place, ignore_errors=True)


def _await_engine(where, daemon, log):
    end = time.monotonic() + 30
    while time.monotonic() < end and daemon.poll() is None:
        try:
            Engine(where).close()
            return
        except HarnessError:
            time.sleep(0.2)
    words = log.read_text().splitlines()
    pytest.skip(f"dockerd does not start here: {words[-1] if words else 'it said nothing'}")


@pytest.fixture(scope="session")
def embedded_image(engine, tmp_path_factory):
    """The embedded drone in an image of the engine, `dronecert/embedded:test`; its interpreter's path inside."""
    return load_image(engine, tmp_path_factory.mktemp("image"), "dronecert/embedded:test")
