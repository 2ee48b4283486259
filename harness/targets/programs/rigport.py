"""The rig's own port of a simulated autopilot: its clock, its simulator's truth, and the parameters of its simulator.

Apart from the ports that instruments use. What speaks here is no ground station: it has another system id and sends no
heartbeat, so that an autopilot's failsafes never take it for one.
"""

from collections.abc import Callable, Mapping

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.link.virtual import VirtualPort
from harness.targets.programs.simulator import Simulator
from harness.timing import Clock
from harness.vehicle.codec import Codec, Identity, Message
from harness.vehicle.packing import REAL, pack, unpack

_SYSTEM, _COMPONENT = 250, 191  # none of a ground station
CLOCK = "ATTITUDE"


class RigPort:
    """Reads what the simulator tells and sends it parameters.

    Attributes:
        ticks: time since boot that the autopilot told last, s; None until then.
        latest: newest message of each type.
        parameters: newest value of each parameter that was told, and when, s of the test clock.
    """

    def __init__(
        self,
        port: VirtualPort,
        clock: Clock,
        simulator: Simulator,
        echo: Callable[[str, float], None] = lambda name, value: None,
    ) -> None:
        """Send on `port`; `echo` is told of every parameter that the autopilot tells."""
        self._port, self._clock, self._simulator, self._echo = port, clock, simulator, echo
        self._target, self._kinds = (1, 1), dict[str, int]()
        self._codec = Codec(Identity(system=_SYSTEM, component=_COMPONENT), clock)
        self.ticks: float | None = None
        self.latest: dict[str, Message] = {}
        self.parameters: dict[str, tuple[float, float]] = {}

    def receive(self, data: bytes) -> None:
        """Take bytes of the autopilot."""
        for incoming in self._codec.decode(data):
            if incoming.component != mavlink.MAV_COMP_ID_AUTOPILOT1:
                # an autopilot passes on what it hears of ground stations, which have no parameters
                continue
            kind, message = incoming.kind, incoming.message
            self.latest[kind] = message
            self._target = (incoming.system, 1)
            if kind == CLOCK:
                self.ticks = message.time_boot_ms / 1000.0
            elif kind == "PARAM_VALUE":
                self._note_parameter(message)

    def is_complete(self) -> bool:
        """Whether all that is read here has come."""
        return all(kind in self.latest for kind in self._simulator.kinds)

    def ask_for_streams(self) -> None:
        """Ask for everything that is read here."""
        for number, rate in self._simulator.rates.items():
            values = (float(number), 1e6 / rate, 0.0, 0.0, 0.0, 0.0, 0.0)
            command = mavlink.MAV_CMD_SET_MESSAGE_INTERVAL
            self._send(mavlink.MAVLink_command_long_message(*self._target, command, 0, *values))

    def set_parameters(self, values: Mapping[str, float]) -> None:
        """Send parameters; the autopilot's echo tells whether they arrived."""
        for name, value in values.items():
            kind = self._kinds.get(name, REAL)
            carried = pack(value, kind) if self._simulator.bytewise else value
            self._send(mavlink.MAVLink_param_set_message(*self._target, name.encode(), carried, kind))

    def ask_parameter(self, name: str) -> None:
        """Ask for a parameter."""
        self._send(mavlink.MAVLink_param_request_read_message(*self._target, name.encode(), -1))

    def _note_parameter(self, message: Message) -> None:
        name, value = message.param_id, message.param_value
        if self._simulator.bytewise:
            self._kinds[name] = message.param_type
            value = unpack(value, message.param_type)
        self.parameters[name] = self._clock.now(), value
        self._echo(name, value)

    def _send(self, message: Message) -> None:
        self._port.send(self._codec.encode(message))
