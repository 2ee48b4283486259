"""What README and docs/adding.md say is true: commands run, options exist, files load, figures are those of the tree.

The word after the language of a fenced block says what it is: ``toml rig``, ``text verdicts``, ``python test`` ...
"""

import ast
import importlib
import json
import os
import re
import shlex
import subprocess
import sys
import tomllib
from dataclasses import dataclass, replace
from pathlib import Path
from textwrap import indent

import pytest

from harness import cli
from harness.catalogue import load_catalogue, load_declaration, load_job, load_profile
from harness.catalogue.catalogue import DOMAINS
from harness.catalogue.declaration import Declaration
from harness.catalogue.limits import resolve_limits
from harness.catalogue.reading import read_document
from harness.commands.listing import read_marks
from harness.drone.defects import DEFECTS
from harness.errors import HarnessError, RigError
from harness.evidence.bag import make_bag
from harness.evidence.signing import DEMO_ROOT, demo_identity
from harness.instruments.context import Context
from harness.instruments.faults import RIG_FAULTS
from harness.judgement import Verdict
from harness.plugin.conditions import read_conditions
from harness.rig import load_rig
from harness.rig.registry import find_instrument
from harness.targets.embedded.embedded import EmbeddedTarget

ROOT = Path(__file__).parents[2]
README, ADDING, VALIDATION = ROOT / "README.md", ROOT / "docs" / "adding.md", ROOT / "docs" / "validation.md"
PAGES = (README, ADDING, VALIDATION, ROOT / "docs" / "architecture.md")
SUITES = [ROOT / "suites" / domain for domain in DOMAINS]
# the table of verdicts grows with the baseline, the rest may not
MOST_LINES, MOST_IMAGE = 264, 250_000
FENCE = re.compile(r"^```(\w+)(?: ([\w-]+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SPAN = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\]\(([^)\s]+)\)")
IN_TREE = ("harness/", "suites/", "rigs/", "fixtures/", "docs/", "tests/", "benchmarks/", "tools/")
RUN = "evidence/20261130T132041Z-7"


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, what it is, and its text."""

    language: str
    kind: str
    text: str


def blocks(page):
    return [Block(*match) for match in FENCE.findall(page.read_text(encoding="utf-8"))]


def block(page, kind):
    (found,) = [item.text for item in blocks(page) if item.kind == kind]
    return found


def commands(*pages):
    """Every line of the shell blocks, split into words."""
    texts = [item.text for page in pages for item in blocks(page) if item.language == "sh"]
    return [shlex.split(line, comments=True) for text in texts for line in text.splitlines() if line.strip()]


def dronecert_commands():
    return [words[1:] for words in commands(*PAGES) if words[0] == "dronecert"]


@pytest.fixture(scope="module")
def catalogue():
    return load_catalogue(SUITES)


@pytest.fixture(scope="module")
def limits(catalogue):
    declaration = read_document(ROOT / "rigs" / "articles" / "embedded.toml", Declaration)
    return resolve_limits((catalogue[name] for name in baseline()), declaration)


def baseline():
    return tomllib.loads((ROOT / "rigs" / "profiles" / "baseline.toml").read_text())["requirements"]


# -- form


def test_the_readme_is_short_and_its_picture_light():
    lines = README.read_text(encoding="utf-8").splitlines()
    assert len([line for line in lines if not re.match(r"[A-Z]+-\d\d  ", line)]) <= MOST_LINES
    picture = ROOT / "docs" / "report.png"
    assert picture.read_bytes().startswith(b"\x89PNG") and picture.stat().st_size < MOST_IMAGE
    assert "](docs/report.png)" in README.read_text(encoding="utf-8")


def missing_files(page, text):
    """Files of the tree that a page names in code or links to, and that are not there."""
    named = [word.rstrip("/") for span in SPAN.findall(text) for word in span.split() if word.startswith(IN_TREE)]
    named = [word.partition("::")[0] for word in named if not re.search(r"[<>*{]", word)]
    linked = [target.partition("#")[0] for target in LINK.findall(text) if "://" not in target]
    lost = [name for name in named if not (ROOT / name).exists()]
    return lost + [name for name in linked if name and not (page.parent / name).exists()]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_file_that_is_named_exists(page):
    assert missing_files(page, FENCE.sub("", page.read_text(encoding="utf-8"))) == []


def test_a_file_that_does_not_exist_is_caught():
    text = "see `harness/nowhere.py` and [this](docs/nothing.md), not `my/own.toml` or [that](https://x.example/)"
    assert missing_files(README, text) == ["harness/nowhere.py", "docs/nothing.md"]


# -- commands


def unknown(words):
    """Why a command line of ours cannot be parsed, or ""."""
    try:
        cli._parser().parse_args(words)
    except SystemExit:
        return f"no such command: {shlex.join(words)}"
    return ""


def test_every_command_is_one_of_ours(capsys):
    assert len(dronecert_commands()) >= 6
    assert [problem for words in dronecert_commands() if (problem := unknown(words))] == []
    capsys.readouterr()


@pytest.mark.parametrize("line", ["certify --rigs x", "fly", "validate --fast", "verify"])
def test_a_command_that_is_not_is_caught(line, capsys):
    assert unknown(line.split())
    capsys.readouterr()


def test_the_table_of_commands_names_every_verb_and_only_options_that_exist(capsys):
    rows = re.findall(r"^\| `dronecert (\w+)[^`]*` \| (.*) \|$", README.read_text(encoding="utf-8"), re.MULTILINE)
    assert {verb for verb, _ in rows} == set(verbs())
    for verb, text in rows:
        cli.run([verb, "--help"])
        offered = set(re.findall(r"--[a-z-]+", capsys.readouterr().out)) - {"--help"}
        assert set(re.findall(r"--[a-z-]+", text)) == offered, verb


def verbs():
    (choices,) = [action.choices for action in cli._parser()._actions if action.choices]
    return choices


def test_every_pytest_option_exists(pytestconfig):
    lines = [words[1:] for words in commands(*PAGES) if words[0] == "pytest"]
    assert lines
    for option in (word for words in lines for word in words if word.startswith("--")):
        pytestconfig.getoption(option)


def test_every_tox_environment_exists():
    tox = (ROOT / "tox.ini").read_text(encoding="utf-8")
    named = {words[words.index("-e") + 1] for words in commands(*PAGES) if "tox" in words}
    assert named >= {"certify", "test"}
    assert [name for name in named if f"[testenv:{name}]" not in tox] == []


def run(arguments, home, folder=ROOT):
    environment = {**os.environ, "HOME": str(home), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "harness", *arguments] if isinstance(arguments, list) else arguments
    return subprocess.run(
        command,
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        shell=isinstance(arguments, str),
    )


@pytest.fixture(scope="module")
def bagged(tmp_path_factory):
    """A home with a demo identity, a folder as a user has it after a run, and the root got by another way."""
    home, place = tmp_path_factory.mktemp("home"), tmp_path_factory.mktemp("place")
    identity = demo_identity(home / ".config" / "dronecert" / "demo")
    (place / "results.json").write_text("{}\n")
    make_bag(place / RUN / "bag", {"results.json": place / "results.json"}, {}, identity, "PASSED")
    root = place / "root.pem"
    root.write_bytes((home / ".config" / "dronecert" / "demo" / DEMO_ROOT).read_bytes())
    return home, place, root


def cheap():
    return [words for words in dronecert_commands() if words[0] in ("requirements", "defects")]


@pytest.mark.parametrize("words", cheap(), ids=shlex.join)
def test_the_listings_run(words, tmp_path):
    done = run(words, tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout) if "--json" in words else "WIND-01" in done.stdout


@pytest.mark.parametrize("words", [words for words in dronecert_commands() if words[0] == "sim"], ids=shlex.join)
def test_the_drone_is_served_as_written(words, tmp_path):
    (tmp_path / "passphrase.txt").write_text("correct horse\n")
    # another drone may be flown on this machine
    command = [word.replace(":5760", ":0") for word in words]
    place = {"--tcp": r"tcp:127\.0\.0\.1:\d+", "--pty": "/dev/.+"}.get(words[1] if words[1:] else "", "udp:.*:14550")
    with subprocess.Popen(
        [sys.executable, "-m", "harness", *command],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as sim:
        said = sim.stdout.readline()
        sim.terminate()
    assert re.fullmatch(f"{place}\n", said)
    assert sim.returncode == 0


def test_a_bag_is_verified_as_written(bagged):
    home, place, root = bagged
    (words,) = [words for words in dronecert_commands() if words[0] == "verify"]
    line = [str(root) if word == "/path/to/root.pem" else word for word in words]
    assert run(line, home, place).returncode == 0
    assert run(line[:2], home, place).returncode == 0
    assert run(line[:2], place, place).returncode == 2
    assert run(["verify", "nowhere"], home, place).returncode == 3


def test_a_bag_is_verified_without_us(bagged):
    home, place, root = bagged
    (text,) = [item.text for item in blocks(README) if "VERIFY.txt" in item.text]
    script = text.replace("/path/to/root.pem", str(root))
    assert run(script, home, place).returncode == 0
    altered = place / RUN / "bag" / "data" / "results.json"
    altered.write_text("{ }\n")
    assert run(script, home, place).returncode != 0
    assert run(["verify", f"{RUN}/bag"], home, place).returncode == 1
    altered.write_text("{}\n")


# -- the verdict table and the counts


def wrong_rows(text, catalogue, limits):
    """Rows of a verdict table that the catalogue does not bear out."""
    rows = [re.split(r"\s{2,}", line) for line in text.splitlines() if re.match(r"[A-Z]+-\d\d ", line)]
    wrong = [row for row in rows if row[1] not in list(Verdict) or row[-1] != catalogue[row[0]].title]
    for row in rows:
        quantity = next((item for item in catalogue[row[0]].quantities if item.title == row[2]), None)
        if quantity is None or row[4] != str(limits[row[0], quantity.name]):
            wrong.append(row)
    missing = [name for name in baseline() if name not in [row[0] for row in rows]]
    return wrong + missing


def test_the_verdict_table_is_that_of_the_baseline(catalogue, limits):
    text = block(README, "verdicts")
    assert wrong_rows(text, catalogue, limits) == []
    assert f"{len(baseline())} PASS" in text


@pytest.mark.parametrize(("old", "new"), [("<= 45 deg", "<= 46 deg"), ("PASS", "GOOD"), ("DAR-02", "DAR-04")])
def test_a_wrong_row_is_caught(old, new, catalogue, limits):
    assert wrong_rows(block(README, "verdicts").replace(old, new, 1), catalogue, limits)


def test_the_counts_are_those_of_the_catalogue(catalogue):
    tested = len(read_marks(ROOT / "suites"))
    text = README.read_text(encoding="utf-8")
    assert f"all {len(catalogue.ids)} requirements" in text
    assert set(re.findall(r"\b(\d+) of (?:the \d+ requirements|them have no test)", text)) == {
        str(len(catalogue.ids) - tested)
    }


# -- files


def written(folder, name, text):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_the_declaration_loads_and_its_units_are_read(tmp_path):
    declaration = load_declaration(written(tmp_path, "a.toml", block(README, "declaration")))
    assert declaration.envelope.max_wind == 10.0


def test_the_profile_loads_and_admits_the_declaration(tmp_path, catalogue):
    profile = load_profile(written(tmp_path, "p.toml", block(README, "profile")), catalogue)
    claims = read_document(written(tmp_path, "a.toml", block(README, "declaration")), Declaration)
    assert profile.breaches(claims.model) == ()
    assert resolve_limits((catalogue[name] for name in profile.requirements), claims)


def test_a_claim_below_the_floor_is_caught(tmp_path, catalogue):
    profile = load_profile(written(tmp_path, "p.toml", block(README, "profile")), catalogue)
    text = block(README, "declaration").replace("36 km/h", "35 km/h")
    assert profile.breaches(load_declaration(written(tmp_path, "a.toml", text)))


def test_the_rig_loads_and_its_makes_exist(tmp_path):
    rig = load_rig(written(tmp_path, "r.toml", block(README, "rig")))
    assert {find_instrument(role, spec.make) for role, spec in rig.roles.items()}
    assert rig.roles["truth"].calibration is not None
    assert rig.spec.signing is not None


@pytest.mark.parametrize(("kind", "load"), [("rig", load_rig), ("declaration", load_declaration)])
def test_a_mistyped_key_is_caught(kind, load, tmp_path):
    text = block(README, kind).replace("title = ", "titel = ").replace("maker = ", "makre = ")
    with pytest.raises(HarnessError, match=r"m.toml:\d+: "):
        load(written(tmp_path, "m.toml", text))


def test_the_job_loads(tmp_path, catalogue):
    job = load_job(written(tmp_path, "j.toml", block(ADDING, "job")), catalogue)
    assert set(job.external_documents) <= set(catalogue.ids)


# -- additions


@pytest.fixture
def widened(tmp_path):
    """The strong-wind suite with the requirement and the conditions of docs/adding.md."""
    suite = ROOT / "suites" / "strong_wind"
    folder = tmp_path / "strong_wind"
    folder.mkdir()
    for name, kind in (("requirements.toml", "requirement"), ("conditions.toml", "conditions")):
        written(folder, name, (suite / name).read_text(encoding="utf-8") + "\n" + block(ADDING, kind))
    written(folder, "test_breeze.py", block(ADDING, "test"))
    return folder


def test_the_requirement_joins_the_catalogue(widened):
    wide = load_catalogue([widened])
    (new,) = set(wide.ids) - set(load_catalogue([ROOT / "suites" / "strong_wind"]).ids)
    assert read_marks(widened.parent)[new] == ["strong_wind/test_breeze.py::test_stays_on_its_spot"]
    assert new in load_profile(written(widened, "p.toml", block(ADDING, "profile")), wide).requirements


def test_the_test_measures_what_its_requirement_asks_for(widened):
    tree = ast.parse(block(ADDING, "test"))
    (function,) = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    measured = [node.args[0].value for node in ast.walk(tree) if is_call(node, "measure")]
    assert ast.get_docstring(function)
    assert measured == [item.name for item in load_catalogue([widened])["WIND-13"].quantities]
    table = {argument.arg for argument in function.args.args} - role_fixtures()
    assert table == {"breeze"}
    for depth in ("short", "lab"):
        rows = read_conditions(widened / "conditions.toml", depth, *table)
        used = {node.attr for node in ast.walk(tree) if is_attribute(node, "breeze")}
        assert all(getattr(row, name) is not None for row in rows for name in used)


def is_call(node, name):
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name


def is_attribute(node, owner):
    return isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == owner


def role_fixtures():
    roles = importlib.import_module("fixtures.roles")
    return {name for name, value in vars(roles).items() if type(value).__name__ == "FixtureFunctionDefinition"}


def strange_quotes(page_blocks):
    """Quoted pieces of code that are no entry of the tables of defects and rig faults."""
    files = [*(ROOT / "harness" / "drone").glob("defects*.py"), ROOT / "harness" / "instruments" / "faults.py"]
    sources = [path.read_text() for path in files]
    quoted = [indent(item.text.rstrip(), "    ") + ",\n" for item in page_blocks if item.kind == "quoted"]
    return [text for text in quoted if not any(text in source for source in sources)]


def test_quoted_code_is_in_the_tree():
    assert len([item for item in blocks(ADDING) if item.kind == "quoted"]) == 2
    assert strange_quotes(blocks(ADDING)) == []


def test_code_that_is_not_is_caught():
    assert strange_quotes([Block("python", "quoted", 'Defect(\n    name="late",\n)\n')])


@pytest.fixture
def outside(tmp_path, monkeypatch):
    """A package of somebody else, installed: the instrument of docs/adding.md with its entry point."""
    points = tomllib.loads(block(ADDING, "entry-point"))["project"]["entry-points"]
    lines = [f"[{group}]\n" + "".join(f"{n} = {v}\n" for n, v in names.items()) for group, names in points.items()]
    info = tmp_path / "lab-0.1.dist-info"
    info.mkdir()
    written(info, "METADATA", "Metadata-Version: 2.1\nName: lab\nVersion: 0.1\n")
    written(info, "entry_points.txt", "\n".join(lines))
    written(tmp_path, "lab_programmer.py", block(ADDING, "instrument"))
    monkeypatch.syspath_prepend(str(tmp_path))
    yield tmp_path
    sys.modules.pop("lab_programmer", None)


class Log:
    """A case's record as far as the instrument writes to it."""

    def __init__(self):
        self.controls = []

    def control(self, name, kind, ok, detail):
        self.controls.append((name, ok))

    def note(self, text):
        """Not looked at."""


@pytest.fixture
def setting(outside):
    """A context in a real world, and the settings of the rig excerpt with the article's true image behind them."""
    world = EmbeddedTarget().new_world(1)
    image = world.sockets.firmware()
    rig = tomllib.loads(block(ADDING, "role"))["roles"]["firmware"]
    articles = ROOT / "rigs" / "articles"
    for name in ("release.sig", "vendor.pem"):
        (outside / "embedded").mkdir(exist_ok=True)
        (outside / "embedded" / name).write_bytes((articles / "embedded" / name).read_bytes())
    (outside / rig["settings"]["image"]).write_bytes(image)
    assert rig["settings"]["size"] == len(image)
    context = Context(
        world=world,
        sockets=world.sockets,
        log=Log(),
        seed=1,
        declaration=load_declaration(articles / "embedded.toml"),
        documents=outside,
        settings=rig["settings"],
    )
    return context, rig["make"]


def test_the_instrument_is_found_by_its_entry_point_and_works(setting):
    context, make = setting
    found = find_instrument("firmware", make)(context).compare_with_release()
    assert (found.hash_mismatches.events, found.invalid_signatures.events) == (0, 0)
    assert context.log.controls == [("dump.complete", True)]


def test_the_instrument_sees_another_image(setting, outside):
    context, make = setting
    (outside / context.settings["image"]).write_bytes(bytes(context.settings["size"]))
    assert find_instrument("firmware", make)(context).compare_with_release().hash_mismatches.events == 1


def test_the_control_of_the_instrument_sees_a_short_read(setting):
    context, make = setting
    longer = replace(context, settings={**context.settings, "size": context.settings["size"] + 1})
    with pytest.raises(RigError, match=r"dump\.complete"):
        find_instrument("firmware", make)(longer).compare_with_release()


# -- method validation


def test_the_detection_table_has_every_fault_and_what_must_become_of_it():
    text = VALIDATION.read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([\w:-]+)` \| [^|]+ \| (FAIL|INVALID) \| ([A-Z0-9, -]+) \|", text, re.MULTILINE)
    wanted = {(item.name, "FAIL", ", ".join(item.caught_by)) for item in DEFECTS.values()}
    wanted |= {(item.name, "INVALID", ", ".join(item.invalidates)) for item in RIG_FAULTS.values()}
    assert set(rows) == wanted
