"""The observer role's words on what an article does about its link."""

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from harness.errors import RigError
from harness.instruments.context import Context
from harness.instruments.figures import Seen
from harness.instruments.link.actions import Owing, count_missed, count_unowed
from harness.instruments.link.beats import Silence
from harness.instruments.story import Story
from harness.instruments.undo import Undo
from harness.judgement import Count
from harness.timing import World
from harness.vehicle.observer import Observer

RESTING = 0.5  # s after it disarmed


class LinkWitness:
    """Part of the observer on the trusted port, which sets the attributes that are used here."""

    _context: Context
    _world: World

    @property
    def _observer(self) -> Observer:
        raise NotImplementedError

    def _declared_signs(self) -> frozenset[str]:
        raise NotImplementedError

    @contextmanager
    def telling(self, story: Story) -> Iterator[None]:
        """Mark each change of mode and the motors' stop on the chart of `story` while the context lasts."""
        start = self._world.now()

        def end() -> None:
            # what was heard first is no change
            for change in self._observer.mode_changes[1:]:
                if change.time > start:
                    story.mark(change.mode, change.time)
            for stop in self._observer.armed_changes[1:]:
                if stop.time > start and not stop.armed:
                    story.mark("disarmed", stop.time)

        with Undo(end):
            yield

    def read_seen(self) -> Seen:
        """Heading, mode and arming now.

        Raises:
            RigError: the observer hears nothing.
        """
        armed, mode = self._observer.read_armed(), self._observer.read_mode()
        heading = math.degrees(self._observer.telemetry.read("ATTITUDE").yaw)
        return Seen(heading=heading, mode=mode, armed=armed)

    def read_modes(self, *, since: float) -> list[str]:
        """Modes entered since then (test clock, s), in order.

        Raises:
            RigError: the observer hears nothing.
        """
        self._observer.assert_alive()
        return [mode for time, mode in self._modes() if time > since]

    def count_departures(self, *, since: float) -> Count:
        """Whether the article left, since then (test clock, s), the mode that it was in; for a phase that goes on.

        Raises:
            RigError: the observer hears nothing, or the declared action in this phase is not to go on.
        """
        declared = self._context.declaration.link.loss_action_landing
        if declared != "continue":
            raise RigError(
                f"the declared action while landing is {declared or 'not stated'}: this method shows continue"
            )
        self._observer.assert_alive()
        return Count(events=int(any(time > since for time, _ in self._modes())), trials=1)

    def count_surprises(self, *, since: float, silence: float) -> Count:
        """Whether the mode changed since then in a way that a silence of `silence` s does not explain.

        The declared action is admitted once, when the silence was longer than the declared tolerance.

        Raises:
            RigError: the observer hears nothing.
        """
        owing = self._owing()
        self._observer.assert_alive()
        modes = [mode for time, mode in self._modes() if time > since]
        if silence > owing.tolerated and modes and modes[0] in owing.signs:
            del modes[0]
        return Count(events=int(bool(modes)), trials=1)

    def count_unowed(self, silences: Sequence[Silence]) -> Count:
        """Actions of its own without a silence that is longer than the declared tolerance."""
        return count_unowed(silences, self._actions(), self._owing())

    def count_missed(self, silences: Sequence[Silence]) -> Count:
        """Silences longer than the declared time without the declared action in time."""
        return count_missed(silences, self._actions(), self._owing())

    def _actions(self) -> list[tuple[float, str]]:
        """Changes of mode that no pilot of these tests orders."""
        self._observer.assert_alive()
        ordered = self._context.sockets.dialect.position_mode
        return [(time, mode) for time, mode in self._modes() if mode != ordered]

    def _modes(self) -> list[tuple[float, str]]:
        # what was heard first is no change, and to fall back to a mode of rest as it disarms is no act
        rest = self._context.sockets.dialect.rests_in
        stops = [change.time for change in self._observer.armed_changes[1:] if not change.armed]
        return [
            (change.time, change.mode)
            for change in self._observer.mode_changes[1:]
            if change.mode != rest or not any(0.0 <= change.time - stop <= RESTING for stop in stops)
        ]

    def _owing(self) -> Owing:
        link, claim = self._context.declaration.link, self._context.claim
        return Owing(
            tolerated=claim(link.tolerated_silence, "link.tolerated_silence"),
            time=claim(link.loss_time, "link.loss_time"),
            signs=self._declared_signs(),
        )
