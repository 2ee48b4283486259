"""numba, scipy, matplotlib and spdx-tools load on first use: no package and no command line waits for them."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HEAVY = ("numba", "scipy", "matplotlib", "spdx_tools")
COMMAND_LINE = ("harness.__main__", "harness.cli")

PROBE = """
import importlib, json, sys
heavy, loaded = sys.argv[1].split(","), {}
for name in sys.argv[2:]:
    before = set(sys.modules)
    importlib.import_module(name)
    loaded[name] = [library for library in heavy if library in set(sys.modules) - before]
print(json.dumps(loaded))
"""


def packages():
    return [".".join(path.parent.relative_to(ROOT).parts) for path in sorted((ROOT / "harness").rglob("__init__.py"))]


def loads_heavy(names, folder):
    """Which of `names` is the first to load which heavy library, in one fresh interpreter."""
    command = [sys.executable, "-c", PROBE, ",".join(HEAVY), *names]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return {name: found for name, found in json.loads(done.stdout.splitlines()[-1]).items() if found}


def test_no_package_and_no_command_loads_a_heavy_library():
    names = [*packages(), *COMMAND_LINE]
    assert len(names) > 10
    assert loads_heavy(names, ROOT) == {}


@pytest.mark.parametrize("library", HEAVY)
def test_a_package_that_does_is_caught(tmp_path, library):
    for name, source in (("plain", "import json"), ("heavy", f"import {library}"), ("later", "import json")):
        (tmp_path / f"{name}.py").write_text(source)
    assert loads_heavy(["plain", "heavy", "later"], tmp_path)["heavy"][0] in HEAVY
    assert loads_heavy(["plain", "later"], tmp_path) == {}
