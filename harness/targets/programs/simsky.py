"""The satellites of an autopilot that simulates its own receiver: a parameter of its simulator."""

from collections.abc import Callable

from harness.errors import NotShown, RigError
from harness.targets.programs.rigport import RigPort
from harness.targets.programs.simulator import SkyWords
from harness.timing import Clock

STALE = 3.5  # s of the test clock; it is asked for once a second


class SimulatorSky:
    """Implements :class:`harness.targets.base.Sky` over the rig's own port of the powered article."""

    def __init__(self, port: Callable[[], RigPort], clock: Clock, words: SkyWords) -> None:
        self._port, self._clock, self._words = port, clock, words

    def set_place(self, latitude: float, longitude: float) -> None:
        """Refuse: the aircraft stands where the simulator was started.

        Raises:
            NotShown: always.
        """
        raise NotShown(f"{latitude:g}, {longitude:g}: the place of this simulator is that of its start")

    def set_dark(self, dark: bool) -> None:
        """Take the signals away, or give them back."""
        self._port().set_parameters({self._words.name: self._words.dark if dark else self._words.lit})

    def is_dark(self) -> bool:
        """Whether there are none, as the simulator says; never what the receiver makes of them.

        Raises:
            RigError: it has not said so lately, as a build that has no such parameter.
        """
        name, told = self._words.name, self._port().parameters
        time, value = told.get(name, (0.0, 0.0))
        if name not in told or self._clock.now() - time > STALE:
            raise RigError(f"the simulator does not tell whether it gives satellites ({name}): {self._words.remedy}")
        return value == self._words.dark
