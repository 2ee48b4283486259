import ast
import os
from pathlib import Path

import pytest

from harness.plant import sources

HARNESS = sources.PACKAGE


def make_package(root):
    package = root / "harness"
    (package / "plant").mkdir(parents=True)
    (package / "plant" / "jit.py").write_text("njit = None\n")
    (package / "plant" / "layout.py").write_text("POS = 0\n")
    (package / "plant" / "air.py").write_text("import math\nfrom harness.plant.jit import njit\n")
    (package / "plant" / "weather.py").write_text("import math\n")
    (root / "pyproject.toml").touch()
    return package


def test_kernels_layouts_and_the_compiler_settings_are_sources(tmp_path):
    names = [path.name for path in sources.kernel_sources(make_package(tmp_path))]
    assert names == ["air.py", "jit.py", "layout.py"]


@pytest.mark.parametrize(("name", "changes"), [("air", True), ("layout", True), ("jit", True), ("weather", False)])
def test_digest_follows_the_text_of_sources_only_and_not_the_clock(tmp_path, name, changes):
    package = make_package(tmp_path)
    before = sources.source_digest(package)
    path = package / "plant" / f"{name}.py"
    os.utime(path, (1, 1))
    assert sources.source_digest(package) == before
    path.write_text(path.read_text() + "# changed\n")
    assert (sources.source_digest(package) != before) is changes


def test_cache_lies_in_the_checkout(tmp_path):
    package = make_package(tmp_path)
    assert sources.cache_base(package) == tmp_path / ".tox" / "numba"
    assert sources.cache_folder(package).name == sources.source_digest(package)


def test_cache_falls_back_where_the_checkout_cannot_be_written(tmp_path):
    package = make_package(tmp_path)
    (tmp_path / ".tox").write_text("a file in the way")
    assert sources.cache_base(package, fallback=tmp_path / "else") == tmp_path / "else"
    (tmp_path / "pyproject.toml").unlink()
    (tmp_path / ".tox").unlink()
    assert sources.cache_base(package) == Path.home() / ".cache" / "dronecert" / "numba"
    assert not (tmp_path / ".tox").exists()


def kernel_functions(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and any(getattr(mark, "id", "") == "njit" for mark in node.decorator_list):
            yield node


def imported_from(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("harness."):
            for alias in node.names:
                yield alias.asname or alias.name, f"{node.module}.{alias.name}", node.module


def test_no_kernel_uses_anything_that_is_not_hashed():
    hashed = {
        ".".join(["harness", *path.relative_to(HARNESS).with_suffix("").parts]) for path in sources.kernel_sources()
    }
    assert {"harness.plant.dynamics", "harness.drone.flight.control", "harness.drone.flight.frames"} <= hashed
    for path in sources.kernel_sources():
        tree = ast.parse(path.read_text())
        used = {
            leaf.id
            for function in kernel_functions(tree)
            for line in function.body
            for leaf in ast.walk(line)
            if isinstance(leaf, ast.Name)
        }
        for name, full, module in imported_from(tree):
            assert name not in used or full in hashed or module in hashed, f"{path}: {name}"
