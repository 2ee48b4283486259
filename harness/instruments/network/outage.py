"""Everything but the command link blocked, and proof that it was."""

from collections.abc import Iterator
from contextlib import contextmanager

from harness.instruments.network.line import Line, Window
from harness.instruments.undo import Undo
from harness.timing import run_for

POROUS = "porous"
# s after the valve was shut in which what was under way still arrives
UNDER_WAY = 0.1


class Outage:
    """The network role's part that blocks. Fault ``porous``: it blocks nothing."""

    def __init__(self, line: Line) -> None:
        self._line = line

    @contextmanager
    def blocked(self, *, restart: bool) -> Iterator[None]:
        """Drop all that comes from or goes to the article's network card while the context lasts.

        With `restart` the article boots under it.

        Raises:
            RigError: on leaving, when something got through, or when the article did not try, so nothing was blocked.
        """
        line = self._line
        talks = line.talks()
        line.context.check("twin.talks_before", talks, f"a server was {'asked' if talks else 'not asked'} before")
        line.valve.shut = line.context.fault != POROUS
        before, start = line.valve.dropped, line.now() + UNDER_WAY
        if restart:
            line.restart()
        run_for(line.context.world, UNDER_WAY)

        def end() -> None:
            self._prove(before, Window(start=start, end=line.now()))
            line.valve.shut = False

        with Undo(end):
            yield

    def _prove(self, before: int, window: Window) -> None:
        line, dropped = self._line, self._line.valve.dropped - before
        line.assert_lossless()
        tried, passed = len(line.sent(window)), len(line.frames(window)) - len(line.sent(window))
        detail = f"in {window.end - window.start:.0f} s the article sent {tried} frames, {dropped} were dropped"
        line.context.check("block.met", tried > 0 and dropped >= tried, detail)
        line.context.check("block.tight", passed == 0, f"{passed} frames reached the article's network card")
