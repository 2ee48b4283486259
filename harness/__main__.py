"""``python -m harness`` and the ``dronecert`` command."""

import sys

from harness.cli import run


def main() -> int:
    """Run the command line; returns the exit code."""
    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
