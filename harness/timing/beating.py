"""Something done again and again by the wall clock in a thread of its own, apart from every test clock."""

import threading
from collections.abc import Callable


class Beating:
    """Calls `act` every `period` s of the wall clock until it is stopped. `act` must not raise."""

    def __init__(self, period: float, act: Callable[[], None]) -> None:
        self._period, self._act, self._over = period, act, threading.Event()
        self._thread = threading.Thread(target=self._run, name="dronecert-beat", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Call no more; returns when the last call has ended. Harmless when stopped."""
        self._over.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._over.wait(self._period):
            self._act()
