"""Which files make the machine code, and where it is cached. Loads no kernel and not numba.

A kernel source is a module of the harness that imports ``harness.plant.jit``, that module itself, or a ``layout.py``,
whose numbers the compiler freezes into the code.
"""

import hashlib
from pathlib import Path

PACKAGE = Path(__file__).parent.parent
_IMPORT_LINE = "\nfrom harness.plant.jit import "


def kernel_sources(package: Path = PACKAGE) -> list[Path]:
    """Every file below `package` whose text goes into the machine code, sorted by path."""
    return sorted(path for path in package.rglob("*.py") if _is_kernel(path))


def source_digest(package: Path = PACKAGE) -> str:
    """SHA-256 over paths and contents of the kernel sources, in hex."""
    digest = hashlib.sha256()
    for path in kernel_sources(package):
        text = path.read_bytes()
        digest.update(f"{path.relative_to(package).as_posix()} {len(text)}\n".encode() + text)
    return digest.hexdigest()


def cache_base(package: Path = PACKAGE, fallback: Path | None = None) -> Path:
    """Folder of all caches: ``.tox/numba`` of the checkout, or `fallback` where that cannot be written.

    Args:
        package: the folder of the ``harness`` package.
        fallback: default ``~/.cache/dronecert/numba``.
    """
    base = package.parent / ".tox" / "numba"
    if (package.parent / "pyproject.toml").is_file() and _writable(base):
        return base
    return fallback or Path.home() / ".cache" / "dronecert" / "numba"


def cache_folder(package: Path = PACKAGE) -> Path:
    """Folder of the machine code made from the sources as they are now."""
    return cache_base(package) / source_digest(package)


def _is_kernel(path: Path) -> bool:
    if path.name == "layout.py" or path.parts[-2:] == ("plant", "jit.py"):
        return True
    return _IMPORT_LINE in path.read_text(encoding="utf-8")


def _writable(base: Path) -> bool:
    probe = base / ".probe"
    try:
        base.mkdir(parents=True, exist_ok=True)
        probe.touch()
        probe.unlink(missing_ok=True)
    except OSError:
        return False
    return True
