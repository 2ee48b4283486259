"""The watchdog: a process of its own that brings the bench into its safe state when the harness dies.

It hears the harness over a pipe. ``bye`` ends it; the pipe's end without that word, as after ``kill -9``, or silence,
makes it act (a harness that only stands still is killed first, for it holds the ports): the wind goes down, the link is
restored, and an article that flies is ordered to land over the observer's port. Power is never cut while the article is
armed or nobody knows.
"""

import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from harness.errors import RigError
from harness.rig.safestate import make_safe
from harness.timing import Beating

PERIOD, PATIENCE = 1.0, 10.0  # s between two signs of life, and without one
BYE, BEAT = b"bye\n", b".\n"
ACTIVE = b"active\n"


@dataclass
class Watchdog:
    """The harness's end.

    Attributes:
        process: of the watchdog.
    """

    plan: dict[str, Any]
    process: "subprocess.Popen[bytes]" = field(init=False)

    def __post_init__(self) -> None:
        """Start it, in a session of its own, so that no signal of a terminal reaches it."""
        plan = {**self.plan, "harness": os.getpid()}
        command = [sys.executable, "-m", "harness.rig.watchdog", json.dumps(plan)]
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, start_new_session=True, cwd=_checkout()
        )
        self._beating = Beating(PERIOD, lambda: self._say(BEAT))

    def assert_alive(self) -> None:
        """See that it lives; with the first case it becomes active.

        Raises:
            RigError: it has ended.
        """
        self._say(ACTIVE)
        if self.process.poll() is not None:
            raise RigError("the watchdog of the bench has ended: nothing may fly without it; start anew")

    def dismiss(self) -> None:
        """All is well: it ends without doing anything."""
        self._beating.stop()
        self._say(BYE)
        with suppress(OSError):
            self._pipe.close()
        self.process.wait()

    @property
    def _pipe(self) -> IO[bytes]:
        assert self.process.stdin is not None
        return self.process.stdin

    def _say(self, word: bytes) -> None:
        # one that has ended is found by assert_alive
        with suppress(OSError, ValueError):
            self._pipe.write(word)
            self._pipe.flush()


def wait_for_death(pipe: int, patience: float = PATIENCE) -> bool:
    """Listen until the harness says ``bye`` (False), or dies or falls silent after a case had begun (True)."""
    heard, active = b"", False
    while True:
        ready, _, _ = select.select([pipe], [], [], patience)
        data = os.read(pipe, 4096) if ready else b""
        heard = (heard + data)[-64:]
        active = active or ACTIVE in heard
        if heard.endswith(BYE):
            return False
        if not data:
            return active


def main() -> int:
    """Watch over the harness that started this, by the plan in the argument; returns 1 when the safe state failed."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    plan = json.loads(sys.argv[1])
    if not wait_for_death(sys.stdin.fileno(), float(plan.get("patience", PATIENCE))):
        return 0
    # one that stands still holds the ports that are needed now
    if os.getppid() == plan.get("harness"):
        os.kill(plan["harness"], signal.SIGKILL)
    tell = _teller(Path(plan["log"]))
    tell("the harness has died: the bench goes into its safe state")
    failed = False
    for name, step in make_safe(plan):
        try:
            tell(f"{name}: {step()}")
        except Exception as error:  # noqa: BLE001 - whatever broke one step, the article must still be landed by the next
            failed = True
            tell(f"{name}: FAILED: {error}")
    return int(failed)


def _teller(log: Path) -> Callable[[str], None]:
    """Writes to the log and to standard error, of which a test runner that has died may have been the reader."""

    def tell(text: str) -> None:
        line = f"{datetime.now(UTC).isoformat(timespec='seconds')} {text}\n"
        # a full disk may be what the harness died of
        with suppress(OSError), log.open("a", encoding="utf-8") as file:
            file.write(line)
        with suppress(OSError):
            sys.stderr.write(f"watchdog: {line}")
            sys.stderr.flush()

    return tell


def _checkout() -> Path:
    return Path(__file__).resolve().parents[2]


if __name__ == "__main__":
    sys.exit(main())
