"""``python -m harness.instruments.twins.board``: a board in hardware-in-the-loop at a serial port, until SIGTERM.

The embedded drone's autopilot, which flies by what HIL_SENSOR and HIL_GPS tell it, in PX4's words, in real time. Beside
it stand an emergency stop and a pilot's take-over. A fault begins at once, or so many seconds after the first arming:

slow: motor commands at a third of the rate; jittery: nothing for a tenth of a second each second; silent: it says
nothing; driving: SYS_HITL is 0; liar: SYS_HITL is 0, and its heartbeat says that it drives nothing; unbooted: SYS_HITL
is 1, and its heartbeat says that it drives motors; deaf: it takes no sensors; pulled: the cable is pulled; garbling:
what comes is no MAVLink; stubborn: it does not boot anew.
"""

import argparse
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from harness.drone.flight.boarded import BoardedFlight
from harness.drone.flight.config import FlightConfig
from harness.drone.flight.state import Mode
from harness.errors import RigError, UsageError
from harness.instruments.twins import answerers
from harness.instruments.twins.boardwords import ACTUATORS, RATES, BoardWords
from harness.instruments.twins.serving import serve
from harness.link.port import Port
from harness.link.terminal import open_terminal
from harness.timing import Inputs, Schedule, run_for

SLOW, JITTERY, SILENT, DRIVING, LIAR = "slow", "jittery", "silent", "driving", "liar"
UNBOOTED, DEAF, PULLED, GARBLING, STUBBORN = "unbooted", "deaf", "pulled", "garbling", "stubborn"
FAULTS = (SLOW, JITTERY, SILENT, DRIVING, LIAR, UNBOOTED, DEAF, PULLED, GARBLING, STUBBORN)
BOOT = 0.3  # s
# of the first flight, which loads what is compiled; longer than a clock of a bench may stand still
WARM_UP = 0.1
GARBAGE = b"nsh> help\r\n"
HELD, HELD_EVERY = 0.1, 1.0  # s
BOARD, CONTACTS = "board", ("estop", "takeover")


class TwinBoard:
    """The board, its port, and the time that passes on it; implements :class:`harness.timing.World`.

    Attributes:
        schedule: what is due when.
    """

    def __init__(self, port: Port, fault: str = "", after: float = 0.0) -> None:
        """Boot; `after`: seconds from the first arming to the fault, 0 for a fault from the beginning."""
        self._port, self._fault, self._after = port, fault, after
        self.schedule = Schedule()
        self._now = 0.0
        self._struck, self._spoilt = not after, False
        self._held: list[bytes] | None = None
        self._words: BoardWords | None = None
        port.listen(self._receive)
        if fault == JITTERY:
            self.schedule.every(HELD_EVERY, self._hold, start=HELD_EVERY)
        self._boot()

    def now(self) -> float:
        """Seconds since it was made."""
        return self._now

    def advance(self, until: float) -> float:
        """Let the autopilot think until `until` or the next due event; then run what is due."""
        self._now = max(self._now, min(until, self.schedule.next_time()))
        if self._words is not None:
            self._words.flight.advance(self._now)
            if not self._struck and self._words.flight.armed:
                self._struck = True
                self.schedule.at(self._now + self._after, self._strike)
        self.schedule.run_due(self._now)
        return self._now

    def _boot(self) -> None:
        flight = BoardedFlight(FlightConfig(), 1)
        flight.begin_at(self._now)
        flight.set_mode(Mode.GUIDED)
        self._words = BoardWords(flight, self, self._send)
        self._words.reboot = self._reboot
        if self._after == 0.0:
            self._strike()

    def _strike(self) -> None:
        """Let the fault begin."""
        words = self._words
        assert words is not None
        words.hil = self._fault not in (DRIVING, UNBOOTED)
        words.parameters["SYS_HITL"] = int(self._fault not in (DRIVING, LIAR))
        words.deaf = self._fault == DEAF
        self._spoilt = self._fault in (SILENT, GARBLING)
        if self._fault == SLOW:
            words.set_rate(ACTUATORS, RATES[ACTUATORS] / 3.0)
        elif self._fault == PULLED:
            self._port.close()

    def _reboot(self) -> None:
        if self._fault != STUBBORN:
            self.schedule.at(self._now, self._go_down)

    def _go_down(self) -> None:
        if self._words is not None:
            self._words.stop()
        self._words = None
        self.schedule.at(self._now + BOOT, self._boot)

    def _hold(self) -> None:
        """Hold back what is said for a moment, as a busy port does."""
        if self._struck:
            self._held = []
            self.schedule.at(self._now + HELD, self._let_go)

    def _let_go(self) -> None:
        held, self._held = self._held or [], None
        self._send(b"".join(held))

    def _receive(self, data: bytes) -> None:
        if self._words is not None:
            self._words.receive(data)

    def _send(self, data: bytes) -> None:
        if self._held is not None:
            self._held.append(data)
        elif not (self._spoilt and self._fault == SILENT):
            # a cable that was pulled carries nothing
            with suppress(RigError):
                self._port.send(GARBAGE if self._spoilt else data)


class Bench:
    """The board and its interlocks as serial ports in a folder."""

    def __init__(self, inputs: Inputs, folder: Path) -> None:
        self._inputs, self._folder = inputs, folder
        self._closing: list[Callable[[], None]] = []

    def serve(self, fault: str, after: float) -> TwinBoard:
        """Serve all.

        Raises:
            UsageError: the folder cannot be used.
        """
        for name in CONTACTS:
            answerers.LineAnswerer(self._open(name), answerers.contacts(""), answerers.with_prompt)
        return TwinBoard(self._open(BOARD), fault, after)

    def close(self) -> None:
        """Take everything away."""
        for close in self._closing:
            close()

    def _open(self, name: str) -> Port:
        link = self._folder / name
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            port, device = open_terminal(self._inputs)
            link.unlink(missing_ok=True)
            link.symlink_to(device)
        except OSError as error:
            raise UsageError(f"{link}: no terminal can be put there: {error.strerror}") from error
        self._closing += [port.close, lambda: link.unlink(missing_ok=True)]
        return port


def main() -> int:
    """Serve until a signal; returns 0, or 3 when something cannot be served."""
    arguments = _parser().parse_args()

    def bring_up(inputs: Inputs) -> tuple[TwinBoard, Bench]:
        bench = Bench(inputs, Path(arguments.folder))
        board = bench.serve(arguments.fault, arguments.after)
        run_for(board, WARM_UP)
        return board, bench

    return serve("board", bring_up)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m harness.instruments.twins.board", description=__doc__)
    parser.add_argument("--folder", default="/tmp/dronecert-board", help="where the serial ports appear")
    parser.add_argument("--fault", default="", choices=("", *FAULTS))
    parser.add_argument("--after", type=float, default=0.0, metavar="S", help="from the first arming to the fault")
    return parser


if __name__ == "__main__":
    sys.exit(main())
