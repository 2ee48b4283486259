"""What may bring bytes from outside while a world flies in real time: files that are waited for, all at once."""

import selectors
from collections.abc import Callable

Ready = Callable[[], None]


class Inputs:
    """Open files, by number, and what to do when one can be read or written.

    A callback may run once after its file was forgotten, so it must bear that.
    """

    def __init__(self) -> None:
        self._selector = selectors.DefaultSelector()

    def watch(self, file: int, on_read: Ready, on_write: Ready | None = None) -> None:
        """Call `on_read` when `file` has bytes or has ended, `on_write` when it takes bytes again.

        Watching a file again replaces what was asked for before.
        """
        events = selectors.EVENT_READ | (selectors.EVENT_WRITE if on_write else 0)
        if file in self._selector.get_map():
            self._selector.modify(file, events, (on_read, on_write))
        else:
            self._selector.register(file, events, (on_read, on_write))

    def forget(self, file: int) -> None:
        """Wait for `file` no more, before it is closed; harmless when it is not watched, or all is closed."""
        watched = self._selector.get_map()
        # a closed selector has no map
        if watched is not None and file in watched:
            self._selector.unregister(file)

    def wait(self, seconds: float) -> list[Ready]:
        """Block until a file is ready, at most `seconds` of the wall clock; returns the callbacks to run now."""
        ready: list[Ready] = []
        for key, events in self._selector.select(max(0.0, seconds)):
            on_read, on_write = key.data
            ready += [on_write] if events & selectors.EVENT_WRITE and on_write else []
            ready += [on_read] if events & selectors.EVENT_READ else []
        return ready

    def close(self) -> None:
        """Forget all files; they stay open."""
        self._selector.close()
