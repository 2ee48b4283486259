"""The rig's own port of a simulated autopilot: its clock, its simulator's truth, and the parameters of its simulator.

Apart from the ports that instruments use. What speaks here is no ground station: it has another system id and sends no
heartbeat, so that an autopilot's failsafes never take it for one.
"""

from collections.abc import Callable, Mapping

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.link.virtual import VirtualPort
from harness.timing import Clock
from harness.vehicle.codec import Codec, Identity, Message

_SYSTEM, _COMPONENT = 250, 191  # none of a ground station
_TARGET = (1, 1)
# Hz; the clock ticks as often as the attitude comes
RATES = {
    mavlink.MAVLINK_MSG_ID_ATTITUDE: 50.0,
    mavlink.MAVLINK_MSG_ID_SIM_STATE: 50.0,
    mavlink.MAVLINK_MSG_ID_SERVO_OUTPUT_RAW: 20.0,
}
CLOCK = "ATTITUDE"
KINDS = (CLOCK, "SIM_STATE", "SERVO_OUTPUT_RAW")


class RigPort:
    """Reads what the simulator tells and sends it parameters.

    Attributes:
        ticks: time since boot that the autopilot told last, s; None until then.
        latest: newest message of each type.
        parameters: newest value of each parameter that was told, and when, s of the test clock.
    """

    def __init__(
        self, port: VirtualPort, clock: Clock, echo: Callable[[str, float], None] = lambda name, value: None
    ) -> None:
        """Send on `port`; `echo` is told of every parameter that the autopilot tells."""
        self._port, self._clock, self._echo = port, clock, echo
        self._codec = Codec(Identity(system=_SYSTEM, component=_COMPONENT), clock)
        self.ticks: float | None = None
        self.latest: dict[str, Message] = {}
        self.parameters: dict[str, tuple[float, float]] = {}

    def receive(self, data: bytes) -> None:
        """Take bytes of the autopilot."""
        for incoming in self._codec.decode(data):
            message = incoming.message
            kind = message.get_type()
            self.latest[kind] = message
            if kind == CLOCK:
                self.ticks = message.time_boot_ms / 1000.0
            elif kind == "PARAM_VALUE":
                self.parameters[message.param_id] = self._clock.now(), message.param_value
                self._echo(message.param_id, message.param_value)

    def is_complete(self) -> bool:
        """Whether all that is read here has come."""
        return all(kind in self.latest for kind in KINDS)

    def ask_for_streams(self) -> None:
        """Ask for everything that is read here."""
        for number, rate in RATES.items():
            values = (float(number), 1e6 / rate, 0.0, 0.0, 0.0, 0.0, 0.0)
            command = mavlink.MAV_CMD_SET_MESSAGE_INTERVAL
            self._send(mavlink.MAVLink_command_long_message(*_TARGET, command, 0, *values))

    def set_parameters(self, values: Mapping[str, float]) -> None:
        """Send parameters; the autopilot's echo tells whether they arrived."""
        for name, value in values.items():
            kind = mavlink.MAV_PARAM_TYPE_REAL32
            self._send(mavlink.MAVLink_param_set_message(*_TARGET, name.encode(), value, kind))

    def ask_parameter(self, name: str) -> None:
        """Ask for a parameter."""
        self._send(mavlink.MAVLink_param_request_read_message(*_TARGET, name.encode(), -1))

    def _send(self, message: Message) -> None:
        self._port.send(self._codec.encode(message))
