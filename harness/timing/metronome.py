"""Something done at a steady rate by the wall clock in a thread of its own, which also serves files."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from harness.errors import HarnessError
from harness.timing.inputs import Inputs, Ready

_LONGEST_PAUSE = 0.05  # s; how late a request to stop may be seen


class Metronome:
    """Calls `beat` every `period` s of the wall clock, and serves `inputs` in between.

    A session in real time lets go of its lock only while it waits; what may not stand still while a session works goes
    on here. Beats that the machine was too busy for are left out, and the next ones keep their time. `beat` and the
    callbacks of the files run under :meth:`held`; who takes hold waits for no longer than one of them lasts.
    """

    def __init__(
        self, period: float, inputs: Inputs, beat: Callable[[], None], tell: Callable[[HarnessError], None]
    ) -> None:
        """Nothing runs yet; `tell` hears of the errors of `beat` and of the callbacks, which end nothing."""
        self._period, self._inputs, self._beat, self._tell = period, inputs, beat, tell
        self._lock = threading.RLock()
        self._over = False
        self._due = 0.0
        self._thread: threading.Thread | None = None

    @property
    def running(self) -> bool:
        """Whether it beats."""
        return self._thread is not None and self._thread.is_alive()

    def start(self) -> None:
        """Begin; harmless when begun."""
        if self._thread is None:
            self._due = time.monotonic()
            self._thread = threading.Thread(target=self._run, name="dronecert-metronome", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Beat no more; returns when the last beat has ended. Harmless when stopped."""
        self._over = True
        if self._thread is not None:
            self._thread.join()

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep it from beating while the context lasts."""
        with self._lock:
            yield

    def _run(self) -> None:
        while not self._over:
            ready = self._inputs.wait(min(self._due - time.monotonic(), _LONGEST_PAUSE))
            with self._lock:
                for act in ready:
                    self._attempt(act)
                if time.monotonic() >= self._due:
                    self._attempt(self._beat)
                    self._due += self._period * (1 + max(0.0, time.monotonic() - self._due) // self._period)

    def _attempt(self, act: Ready) -> None:
        try:
            act()
        except HarnessError as error:
            self._tell(error)
