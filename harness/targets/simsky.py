"""The satellites of an autopilot that simulates its own receiver: a parameter of its simulator."""

from collections.abc import Callable

from harness.errors import RigError
from harness.targets.rigport import RigPort
from harness.timing import Clock

ENABLE = "SIM_GPS1_ENABLE"
STALE = 3.5  # s of the test clock; it is asked for once a second


class SimulatorSky:
    """Implements :class:`harness.targets.base.Sky` over the rig's own port of the powered article."""

    def __init__(self, port: Callable[[], RigPort], clock: Clock) -> None:
        self._port, self._clock = port, clock

    def set_place(self, latitude: float, longitude: float) -> None:
        """Refuse: where it starts is an option of the program.

        Raises:
            RigError: always.
        """
        raise RigError(f"this target cannot be carried to {latitude:g}, {longitude:g}: its program starts at home")

    def set_dark(self, dark: bool) -> None:
        """Take the signals away, or give them back."""
        self._port().set_parameters({ENABLE: float(not dark)})

    def is_dark(self) -> bool:
        """Whether there are none, as the simulator says; never what the receiver makes of them.

        Raises:
            RigError: it has not said so lately, as a build that has no such parameter.
        """
        time, value = self._port().parameters.get(ENABLE, (0.0, 0.0))
        if ENABLE not in self._port().parameters or self._clock.now() - time > STALE:
            raise RigError(
                f"the simulator does not tell whether it gives satellites ({ENABLE}): use a build of ArduCopter 4.6 or "
                "later, and let SERIAL5_PROTOCOL be 2"
            )
        return value == 0.0
