"""The commands that do not fly: home, fence switch, reboot, capabilities, calibration."""

from collections.abc import Callable, Mapping

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.drone.flight.state import Landed
from harness.drone.mavlink.commands import Command, Outcome, denied, flown
from harness.drone.mavlink.empty_part import EmptyPart
from harness.drone.mavlink.flight_control import FlightControl
from harness.drone.mavlink.parameters import ParameterStore
from harness.drone.mavlink.part import Action
from harness.timing import Handle

_ANSWER_FIRST = 0.5  # s from the answer to the reboot, so that the answer gets out
_REBOOT = 1.0


class Housekeeping(EmptyPart):
    """Looks after the autopilot itself.

    Attributes:
        reboot: restarts the drone; None where nobody can.
    """

    def __init__(self, flight: FlightControl, parameters: ParameterStore) -> None:
        super().__init__()
        self._flight, self._parameters = flight, parameters
        self.reboot: Callable[[], None] | None = None
        self._rebooting: Handle | None = None
        self.actions: Mapping[int, Action] = {
            mavlink.MAV_CMD_REQUEST_AUTOPILOT_CAPABILITIES: lambda command: Outcome(send=("AUTOPILOT_VERSION",)),
            mavlink.MAV_CMD_GET_HOME_POSITION: lambda command: Outcome(send=("HOME_POSITION",)),
            mavlink.MAV_CMD_DO_SET_HOME: lambda command: denied("home is the place of power-on and cannot be moved"),
            mavlink.MAV_CMD_PREFLIGHT_CALIBRATION: lambda command: denied("nothing here can be calibrated"),
            mavlink.MAV_CMD_DO_FENCE_ENABLE: self._switch_fence,
            mavlink.MAV_CMD_PREFLIGHT_REBOOT_SHUTDOWN: self._restart,
        }

    def stop(self) -> None:
        """Forget a reboot that was asked for."""
        if self._rebooting is not None:
            self._rebooting.cancel()

    def _switch_fence(self, command: Command) -> Outcome:
        wanted = command.values[0]
        if wanted not in (0.0, 1.0):
            return denied(f"fence must be 0 or 1, not {wanted:g}")
        _, refusal = self._parameters.set("FENCE_ENABLE", wanted)
        if not refusal:
            self.post.broadcast([self._parameters.message("FENCE_ENABLE")], self.component)
        return flown(refusal)

    def _restart(self, command: Command) -> Outcome:
        if command.values[0] != _REBOOT or self.reboot is None:
            return denied("only a reboot of the autopilot is known" if self.reboot else "there is no way to reboot")
        if self._flight.armed or self._flight.landed is not Landed.ON_GROUND:
            return flown("Reboot: not while armed or in the air")
        self._rebooting = self.post.schedule.at(self.post.clock.now() + _ANSWER_FIRST, self.reboot)
        return Outcome()
