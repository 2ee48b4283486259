"""Who may import whom: the layers of the house, read from the source of every module."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

# Each layer may import those before it, none beside it.
LAYERS = (
    {"errors"},
    {"cms", "dsse"},
    {"judgement", "timing"},
    {"catalogue", "link", "plant", "storage", "network", "supply"},
    {"vehicle", "drone", "bridges"},
    {"targets"},
    {"instruments"},
    {"rig"},
    {"evidence"},
    {"reports"},
    {"plugin"},
    {"fixtures"},
    {"suites"},
)
RANK = {name: rank for rank, layer in enumerate(LAYERS) for name in layer}
COMMAND_LINE = {"cli", "commands", "__main__"}

# The whole of what these may import of ours.
ONLY = {
    "storage": {"errors"},
    "network": {"errors"},
    "supply": {"errors", "cms", "dsse"},
    "evidence": {"errors", "cms", "dsse", "judgement"},
    "reports": {"errors", "judgement", "evidence"},
}
# The article shares no code with its judge.
JUDGE = {"catalogue", "cms", "dsse", "judgement", "storage", "network", "supply", "vehicle"}
NEVER = {"drone": JUDGE, "plant": JUDGE, "bridges": JUDGE}

# for a package that may import all others of its layer
ALL = {"*"}
# What the packages inside a layer may import of each other; all may import what lies beside them, unless it has a line.
INSIDE = {
    "instruments": {
        "flight": set(),
        "link": {"flight"},
        "truth": {"flight"},
        "wind": {"flight", "truth"},
        "vehicle": {"flight", "link"},
        "radio": {"link", "truth"},
        "gateway": set(),
        "storage": set(),
        "supply": {"gateway"},
        "network": {"gateway", "storage", "supply"},
        **{role: set() for role in ("crew", "gnss", "intruder", "power", "safety", "spectrum")},
        "roles": ALL,
        "twins": ALL,
    },
    # what lies beside them is above them here
    "storage": {"": ALL, "image": set(), "volumes": {"image"}, "search": {"image", "volumes"}},
    "targets": {
        "embedded": set(),
        "bench": set(),
        "container": {"bench"},
        "programs": {"container"},
        "hitl": {"bench", "programs"},
    },
}

# Libraries that only these places may import: packages, or single modules by their path.
LIBRARIES = {
    "pytest": {"plugin", "fixtures", "suites"},
    "_pytest": {"plugin"},
    "allure": {"plugin", "harness/reports/allure.py"},
    "allure_commons": {"plugin", "harness/reports/allure.py"},
    "allure_pytest": {"plugin", "harness/reports/allure.py"},
    "serial": {"link", "instruments"},
    "docker": {"harness/targets/container/engine.py"},
    "hypothesis": set(),
}


def modules():
    return [path for folder in ("harness", "fixtures", "suites") for path in sorted((ROOT / folder).rglob("*.py"))]


def place(path):
    """The layer a module belongs to; "" for ``harness/__init__.py``, which has nothing but the version."""
    top, *rest = Path(path).parts
    return top if top != "harness" else Path(rest[0]).stem.replace("__init__", "")


def imported(path, source):
    """Dotted names of all that a module imports anywhere in it, with relative ones resolved."""
    package = list(Path(path).parent.parts)
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Import(names=names):
                yield from (alias.name for alias in names)
            case ast.ImportFrom(module=module, names=names, level=level):
                base = package[: len(package) - level + 1] if level else []
                stem = ".".join([*base, *([module] if module else [])])
                yield from (f"{stem}.{alias.name}" for alias in names)
            case ast.Call(func=ast.Attribute(attr="import_module") | ast.Name(id="__import__" | "import_module")):
                yield from (arg.value for arg in node.args[:1] if isinstance(arg, ast.Constant))


def ours(name):
    """The layer that an imported name is of, or None for a foreign one."""
    top, *rest = name.split(".")
    if top == "harness":
        return rest[0] if rest and rest[0] in {*RANK, *COMMAND_LINE} else ""
    return top if top in ("fixtures", "suites", "tests", "conftest", "benchmarks") else None


def violations(path, source):
    """What a module imports against the rules, one text each."""
    own = place(path)
    return [
        f"{path} imports {name}: {why}"
        for name in imported(path, source)
        if (why := _forbidden_library(path, own, name.split(".")[0]) or _forbidden_layer(own, ours(name)))
    ]


def package_of(layer, dotted):
    """The package inside `layer` that a dotted name of ours is of, or "" for what lies beside them."""
    parts = dotted.split(".")
    inside = parts[:2] == ["harness", layer] and len(parts) > 2 and parts[2] in INSIDE[layer]
    return parts[2] if inside else ""


def circles(path, source):
    """What a module imports of a package of its own layer that it may not."""
    layer = place(path)
    if layer not in INSIDE:
        return []
    own = package_of(layer, ".".join(Path(path).with_suffix("").parts))
    below = set() if "" in INSIDE[layer] else {""}
    allowed = {own, *below, *INSIDE[layer].get(own, set())}
    mine = [name for name in imported(path, source) if name.startswith(f"harness.{layer}.")]
    return [name for name in mine if "*" not in allowed and package_of(layer, name) not in allowed]


def _forbidden_library(path, own, top):
    allowed = LIBRARIES.get(top)
    return "" if allowed is None or own in allowed or str(path) in allowed else f"only {sorted(allowed)} may"


def _forbidden_layer(own, target):
    if target in (None, "", own):
        return ""
    if target not in RANK:
        return "" if own in COMMAND_LINE and target in COMMAND_LINE else "nothing may"
    if own in COMMAND_LINE:
        return "a command never needs it" if target in ("fixtures", "suites") else ""
    if own not in RANK:
        return f"{own or 'harness/__init__.py'} is of no layer"
    if target in NEVER.get(own, ()):
        return "the article shares no code with its judge"
    if target not in ONLY.get(own, {target}):
        return f"only {sorted(ONLY[own])} may be"
    return "" if RANK[target] < RANK[own] else f"{target} is not below {own}"


def test_every_module_imports_only_what_its_layer_may():
    read = [(path.relative_to(ROOT), path.read_text(encoding="utf-8")) for path in modules()]
    assert len(read) > 50
    assert [offence for path, source in read for offence in violations(path, source)] == []


def test_every_package_has_a_layer():
    packages = {place(path.relative_to(ROOT)) for path in modules()} - {""}
    assert packages <= {*RANK, *COMMAND_LINE}


@pytest.mark.parametrize("layer", INSIDE)
def test_every_package_inside_a_layer_imports_only_those_below_it(layer):
    read = [(path.relative_to(ROOT), path.read_text(encoding="utf-8")) for path in modules()]
    inside = [(path, source) for path, source in read if path.parts[:2] == ("harness", layer)]
    assert {path.parts[2] for path, _ in inside if len(path.parts) > 3} == set(INSIDE[layer]) - {""}
    assert [f"{path} imports {name}" for path, source in inside for name in circles(path, source)] == []


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("harness/instruments/truth/truth.py", "from harness.instruments.wind.wind import PlantWind"),
        ("harness/instruments/context.py", "from harness.instruments.truth import truth"),
        ("harness/instruments/crew/crew.py", "import harness.instruments.twins.hall"),
        ("harness/storage/search/tally.py", "from harness.storage.report import ScanReport"),
        ("harness/targets/bench/world.py", "from harness.targets.container.engine import Engine"),
    ],
)
def test_a_package_that_reaches_above_itself_is_caught(path, source):
    assert len(circles(path, source)) == 1


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("harness/errors.py", "import harness.judgement"),
        ("harness/judgement/limit.py", "from harness.timing import World"),
        ("harness/timing/world.py", "from harness.link.port import Port"),
        ("harness/link/port.py", "from harness import plant"),
        ("harness/drone/battery.py", "from harness.catalogue.model import Declaration"),
        ("harness/drone/flight/config.py", "from ...vehicle import client"),
        ("harness/drone/flight/config.py", "def f():\n    from harness.judgement import Limit\n"),
        ("harness/plant/air.py", "import harness.storage.scan as scan"),
        ("harness/bridges/json.py", "if TYPE_CHECKING:\n    from harness.network import audit\n"),
        ("harness/storage/scan.py", "from harness.judgement import Verdict"),
        ("harness/network/audit.py", "from harness.timing import World"),
        ("harness/supply/bill.py", "from harness.storage.volumes.luks import Header"),
        ("harness/evidence/record.py", "from harness.timing import World"),
        ("harness/evidence/bag.py", "from harness.reports.pdf import draw"),
        ("harness/reports/pdf.py", "from harness.rig import RigSession"),
        ("harness/reports/pdf.py", "from harness.catalogue import load"),
        ("harness/vehicle/client.py", "from harness.drone.autopilot import Autopilot"),
        ("harness/instruments/wind/wind.py", "from harness.rig.session import RigSession"),
        ("harness/rig/session.py", "importlib.import_module('harness.plugin.hooks')"),
        ("harness/rig/session.py", "from harness.cli import run"),
        ("harness/plugin/hooks.py", "from fixtures.roles import wind"),
        ("harness/cli.py", "import suites.strong_wind"),
        ("harness/reports/matrix.py", "from tests.unit import helper"),
        ("harness/surprise/thing.py", "from harness.errors import UsageError"),
        ("harness/__init__.py", "from harness.errors import UsageError"),
        ("fixtures/roles.py", "from suites.strong_wind import test_hover"),
        ("harness/rig/session.py", "import pytest"),
        ("harness/reports/pdf.py", "import allure_commons.model2"),
        ("harness/targets/embedded/embedded.py", "from serial import Serial"),
        ("harness/targets/programs/px4.py", "import docker"),
        ("harness/link/port.py", "from hypothesis import given"),
    ],
)
def test_an_offending_import_is_caught(path, source):
    assert len(violations(path, source)) == 1


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("harness/judgement/limit.py", "from harness.errors import UsageError"),
        ("harness/judgement/limit.py", "from harness.judgement.verdict import worst\nfrom . import counts"),
        ("harness/drone/battery.py", "from harness.plant.air import Air\nfrom harness.timing import World"),
        ("harness/reports/allure.py", "import allure_commons"),
        ("harness/plugin/session.py", "import harness\nimport pytest\nfrom harness.rig import RigSession"),
        (
            "harness/commands/certify.py",
            "from harness.plugin.options import Request\nfrom harness.commands import output",
        ),
        ("harness/targets/container/engine.py", "import docker"),
        ("harness/storage/scan.py", "import numpy\nfrom harness.errors import MaterialError"),
        ("suites/strong_wind/test_hover.py", "import pytest\nfrom harness.plugin.marks import requirement"),
    ],
)
def test_an_allowed_import_is_not(path, source):
    assert violations(path, source) == []
