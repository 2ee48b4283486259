"""The wall clock as a test clock: for articles and instruments that do not wait for anybody."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from harness.errors import HarnessError, RigError
from harness.timing.inputs import Inputs, Ready
from harness.timing.schedule import Schedule

TICK = 0.005  # s between two looks at what is due
LONGEST_GAP = 0.25  # s; a clock that was not looked at for longer makes what is measured INVALID
_PATIENCE = 1.0  # s between two looks at whether the I/O thread lives


@dataclass(frozen=True, kw_only=True)
class Gap:
    """A time in which nothing was sent, heard or seen: its end on the test clock and its length, s."""

    end: float
    length: float


class RealTime:
    """A clock and a schedule that one I/O thread keeps going, every 5 ms, under the session's lock.

    Whoever calls :meth:`start` holds the lock and lets go of it only while it waits, in :meth:`advance` and
    :meth:`aside`. So suites and instruments stay single-threaded: nothing moves while they work, and when they work
    for longer than a quarter of a second, that is a gap. Errors of callbacks are raised by the next :meth:`advance`.

    Attributes:
        schedule: what is due when.
        epoch: Unix time of zero on this clock, s.
        gaps: longer than 0.25 s, since :meth:`watch`.
        longest: between two ticks since then, s.
    """

    def __init__(self, inputs: Inputs) -> None:
        self.schedule, self.inputs = Schedule(), inputs
        self.gaps: list[Gap] = []
        self.longest = 0.0
        self._begin, self.epoch = time.monotonic(), time.time()
        self._turn = threading.Condition(threading.RLock())
        self._thread: threading.Thread | None = None
        self._owner: int | None = None
        self._ticks, self._last, self._wanted = 0, 0.0, 0.0
        self._watched = self._stopping = False
        self._errors: list[HarnessError] = []

    def now(self) -> float:
        """Seconds since the clock was made, by the system's monotonic clock."""
        return time.monotonic() - self._begin

    def start(self) -> None:
        """Begin to tick; the caller holds the lock from now on. Harmless when begun."""
        if self._thread is None:
            self._turn.acquire()
            self._owner, self._last = threading.get_ident(), self.now()
            self._thread = threading.Thread(target=self._run, name="dronecert-io", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Tick no more; harmless when stopped. Called by who started."""
        thread, self._thread = self._thread, None
        if thread is not None:
            self._stopping = True
            self._turn.release()
            thread.join()
            self._owner = None

    def watch(self) -> None:
        """From now on a gap counts."""
        self._watched, self._last, self.longest = True, self.now(), 0.0
        self.gaps.clear()

    def forgive(self) -> None:
        """Gaps count no more."""
        self._watched = False

    def fail(self, error: HarnessError) -> None:
        """Let the next :meth:`advance` raise `error`, once."""
        self._errors.append(error)

    def raise_failure(self) -> None:
        """Raise the oldest error that was not raised yet, and forget the rest.

        Raises:
            HarnessError: what a callback raised, or what was handed to :meth:`fail`.
        """
        if self._errors:
            error, self._errors = self._errors[0], []
            raise error

    def advance(self, until: float) -> float:
        """Wait for the next tick; returns the time, which may be up to 5 ms past `until`.

        Raises:
            RigError: the I/O thread has died, or there was a gap.
            HarnessError: a callback has raised it.
        """
        self.raise_failure()
        before, self._wanted = self._ticks, until
        while self._ticks == before:
            if self._thread is None or not self._thread.is_alive():
                raise RigError("the I/O thread has ended: its error is above")
            self._turn.wait(_PATIENCE)
        self.raise_failure()
        return self.now()

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Let time pass while the caller blocks on something else, such as an instrument's answer or an operator.

        On the I/O thread itself this does nothing: what blocks there for long is a gap.
        """
        if self._owner != threading.get_ident():
            yield
            return
        self._turn.release()
        try:
            yield
        finally:
            self._turn.acquire()

    def _run(self) -> None:
        while True:
            ready = self.inputs.wait(self._pause())
            with self._turn:
                if self._stopping:
                    return
                self._tick(ready)

    def _tick(self, ready: list[Ready]) -> None:
        self._look_for_gap()
        for act in (*ready, self._run_due):
            try:
                act()
            except HarnessError as error:
                self.fail(error)
        self._ticks += 1
        self._turn.notify_all()

    def _run_due(self) -> None:
        self.schedule.run_due(self.now())

    def _pause(self) -> float:
        now = self.now()
        wanted = self._wanted - now if self._wanted > now else TICK
        return min(TICK, wanted, max(0.0, self.schedule.next_time() - now))

    def _look_for_gap(self) -> None:
        now = self.now()
        length, self._last = now - self._last, now
        if not self._watched:
            return
        self.longest = max(self.longest, length)
        if length > LONGEST_GAP:
            self.gaps.append(Gap(end=now, length=length))
            self.fail(
                RigError(
                    f"the test clock had a gap of {length:.2f} s at {now:.2f} s, {LONGEST_GAP} s are allowed: this "
                    "machine was too busy; end other work on it and test again"
                )
            )
