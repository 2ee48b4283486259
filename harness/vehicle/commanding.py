"""Commands with acknowledgement: sent again with a rising `confirmation` until answered."""

from collections.abc import Callable

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.errors import VehicleError, VehicleTimeout
from harness.timing import Deadline, Wait, World, wait_until
from harness.vehicle.asking import ask
from harness.vehicle.codec import Message
from harness.vehicle.receiver import Receiver
from harness.vehicle.texts import WARNING

Send = Callable[[Message], None]
Place = tuple[float, float, float]

_VALUES = 7
_OPEN = frozenset({mavlink.MAV_RESULT_IN_PROGRESS})
_OPEN_TO_PATIENT = _OPEN | {mavlink.MAV_RESULT_TEMPORARILY_REJECTED}
_DEGREE = 1e7
_REASON_WITHIN = 1.0  # the reason of a refusal may come after the refusal


class Commander:
    """Sends COMMAND_LONG to the article and reads its answers."""

    def __init__(self, receiver: Receiver, world: World, send: Send, own_system: int) -> None:
        """Send with `send`; answers to other systems than `own_system` are left aside."""
        self._receiver, self._world, self._send = receiver, world, send
        self._addressed = (0, own_system)  # 0 is everybody

    def send(self, command: int, values: tuple[float, ...], within: float, *, patient: bool = False) -> int:
        """Send a command; returns MAV_RESULT_ACCEPTED. With `patient`, a temporary rejection is no answer yet.

        Raises:
            VehicleTimeout: no answer before the deadline.
            VehicleError: the article refused; the text carries its own reason.
        """
        padded = (*values, *[0.0] * (_VALUES - len(values)))
        return self._ask(command, lambda attempt: self._long(command, padded, attempt), within, patient)

    def send_place(self, command: int, values: tuple[float, ...], place: Place, within: float) -> int:
        """Send a command that names a place on the globe, deg and m above sea level, with its first four values.

        COMMAND_INT carries a place in 1e-7 deg; the floats of COMMAND_LONG would round it to metres.

        Raises:
            VehicleTimeout: no answer before the deadline.
            VehicleError: the article refused; the text carries its own reason.
        """
        latitude, longitude, height = place
        where = (round(latitude * _DEGREE), round(longitude * _DEGREE), height)
        head = (*self._target(), mavlink.MAV_FRAME_GLOBAL, command, 0, 0)
        message = mavlink.MAVLink_command_int_message(*head, *values, *where)
        return self._ask(command, lambda attempt: message, within, patient=False)

    def _ask(self, command: int, make: Callable[[int], Message], within: float, patient: bool) -> int:
        """Send what `make` gives for each attempt until `command` is answered.

        Raises:
            VehicleTimeout: no answer before the deadline.
            VehicleError: the article refused; the text carries its own reason.
        """
        answers: list[int] = []
        open_results = _OPEN_TO_PATIENT if patient else _OPEN
        said_before = len(self._receiver.texts)
        name = command_name(command)

        def hear(ack: Message) -> None:
            final = ack.result not in open_results
            if ack.command == command and ack.target_system in self._addressed and final:
                answers.append(ack.result)

        forget = self._receiver.subscribe("COMMAND_ACK", hear)
        try:
            wait = Wait(name=f"answer to {name}", within=within, wanted="COMMAND_ACK", got=lambda: "silence")
            ask(self._world, lambda attempt: self._send(make(attempt)), lambda: bool(answers), wait)
        finally:
            forget()
        if answers[0] != mavlink.MAV_RESULT_ACCEPTED:
            raise VehicleError(f"vehicle refused {name}: {_result_name(answers[0])}: {self._reason(said_before)}")
        return answers[0]

    def _long(self, command: int, values: tuple[float, ...], attempt: int) -> Message:
        return mavlink.MAVLink_command_long_message(*self._target(), command, min(attempt, 255), *values)

    def _target(self) -> tuple[int, int]:
        return self._receiver.system, self._receiver.component

    def _reason(self, said_before: int) -> str:
        deadline = Deadline(self._world, _REASON_WITHIN)
        wait = Wait(name="reason of the refusal", within=2 * _REASON_WITHIN, blame=VehicleTimeout)
        wait_until(self._world, lambda: len(self._receiver.texts) > said_before or deadline.passed(), wait)
        said = self._receiver.texts[said_before:]
        grave = [text.text for text in said if text.severity <= WARNING]
        return "; ".join(grave or [text.text for text in said]) or "it gave no reason"


def command_name(command: int) -> str:
    """MAV_CMD name of a number."""
    entry = mavlink.enums["MAV_CMD"].get(command)
    return entry.name if entry else f"command {command}"


def _result_name(result: int) -> str:
    entry = mavlink.enums["MAV_RESULT"].get(result)
    return entry.name if entry else f"result {result}"
