"""``certify``: what it refuses before anything starts, what it starts, and what it makes of how that ended."""

import os
import re
import signal
import subprocess
import sys

import pytest

from harness.commands import certify as module
from harness.commands.output import CHECKOUT
from harness.reports.html import find_generator

RIG = CHECKOUT / "rigs" / "embedded.toml"
EMBEDDED = (CHECKOUT / "rigs" / "articles" / "embedded.toml").read_text()
IN_THE_TEXT = ("random", "not toml", "unknown key", "wrong type")
BASELINE = (CHECKOUT / "rigs" / "profiles" / "baseline.toml").read_text()


@pytest.fixture(autouse=True)
def installed(monkeypatch):
    """Pretend that the report generator is there."""
    monkeypatch.setattr(module, "find_generator", lambda tools: tools)


@pytest.fixture
def started(monkeypatch, told):
    """Pretend that the suites ran; what was asked for is kept."""
    calls = []

    def fake(request, folder, options, *, quiet=False):
        calls.append((request, folder, options))
        told(folder, {"WIND-01": "PASS"})
        return 0

    monkeypatch.setattr(module, "run_suites", fake)
    monkeypatch.setattr(module, "publish", lambda folder, rig: 0)
    return calls


def refused(done, started):
    """The one line of a command that did not start."""
    assert started == []
    assert (done.code, done.out) == (3, "")
    assert len(done.err) == 1, done.err
    assert done.err[0].startswith("dronecert: ")
    return done.err[0]


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (("--defect", "fantasy"), "there is no defect 'fantasy'"),
        (("--defect", ""), "--defect is empty: is a variable not set?"),
        (("--defect", "ignores-link-loss", "--defect", "lands-on-link-loss"), "--defect ignores-link-loss is undone"),
        (("--suite", "fantasy"), "--suite fantasy: there is none of that name; there are strong_wind"),
        (("--requirement", "WIND-99"), "--requirement WIND-99: there is none of that name, did you mean 'WIND-09'?"),
        (("--profile", "fantasy"), "fantasy: no such file"),
    ],
)
def test_an_unknown_name_is_refused(command, started, arguments, text):
    assert text in refused(command("certify", *arguments), started)


@pytest.mark.parametrize("option", ["--rig", "--profile", "--article", "--job"])
@pytest.mark.parametrize("kind", ["absent", "folder", "empty", "random", "not toml", "unknown key", "wrong type"])
def test_a_wrong_file_is_one_line_with_its_path(command, started, tmp_path, option, kind):
    path = tmp_path / "wrong.toml"
    content = {
        "empty": b"",
        "random": bytes(range(1, 256)) * 40,
        "not toml": b"id = \n",
        "unknown key": b'id = "x"\n[fantasy]\n',
        "wrong type": b"id = 3\n[article]\nid = 3\n",
    }
    if kind == "folder":
        path.mkdir()
    elif kind != "absent":
        path.write_bytes(content[kind])
    line = refused(command("certify", option, path), started)
    assert line.startswith(f"dronecert: {path}")
    # where the mistake stands in the text, its line is named
    assert (f"{path}:" in line.replace(f"{path}: ", "")) == (kind in IN_THE_TEXT)


@pytest.mark.parametrize(
    ("option", "text", "old", "new", "said"),
    [
        ("--article", EMBEDDED, "max_wind = 12.0", 'max_wind = "12 kg"', "envelope.max_wind"),
        ("--article", EMBEDDED, "max_wind = 12.0", "max_wind = true", "envelope.max_wind"),
        ("--article", EMBEDDED, "max_wind = 12.0", "max_win = 12.0", "did you mean 'max_wind'?"),
        ("--article", EMBEDDED, "hold_r95 = 2.0", "", "hold_r95"),
        ("--profile", BASELINE, '"8 m/s"', '"8 kg"', "floors[0].at_least"),
        ("--profile", BASELINE, '"WIND-01", "WIND-02",', '"WIND-01", "WIND-01",', "named twice: WIND-01"),
        ("--profile", BASELINE, '"SUP-05",', '"SUP-99",', "no suite has requirement 'SUP-99'"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_key_and_line(command, started, tmp_path, option, text, old, new, said):  # noqa: PLR0913
    path = tmp_path / "wrong.toml"
    assert old in text
    path.write_text(text.replace(old, new, 1))
    line = refused(command("certify", option, path), started)
    assert said in line
    assert re.match(rf"dronecert: {path}:[0-9]+: ", line)


@pytest.mark.parametrize("name", ["file", "full", "file/below"])
def test_a_place_that_is_taken_is_refused(command, started, tmp_path, name):
    (tmp_path / "file").write_text("x")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "kept").write_text("x")
    line = refused(command("certify", "--out", tmp_path / name), started)
    assert f"--out {tmp_path / name}: " in line
    assert (tmp_path / "full" / "kept").read_text() == "x"


def test_who_cannot_sign_learns_it_before_the_run(command, started, tmp_path):
    rig = tmp_path / "rig.toml"
    text = RIG.read_text().replace('"articles/', f'"{RIG.parent}/articles/')
    rig.write_text(f'{text}\n[signing]\ncertificate = "none.pem"\nkey = "none.key"\n')
    assert "none.pem" in refused(command("certify", "--rig", rig), started)


def test_who_cannot_print_learns_it_before_the_run(command, started, monkeypatch, tmp_path):
    monkeypatch.setattr(module, "find_generator", find_generator)
    monkeypatch.setattr(module, "TOOLS", tmp_path)
    assert "run python -m harness.reports.node" in refused(command("certify"), started)


@pytest.mark.parametrize("seed", ["x", "1.5", ""])
def test_a_seed_is_a_whole_number(command, started, seed):
    done = command("certify", "--seed", seed)
    assert (done.code, done.out, started) == (3, "", [])


def test_the_defaults_are_the_embedded_drone_and_baseline(command, started, home):
    assert command("certify").code == 0
    ((request, folder, options),) = started
    assert request.rig == str(RIG)
    assert f"--profile={CHECKOUT / 'rigs/profiles/baseline.toml'}" in options
    assert "--seed=1" in options
    assert folder.parts[0] == "evidence"
    assert folder.name.endswith("Z-1")


def test_the_child_gets_the_very_files_that_were_checked(command, started, home):
    (home / "baseline").mkdir()
    (home / "mine.toml").write_text(BASELINE)
    (home / "article.toml").write_text(EMBEDDED)
    assert command("certify").code == 0
    assert command("certify", "--profile", "mine.toml", "--article", "article.toml", "--out", "x").code == 0
    given = [option for _, _, options in started for option in options if "=/" in option]
    assert given == [
        f"--profile={CHECKOUT / 'rigs/profiles/baseline.toml'}",
        f"--profile={home / 'mine.toml'}",
        f"--article={home / 'article.toml'}",
    ]


def test_all_options_are_handed_on(command, started):
    arguments = ("--suite", "strong_wind", "--suite", "endpoints", "--requirement", "WIND-01", "--defect", "weak-gains")
    assert command("certify", *arguments, "--allow-arming", "--seed", "7", "--out", "x").code == 0
    ((request, folder, options),) = started
    assert (request.suites, request.requirements) == (("strong_wind", "endpoints"), ("WIND-01",))
    handed = {"--seed=7", "--allow-arming", "--suite=strong_wind", "--suite=endpoints", "--requirement=WIND-01"}
    assert handed | {"--defect=weak-gains"} <= set(options)
    assert str(folder) == "x"


def test_the_exit_code_is_that_of_the_verdict(command, started, monkeypatch):
    monkeypatch.setattr(module, "publish", lambda folder, rig: 2)
    assert command("certify").code == 2


@pytest.mark.parametrize("status", [-9, 1, 2, 3, 5])
def test_what_a_child_measured_is_published_however_it_ended(command, monkeypatch, told, status):
    published = []
    monkeypatch.setattr(module, "run_suites", lambda request, folder, options: (told(folder, {}), status)[1])
    monkeypatch.setattr(module, "publish", lambda folder, rig: published.append(folder) or 2)
    assert command("certify", "--out", "x").code == 2
    assert len(published) == 1


@pytest.mark.parametrize("record", [True, False])
def test_a_child_that_did_not_start_is_a_usage_error(command, monkeypatch, told, record):
    def fake(request, folder, options):
        if record:
            told(folder, {})
        return 4 if record else -9

    monkeypatch.setattr(module, "run_suites", fake)
    monkeypatch.setattr(module, "publish", lambda folder, rig: 0)
    done = command("certify")
    assert done.code == 3
    assert "the suites did not start (pytest ended with" in done.err[0]


class Child:
    """A process that is told to stop while it is waited for."""

    def __init__(self, command, **options):
        self.command, self.options, self.deeds = command, options, []
        Child.last = self

    def __enter__(self):
        return self

    def __exit__(self, *error):
        pass

    def terminate(self):
        self.deeds.append("terminated")

    def wait(self):
        self.deeds.append("waited")
        if self.deeds.count("waited") == 1:
            # to this thread; one to the process might come late, by another
            signal.raise_signal(self.signal)
        return 2


def run_suites(monkeypatch, number=signal.SIGCHLD):
    monkeypatch.setattr(Child, "signal", number, raising=False)
    monkeypatch.setattr(module.subprocess, "Popen", Child)
    request = module.Request(root=CHECKOUT, rig="rig.toml")
    return module.run_suites(request, module.Path("run"), ["--seed=3"])


def test_an_interrupted_run_is_waited_for(monkeypatch, capsys):
    assert run_suites(monkeypatch, signal.SIGINT) == 2
    assert Child.last.deeds == ["waited", "waited"]
    assert "waiting for the article to be left safe" in capsys.readouterr().err


def test_the_end_of_this_process_is_handed_to_the_child(monkeypatch):
    before = signal.getsignal(signal.SIGTERM)
    assert run_suites(monkeypatch, signal.SIGTERM) == 2
    assert "terminated" in Child.last.deeds
    assert signal.getsignal(signal.SIGTERM) is before


def test_the_child_is_pytest_on_the_suites_of_this_checkout(monkeypatch, home):
    run_suites(monkeypatch)
    command = Child.last.command
    assert command[len(module.WITHOUT_OVERRIDES) :][:3] == [sys.executable, "-m", "pytest"]
    assert command[-1] == str(CHECKOUT / "suites")
    assert command[command.index("--rig") + 1] == str(home / "rig.toml")
    assert command[command.index("--evidence") + 1] == str(home / "run")
    assert "--seed=3" in command
    # a warning is told, it ends no run
    assert command[command.index("-W") + 1] == "default"
    # standard output is for results
    assert Child.last.options == {"cwd": CHECKOUT, "stdout": sys.stderr, "stderr": sys.stderr}


def test_the_environment_changes_nothing_of_what_was_checked(monkeypatch, home):
    run_suites(monkeypatch)
    before = Child.last.command[: len(module.WITHOUT_OVERRIDES)]
    monkeypatch.undo()
    environment = {**os.environ, "PYTEST_ADDOPTS": "--article=weaker.toml --allow-arming", "PYTEST_PLUGINS": "mine"}
    done = subprocess.run([*before, "env"], env=environment, capture_output=True, text=True, check=True)
    assert "HOME=" in done.stdout
    assert "PYTEST_ADDOPTS" not in done.stdout
    assert "PYTEST_PLUGINS" not in done.stdout


@pytest.mark.parametrize(
    ("more", "wanted"),
    [((), ["-n3", "--dist=load"]), (("--jobs=1",), []), (("--jobs=2",), ["-n2", "--dist=load"])],
)
def test_the_cases_are_spread_over_the_cores_of_a_simulated_rig(command, started, monkeypatch, more, wanted):
    monkeypatch.setattr(module, "_cores", lambda: 3)
    command("certify", *more)
    assert [text for text in started[0][2] if text.startswith(("-n", "--dist"))] == wanted


@pytest.mark.parametrize("jobs", ["0", "-1", "9"])
def test_a_number_of_processes_that_makes_no_sense_is_refused(command, started, jobs):
    assert refused(command("certify", f"--jobs={jobs}"), started) == f"dronecert: --jobs {jobs}: wanted 1 to 8"


@pytest.mark.parametrize(
    ("binary", "says"), [("./absent", "there is no such file"), ("absent-program", "on the search path")]
)
def test_a_program_that_is_not_there_is_one_line_before_a_folder_is_made(command, tmp_path, monkeypatch, binary, says):
    monkeypatch.chdir(tmp_path)
    done = command("certify", "--rig", "ardupilot-plant", "--binary", binary)
    assert done.code == 3 and len(done.err) == 1
    assert says in done.err[0] and "--binary PATH" in done.err[0]
    assert not (tmp_path / "evidence").exists()
