"""The marks of the suites as their source has them, read without running it or loading pytest."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from harness.errors import FileError

# the name of the decorator in `harness.plugin.marks`
DECORATOR = "requirement"


@dataclass(frozen=True, kw_only=True)
class SourceMark:
    """A requirement, or one quantity of it, that a test names, and where; `quantity` is "" for all."""

    path: Path
    line: int
    test: str
    requirement: str
    quantity: str


def read_sources(suites: Path) -> Iterator[SourceMark]:
    """What the tests of all suites name.

    Raises:
        FileError: a test file is none.
    """
    for path in sorted(suites.glob("*/test_*.py")):
        try:
            tree = ast.parse(path.read_bytes())
        except (OSError, SyntaxError, ValueError) as error:
            raise FileError(path, f"is no test file: {error}", line=getattr(error, "lineno", None)) from error
        yield from _marks(path, tree)


def _marks(path: Path, tree: ast.Module) -> Iterator[SourceMark]:
    for function in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)):
        for mark in function.decorator_list:
            if isinstance(mark, ast.Call) and isinstance(mark.func, ast.Name) and mark.func.id == DECORATOR:
                for argument in mark.args:
                    if isinstance(argument, ast.Constant):
                        name, _, part = str(argument.value).partition(".")
                        yield SourceMark(
                            path=path, line=mark.lineno, test=function.name, requirement=name, quantity=part
                        )
