"""Compile the kernels ahead of time: ``python -m harness.plant.compile [module ...]``.

Each named module (default: the plant's own) is imported and its ``warm_up()`` called, which fills the cache of ``jit``.
A stamp beside the machine code remembers what was compiled, by which Python and numba, from files of which time (numba
distrusts its cache when a source file is touched), so a second call does nothing and does not even load numba.
"""

import hashlib
import importlib
import importlib.metadata
import platform
import sys
import time
from pathlib import Path

from harness.errors import UsageError
from harness.plant import sources

DEFAULT = ("harness.plant.step",)


def stamp_path(modules: tuple[str, ...]) -> Path:
    """File whose presence says that `modules` are compiled from the sources as they are now."""
    facts = [*modules, platform.python_version(), platform.machine(), importlib.metadata.version("numba")]
    facts += [f"{path.name} {path.stat().st_mtime_ns}" for path in sources.kernel_sources()]
    return sources.cache_folder() / f"stamp-{hashlib.sha256(' '.join(facts).encode()).hexdigest()}"


def compile_modules(modules: tuple[str, ...] = DEFAULT) -> str:
    """Compile `modules` unless the stamp says that it is done; returns what was done, in one line.

    Raises:
        UsageError: a module does not exist or has no ``warm_up``.
    """
    stamp = stamp_path(modules)
    if stamp.is_file():
        return "kernels: up to date"
    start = time.monotonic()
    for name in modules:
        _warm_up(name)
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.touch()
    return f"kernels: compiled in {time.monotonic() - start:.0f} s"


def main(arguments: list[str]) -> int:
    """Entry point; prints one line."""
    try:
        line = compile_modules(tuple(arguments) or DEFAULT)
    except UsageError as error:
        sys.stderr.write(f"kernels: {error}\n")
        return 3
    sys.stdout.write(line + "\n")
    return 0


def _warm_up(name: str) -> None:
    try:
        module = importlib.import_module(name)
    except ModuleNotFoundError as error:
        raise UsageError(f"no module {error.name}: name a module that holds kernels") from error
    if not hasattr(module, "warm_up"):
        raise UsageError(f"module {name} has no warm_up(): name a module that holds kernels")
    module.warm_up()


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
