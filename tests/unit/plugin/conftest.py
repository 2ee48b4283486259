"""A house of their own for inner runs: five tiny suites, a profile, a declaration, and a stub rig by entry point."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

# loaded here, or every run inside this process would load them again and forget them
import fixtures.roles  # noqa: F401
import harness.plugin.allure_bridge  # noqa: F401
from harness.evidence.record import read_events
from harness.evidence.results import read_results

ROOT = Path(__file__).parents[3]
STUB = Path(__file__).parent / "stub"
PLUGINS = ("-p", "harness.plugin.hooks", "-p", "fixtures.roles")

INI = """
[pytest]
addopts = --import-mode=importlib --strict-markers --strict-config -p no:cacheprovider -p no:hypothesispytest
testpaths = suites
filterwarnings = error
"""
RIG = """
id = "stub"
title = "Stub rig"
article = "article.toml"
allows = ["none", "powered", "free flight"]
[target]
kind = "stub"
[roles.vehicle]
make = "stub"
[roles.observer]
make = "stub"
"""
ARTICLE = """
[article]
id = "STUB-1"
maker = "Stub Works"
model = "Stub"
serials = ["1"]
[envelope]
max_wind = 3.0
"""
PROFILE = """
id = "baseline"
title = "All of the stub"
depth = "short"
rule = "guarded"
requirements = [{ids}]
"""
QUANTITIES = {"error": ("m", 2.0), "delay": ("s", 5.0)}
HAZARDS = {"ENDP-02": "free flight", "ENDP-03": "irreversible", "ENDP-04": "powered", "ENDP-05": "RF emission"}
DOMAINS = {
    "strong_wind": ("WIND", 3, ["error"]),
    "radio_link": ("RADIO", 5, ["error", "delay"]),
    "data_at_rest": ("DAR", 1, ["error"]),
    "endpoints": ("ENDP", 5, ["error"]),
    "supply_chain": ("SUP", 2, ["error"]),
}


def requirement(name, quantities):
    tables = [
        f'{{ name = "{quantity}", title = "the {quantity}", unit = "{QUANTITIES[quantity][0]}", measurand = "as told", '
        f'limit = {{ upper = {QUANTITIES[quantity][1]} }}, origin = "default (judgement)" }}'
        for quantity in quantities
    ]
    return f"""
[[requirements]]
id = "{name}"
title = "title of {name}"
claim = "claim"
clauses = [{{ document = "Doc", clause = "1", standing = "judgement" }}]
method = "method"
bench = "bench"
surrogate = "surrogate"
negative_controls = ["one"]
roles = ["vehicle"]
hazard = "{HAZARDS.get(name, "none")}"
shown = "automatic"
quantities = [{", ".join(tables)}]
"""


class House:
    """A checkout in small, and pytest inside it."""

    def __init__(self, root, winds=3):
        self.root = root
        domains = {**DOMAINS, "strong_wind": ("WIND", winds, ["error"])}
        ids = [f"{short}-{number:02}" for short, count, _ in domains.values() for number in range(1, count + 1)]
        self.write("pytest.ini", INI)
        self.write("rigs/rig.toml", RIG)
        self.write("rigs/article.toml", ARTICLE)
        self.write("rigs/profiles/baseline.toml", PROFILE.format(ids=", ".join(f'"{name}"' for name in ids)))
        for domain, (short, count, quantities) in domains.items():
            tables = [requirement(f"{short}-{number:02}", quantities) for number in range(1, count + 1)]
            self.write(f"suites/{domain}/requirements.toml", f'title = "{domain}"\n' + "".join(tables))

    def write(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def suite(self, body, name="strong_wind/test_it.py"):
        """A test file that may use what suites use."""
        head = "import pytest\nfrom harness.plugin.marks import requirement\n"
        return self.write(f"suites/{name}", head + body)

    def test(self, name, *marks, body="measure('error', 1.0)", place="strong_wind/test_it.py"):
        """Add one test to a file."""
        path = self.root / "suites" / place
        marked = f"@requirement({', '.join(map(repr, marks))})\n" if marks else ""
        text = f'\n\n{marked}def test_{name}(measure):\n    """Title of {name}."""\n    {body}\n'
        return self.suite(text, place) if not path.exists() else path.write_text(path.read_text() + text)

    @property
    def rig(self):
        """Text of the rig file."""
        return (self.root / "rigs/rig.toml").read_text()

    @property
    def run(self):
        """Folder of the run."""
        return self.root / "run"

    def arguments(self, *more):
        return [*PLUGINS, "--rig", "rigs/rig.toml", "--evidence", "run", *more]

    def results(self):
        return read_results(self.run)

    def results_of(self, folder):
        return read_results(self.root / folder)

    def events(self, *types):
        return [event for event in read_events(self.run) if event["type"] in types]

    def verdicts(self):
        """Verdict of each case by the name of its test."""
        return {case.id.partition("/")[2]: str(case.verdict) for case in self.results().cases}

    def child(self, *more, **options):
        """Run pytest as a process of its own."""
        command = [sys.executable, "-m", "pytest", *self.arguments(*more)]
        env = {**os.environ, "PYTHONPATH": f"{STUB}{os.pathsep}{ROOT}"}
        given = {"cwd": self.root, "env": env, "capture_output": True, "text": True, "timeout": 280, "check": False}
        return subprocess.run(command, **{**given, **options})


@pytest.fixture
def house(pytester, monkeypatch):
    """A house for runs inside this process; SIGTERM is put back to what it was."""
    monkeypatch.syspath_prepend(STUB)
    before = signal.getsignal(signal.SIGTERM)
    yield House(pytester.path)
    signal.signal(signal.SIGTERM, before)


@pytest.fixture
def certify(house, pytester):
    """Run the suites of the house inside this process, with a rig."""

    def run(*more):
        return pytester.runpytest_inprocess(*house.arguments(*more))

    return run


@pytest.fixture(scope="session")
def endings(tmp_path_factory):
    """One run in which every ending happens once: the house and the finished process."""
    made = House(tmp_path_factory.mktemp("endings"), winds=47)
    shutil.copy(STUB / "endings.py", made.root / "suites" / "strong_wind" / "test_endings.py")
    return made, made.child("-v", "--tb=no")
