"""Standard output is for results, standard error for progress and errors."""

import os
import sys
from pathlib import Path

import harness

CHECKOUT = Path(harness.__file__).resolve().parents[1]


def say(text: str) -> None:
    """Print a result; what the terminal's encoding cannot write is escaped."""
    encoding = sys.stdout.encoding or "utf-8"
    try:
        sys.stdout.write(text.encode(encoding, "backslashreplace").decode(encoding) + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        # who reads has seen enough; the exit code still counts
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def tell(text: str) -> None:
    """Print progress or an error."""
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def user_folder() -> Path:
    """Where this user's demo signing key is kept, outside every checkout."""
    return Path.home() / ".config" / "dronecert"
