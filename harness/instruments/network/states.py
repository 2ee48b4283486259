"""The states that the article is exercised in, with the time spent in each."""

from collections.abc import Iterator
from contextlib import contextmanager

from harness.instruments.network.line import Line, Window
from harness.timing import run_for


class States:
    """The network role's part that keeps the book of states."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._book: list[tuple[str, Window]] = []

    @contextmanager
    def state(self, name: str) -> Iterator[None]:
        """Book the body as that state of the article."""
        start = self._line.now()
        yield
        self._book.append((name, Window(start=start, end=self._line.now())))

    def boot(self, duration: float) -> None:
        """Let the boot that began with the case go on until so many s after power-on."""
        run_for(self._line.context.world, max(0.0, duration - self._line.now()))

    def check_for_update(self, within: float) -> None:
        """Restart the companion, which looks for updates when it boots, and give it so many s.

        Raises:
            RigError: the declared source of updates was not asked, so this state was not there.
        """
        line, start = self._line, self._line.now()
        source = line.context.declaration.network.update_source
        line.companion.reboot()
        run_for(line.context.world, within)
        if source is None:
            line.context.log.note("no update check: the declaration names no source of updates")
            return
        asked = [item for item in line.sessions(Window(start=start, end=line.now())) if item.host == source]
        detail = f"{source} got {sum(len(item.requests) for item in asked)} requests within {within:g} s"
        line.context.check("exercise.update_check", any(item.requests for item in asked), detail)

    def tell(self) -> None:
        """Note how long each state lasted, and how much the article sent in it."""
        for name, window in self._book:
            sent = len(self._line.sent(window))
            self._line.context.log.note(f"state {name}: {window.end - window.start:.0f} s, {sent} frames sent")
