"""Parameters of the article, read and set one by one, and put back afterwards."""

import math
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.errors import RigError, VehicleError
from harness.timing import Wait, World
from harness.vehicle.asking import ask
from harness.vehicle.codec import Message
from harness.vehicle.packing import REAL, pack, unpack
from harness.vehicle.receiver import Receiver

Send = Callable[[Message], None]

_SINGLE_PRECISION = 1e-6


class ParameterClient:
    """Reads and sets parameters."""

    def __init__(self, receiver: Receiver, world: World, send: Send, *, bytewise: bool = False) -> None:
        """With `bytewise`, whole numbers travel as their bytes; else all travel as plain floats."""
        self._receiver, self._world, self._send, self._bytewise = receiver, world, send, bytewise
        self._kinds: dict[str, int] = {}

    def read(self, name: str, within: float) -> float:
        """Present value.

        Raises:
            VehicleTimeout: no answer, so probably no such parameter.
        """
        request = mavlink.MAVLink_param_request_read_message(*self._target(), name.encode(), -1)
        return self._ask(request, name, within)

    def read_all(self, within: float) -> dict[str, float]:
        """Every parameter, by name.

        Raises:
            VehicleTimeout: the list did not come whole.
        """
        found: dict[str, float] = {}
        counts: list[int] = []

        def hear(message: Message) -> None:
            found[message.param_id] = self._value(message)
            counts.append(message.param_count)

        request = mavlink.MAVLink_param_request_list_message(*self._target())
        got = lambda: f"{len(found)} of {max(counts, default=0)}"  # noqa: E731 - read when the wait ends
        wait = Wait(name="all parameters", within=within, wanted="PARAM_VALUE for each", got=got)
        forget = self._receiver.subscribe("PARAM_VALUE", hear)
        try:
            ask(
                self._world,
                lambda attempt: self._send(request),
                lambda: bool(counts) and len(found) >= counts[-1],
                wait,
            )
        finally:
            forget()
        return found

    def set(self, name: str, value: float, within: float) -> None:
        """Set a parameter and check what the article now says it is.

        Raises:
            VehicleTimeout: no answer, so probably no such parameter.
            VehicleError: the article keeps another value, or the parameter has no room for this one.
        """
        said_before = len(self._receiver.texts)
        request = self._setting(name, value, within)
        kept = self._ask(request, name, within)
        if not math.isclose(kept, value, rel_tol=_SINGLE_PRECISION, abs_tol=_SINGLE_PRECISION):
            said = "; ".join(text.text for text in self._receiver.texts[said_before:]) or "no reason given"
            raise VehicleError(f"parameter {name}: wanted {value:g}, the vehicle keeps {kept:g}: {said}")

    @contextmanager
    def changed(self, values: dict[str, float], within: float) -> Iterator[None]:
        """Set parameters for a while; the former values come back in reverse order.

        Raises:
            VehicleError: one could not be read or set.
            RigError: one could not be put back: the article is not as it was found.
        """
        with ExitStack() as undo:
            for name, value in values.items():
                undo.callback(self._put_back, name, self.read(name, within), within)
                self.set(name, value, within)
            yield

    def _put_back(self, name: str, value: float, within: float) -> None:
        try:
            self.set(name, value, within)
        except VehicleError as error:
            raise RigError(f"parameter {name} could not be put back to {value:g}: {error}") from error

    def _setting(self, name: str, value: float, within: float) -> Message:
        kind, carried = REAL, value
        if self._bytewise:
            if name not in self._kinds:
                self.read(name, within)
            kind = self._kinds[name]
            try:
                carried = pack(value, kind)
            except ValueError as error:
                raise VehicleError(f"parameter {name}: {error}") from error
        return mavlink.MAVLink_param_set_message(*self._target(), name.encode(), carried, kind)

    def _value(self, message: Message) -> float:
        self._kinds[message.param_id] = message.param_type
        value: float = message.param_value
        return unpack(value, message.param_type) if self._bytewise else value

    def _target(self) -> tuple[int, int]:
        return self._receiver.system, self._receiver.component

    def _ask(self, request: Message, name: str, within: float) -> float:
        answers: list[float] = []

        def hear(message: Message) -> None:
            if message.param_id == name:
                answers.append(self._value(message))

        forget = self._receiver.subscribe("PARAM_VALUE", hear)
        wait = Wait(
            name=f"parameter {name}", within=within, wanted="PARAM_VALUE", got=lambda: "silence; does it exist?"
        )
        try:
            ask(self._world, lambda attempt: self._send(request), lambda: bool(answers), wait)
        finally:
            forget()
        return answers[0]
