"""Where commands come in: who carries a command out, that it is done once, and the answer to it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.drone.mavlink.channel import Channel
from harness.drone.mavlink.commands import Command, Outcome, Sender, read_values, unsupported
from harness.drone.mavlink.empty_part import AUTOPILOT
from harness.drone.mavlink.inbound import Message
from harness.drone.mavlink.part import Action
from harness.drone.mavlink.reports import Reports
from harness.timing import Clock

Settle = Callable[[str], None]


@dataclass(frozen=True, kw_only=True)
class _Past:
    """A command that was carried out: kept to answer its repetition without doing it twice."""

    time: float
    command: str
    outcome: Outcome


class CommandDesk:
    """Gives each command to the component that it is addressed to, and answers in that component's name."""

    def __init__(self, clock: Clock, reports: Reports, settle: Settle, repeat_within: float = 15.0) -> None:
        """`settle` is called after each command, with the reason of a refusal or an empty string.

        A command that is sent again later than `repeat_within` s is a new one.
        """
        self._clock, self._reports, self._settle, self._repeat_within = clock, reports, settle, repeat_within
        self._actions: dict[int, dict[int, Action]] = {}
        self._past: dict[tuple[Sender, int], _Past] = {}

    @property
    def components(self) -> frozenset[int]:
        """The components that commands can be addressed to."""
        return frozenset(self._actions)

    def add(self, component: int, actions: Mapping[int, Action]) -> None:
        """Let `component` carry out `actions`; a later action replaces an earlier one of the same number."""
        self._actions.setdefault(component, {}).update(actions)

    def take(self, channel: Channel, message: Message) -> None:
        """Carry out COMMAND_LONG or COMMAND_INT and answer; what is for an absent component is left alone."""
        for component in self._addressed(message):
            command = _read(channel, message, component)
            outcome = self._outcome(message, command)
            self._settle(outcome.reason)
            self._answer(channel, command, outcome)

    def _addressed(self, message: Message) -> list[int]:
        component = message.target_component
        if component:
            return [component] if component in self._actions else []
        able = [each for each, actions in self._actions.items() if message.command in actions]
        # What each component can do, as to report, is asked of the autopilot when nobody is named.
        return [AUTOPILOT] if AUTOPILOT in able or not able else able

    def _outcome(self, message: Message, command: Command) -> Outcome:
        sender = (command.sender, command.component)
        outcome = self._repeated(message, command)
        if outcome is None:
            action = self._actions[command.component].get(command.number)
            outcome = action(command) if action else unsupported(command.number)
        self._past[sender] = _Past(time=self._clock.now(), command=_identity(command), outcome=outcome)
        return outcome

    def _repeated(self, message: Message, command: Command) -> Outcome | None:
        """The earlier outcome, when this is the same command sent again because its answer was lost."""
        past = self._past.get((command.sender, command.component))
        if past is None or not getattr(message, "confirmation", 0):
            return None
        recent = self._clock.now() - past.time < self._repeat_within
        return past.outcome if recent and past.command == _identity(command) else None

    def _answer(self, channel: Channel, command: Command, outcome: Outcome) -> None:
        reports = [self._reports.message((command.component, name)) for name in outcome.send]
        ack = mavlink.MAVLink_command_ack_message(command.number, outcome.result, 0, 0, *command.sender)
        channel.send([*reports, *outcome.messages, ack], command.component)


def _read(channel: Channel, message: Message, component: int) -> Command:
    return Command(
        number=message.command,
        values=read_values(message),
        frame=getattr(message, "frame", mavlink.MAV_FRAME_GLOBAL_RELATIVE_ALT),
        scaled=message.get_type() == "COMMAND_INT",
        sender=(message.get_srcSystem(), message.get_srcComponent()),
        component=component,
        channel=channel,
    )


def _identity(command: Command) -> str:
    return repr((command.number, command.values))  # as text, because NaN does not equal itself
