"""Undoing what an instrument set up, without hiding what went wrong meanwhile."""

from collections.abc import Callable
from types import TracebackType

from harness.errors import HarnessError


class Undo:
    """A context that takes `step` on leaving, whatever happened in its body.

    An error of the body is never replaced by one of the step: the step's becomes a note of it, so that the party to
    blame stays the same. A control that the step records is recorded in either case.
    """

    def __init__(self, step: Callable[[], None]) -> None:
        self._step = step

    def __enter__(self) -> None:
        """Nothing yet."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Take the step.

        Raises:
            HarnessError: the step failed, and the body raised nothing.
        """
        if error is None:
            self._step()
            return
        try:
            self._step()
        except HarnessError as late:
            error.add_note(f"and afterwards: {late}")
