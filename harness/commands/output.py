"""Standard output is for results, standard error for progress and errors."""

import os
import sys
from pathlib import Path

import harness
from harness.errors import UsageError

CHECKOUT = Path(harness.__file__).resolve().parents[1]


def say(text: str) -> None:
    """Print a result; what the terminal's encoding cannot write is escaped."""
    if sys.stdout is None:
        # closed by who started us: nobody reads, and the exit code still counts
        return
    encoding = sys.stdout.encoding or "utf-8"
    try:
        sys.stdout.write(text.encode(encoding, "backslashreplace").decode(encoding) + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        # who reads has seen enough; the exit code still counts
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def tell(text: str) -> None:
    """Print progress or an error."""
    if sys.stderr is None:
        return
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def new_folder(option: str, name: str) -> Path:
    """The empty folder that an option names, made where it is absent.

    Raises:
        UsageError: something is there, or it cannot be made or written to.
    """
    folder = Path(name)
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise UsageError(f"{option} {folder}: exists and is not an empty folder; nothing is ever overwritten")
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"{option} {folder}: no folder can be made there: {error.strerror}") from error
    if not os.access(folder, os.W_OK | os.X_OK):
        raise UsageError(f"{option} {folder}: may not be written to")
    return folder


def user_folder() -> Path:
    """Where this user's demo signing key is kept, outside every checkout."""
    return Path.home() / ".config" / "dronecert"
