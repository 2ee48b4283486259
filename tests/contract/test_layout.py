"""The house is kept: what lies where, how long it is, what is documented, who may sleep or read the environment."""

import ast
import statistics
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TOP = {"harness", "suites", "fixtures", "rigs", "tests", "docs", "benchmarks"}
TOP_FILES = {"conftest.py", "pyproject.toml", "tox.ini", "toxfile.py", "README.md", ".ci/run"}
# tools/ holds what other languages bring: the lock file of the report's npm package
ALSO = {"tools"}
MADE = {"evidence", "build", "dist"}

FILE_LINES = 400
TEST_FILES = [("tests", 500), ("benchmarks", 500)]
FUNCTION_LINES, FUNCTION_MEDIAN = 50, 10
CONFIGURATION = "harness/configuration.py"


PRODUCT = ("harness", "fixtures")
PRODUCT_AND_SUITES = (*PRODUCT, "suites")


def tree_of(path):
    return ast.parse(path.read_text(encoding="utf-8"))


def offences(checker, *folders, but=()):
    """What a checker finds in all modules of some folders, each with its path."""
    paths = [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]
    named = [(path, str(path.relative_to(ROOT))) for path in paths]
    found = [(name, checker(tree_of(path))) for path, name in named if not name.startswith(tuple(but))]
    assert len(found) > 10
    return {name: texts for name, texts in found if texts}


# -- places


def strange_folders(root):
    """Folders at the top that the house has no room for."""
    here = {path.name for path in root.iterdir() if path.is_dir() and not path.name.startswith((".", "__"))}
    return sorted(here - TOP - ALSO - MADE)


def undocumented_folders(root):
    """Folders of a package that do not say why they exist."""
    folders = [root, *(path for path in root.rglob("*") if path.is_dir() and "__pycache__" not in path.parts)]
    return [str(folder.relative_to(root.parent)) for folder in folders if not _says_why(folder / "__init__.py")]


def _says_why(init):
    return init.is_file() and ast.get_docstring(tree_of(init)) is not None


def test_every_folder_at_the_top_has_its_place():
    assert strange_folders(ROOT) == []


@pytest.mark.parametrize("name", sorted(TOP | TOP_FILES))
def test_the_house_is_complete(name):
    assert (ROOT / name).exists()


def test_a_strange_folder_is_caught(tmp_path):
    for name in ("harness", "utils", ".git", "evidence"):
        (tmp_path / name).mkdir()
    assert strange_folders(tmp_path) == ["utils"]


def test_every_folder_of_the_harness_says_why_it_exists():
    assert undocumented_folders(ROOT / "harness") == []


def test_a_folder_that_does_not_is_caught(tmp_path):
    for name, init in (("pkg", '"""Why."""'), ("pkg/bare", "x = 1"), ("pkg/none", None), ("pkg/good", '"""Why."""')):
        (tmp_path / name).mkdir()
        if init is not None:
            (tmp_path / name / "__init__.py").write_text(init)
    assert sorted(undocumented_folders(tmp_path / "pkg")) == ["pkg/bare", "pkg/none"]


# -- lengths


def functions(tree):
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def length(function):
    """Lines of a function from its ``def``, without its docstring."""
    first = function.body[0]
    said = first.end_lineno - first.lineno + 1 if ast.get_docstring(function) is not None else 0
    return function.end_lineno - function.lineno + 1 - said


def long_functions(tree):
    return [f"{node.name} has {length(node)} lines" for node in functions(tree) if length(node) > FUNCTION_LINES]


@pytest.mark.parametrize(("folder", "most"), [*((name, FILE_LINES) for name in PRODUCT_AND_SUITES), *TEST_FILES])
def test_every_file_is_short(folder, most):
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in (ROOT / folder).rglob("*.py")}
    assert {str(path): lines for path, lines in lengths.items() if lines >= most} == {}


def test_every_function_is_short():
    assert offences(long_functions, *PRODUCT_AND_SUITES) == {}


def test_half_of_the_functions_are_very_short():
    lengths = [length(node) for path in (ROOT / "harness").rglob("*.py") for node in functions(tree_of(path))]
    assert statistics.median(lengths) <= FUNCTION_MEDIAN


def test_a_long_function_is_caught():
    body = "\n".join("    x = 1" for _ in range(FUNCTION_LINES))
    assert long_functions(ast.parse(f'def f():\n    """Says."""\n{body}\n')) == ["f has 51 lines"]
    assert long_functions(ast.parse(f'def f():\n    """Says\n\n    much."""\n{body[10:]}\n')) == []


# -- words


def undocumented(tree):
    """Public modules, classes, functions and methods without a docstring."""
    missing = [] if ast.get_docstring(tree) else ["module"]
    return missing + [name for name, node in _public(tree) if ast.get_docstring(node) is None]


def _public(owner, prefix=""):
    for node in owner.body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and not node.name.startswith("_"):
            yield prefix + node.name, node
            if isinstance(node, ast.ClassDef):
                yield from _public(node, f"{node.name}.")


def test_every_public_name_is_documented():
    assert offences(undocumented, *PRODUCT) == {}


def test_a_name_that_is_not_is_caught():
    source = "class A:\n    '''Says.'''\n    def b(self): ...\n    def _c(self): ...\ndef d(): ...\ndef _e(): ...\n"
    assert undocumented(ast.parse(source)) == ["module", "A.b", "d"]


# -- deeds


def sleeps(tree):
    """Calls and imports by which a module waits on its own."""
    named = {f"{node.module}.{alias.name}" for node in _nodes(tree, ast.ImportFrom) for alias in node.names}
    called = {ast.unparse(node) for node in _nodes(tree, ast.Attribute) if node.attr == "sleep"}
    return sorted({name for name in named if name.endswith(".sleep")} | called)


def surroundings(tree):
    """Reads of the process environment."""
    names = ("environ", "environb", "getenv")
    reads = {ast.unparse(node) for node in _nodes(tree, ast.Attribute) if node.attr in names and _is_os(node.value)}
    imports = {alias.name for node in _nodes(tree, ast.ImportFrom) if node.module == "os" for alias in node.names}
    return sorted(reads | (imports & set(names)))


def work_at_import(tree):
    """Statements of a module that do something when it is imported."""
    harmless = (ast.Import, ast.ImportFrom, ast.Assign, ast.AnnAssign, ast.ClassDef, ast.FunctionDef, ast.If)
    doing = [node for node in tree.body if not isinstance(node, harmless) and not _is_text(node)]
    return [ast.unparse(node) for node in doing + _nodes(tree, ast.Global)]


def _nodes(tree, kind):
    return [node for node in ast.walk(tree) if isinstance(node, kind)]


def _is_os(node):
    return isinstance(node, ast.Name) and node.id == "os"


def _is_text(node):
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def test_only_timing_sleeps():
    assert offences(sleeps, *PRODUCT_AND_SUITES, but=["harness/timing/"]) == {}


def test_only_a_configuration_module_reads_the_environment():
    assert offences(surroundings, *PRODUCT_AND_SUITES, but=[CONFIGURATION]) == {}


def test_no_module_does_anything_when_it_is_imported():
    assert offences(work_at_import, *PRODUCT) == {}


def test_an_offence_is_found_wherever_it_lies():
    assert offences(lambda tree: ["here"], "harness").keys() >= {"harness/errors.py", "harness/timing/world.py"}
    assert not [name for name in offences(lambda tree: ["x"], "harness", but=["harness/timing/"]) if "timing" in name]


@pytest.mark.parametrize(
    ("checker", "source"),
    [
        (sleeps, "import time\ndef f():\n    time.sleep(1)"),
        (sleeps, "from time import sleep as nap"),
        (sleeps, "asyncio.sleep(1)"),
        (surroundings, "import os\ndef f():\n    return os.environ.get('RIG')"),
        (surroundings, "os.getenv('RIG')"),
        (surroundings, "from os import environ"),
        (work_at_import, "connect()"),
        (work_at_import, "for port in PORTS:\n    port.open()"),
        (work_at_import, "with open('x') as file:\n    DATA = file.read()"),
        (work_at_import, "def f():\n    global STATE\n    STATE = 1"),
    ],
)
def test_a_deed_is_caught(checker, source):
    assert len(checker(ast.parse(source))) == 1


@pytest.mark.parametrize("checker", [sleeps, surroundings, work_at_import])
def test_what_is_no_deed_is_not(checker):
    source = '"""Says."""\nimport os\nLIMIT = 3\nclass A:\n    """Says."""\n    environ = os.cpu_count\n'
    assert checker(ast.parse(source)) == []


# -- the way it is run


def test_a_bare_pytest_never_flies_a_drone():
    options = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["pytest"]["ini_options"]
    assert options["testpaths"] == ["tests"]
    assert "--import-mode=importlib" in options["addopts"]
    assert options["filterwarnings"] == ["error"]
