"""The drone's MAVLink service: several ports, one autopilot behind them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.drone.flight.state import Severity
from harness.drone.mavlink import setpoints
from harness.drone.mavlink.channel import Address, Channel
from harness.drone.mavlink.commands import Command, Commands, Outcome, read_values
from harness.drone.mavlink.config import MavlinkConfig, Memory
from harness.drone.mavlink.flight_control import FlightControl
from harness.drone.mavlink.geodesy import Home
from harness.drone.mavlink.inbound import Inbound, Message
from harness.drone.mavlink.parameters import ParameterStore
from harness.drone.mavlink.reporter import Reporter
from harness.drone.mavlink.signing import SignatureCheck, SigningTime
from harness.drone.mavlink.streams import Streams
from harness.drone.mavlink.texts import TextWriter
from harness.link.port import Port
from harness.timing import Clock, Schedule

_WATCH_PERIOD = 0.1  # how soon a change of mode, and a status text, are told without being asked

_REPEAT_WITHIN = 3.0  # a command sent again later than this is a new one

Sender = tuple[int, int]


@dataclass(frozen=True, kw_only=True)
class _Past:
    """A command that was carried out: kept to answer its repetition without doing it twice."""

    time: float
    command: str
    outcome: Outcome


def _always() -> bool:
    return True


class MavlinkService:
    """Answers ground stations and streams telemetry, on the test clock.

    Attributes:
        channels: its ports, in the order in which they were added.
    """

    def __init__(
        self, flight: FlightControl, clock: Clock, schedule: Schedule, config: MavlinkConfig, memory: Memory
    ) -> None:
        self._flight, self._clock, self._schedule = flight, clock, schedule
        self._config, self._memory = config, memory
        launch = config.flight
        self._home = Home(latitude=launch.home_latitude, longitude=launch.home_longitude, altitude=launch.home_altitude)
        self._reporter = Reporter(flight, clock, config, self._home)
        self._commands = Commands(flight, self._reporter, self._home)
        self._parameters = ParameterStore(config, memory, flight)
        self._texts = TextWriter()
        self._system = int(self._parameters.read("SYSID_THISMAV"))
        self._streams: dict[Channel, Streams] = {}
        self._repeats: dict[Sender, _Past] = {}
        self._told = self._state()
        self._stop_watching = schedule.every(_WATCH_PERIOD, self._watch, start=clock.now())
        self._handlers = self._make_handlers()

    @property
    def channels(self) -> tuple[Channel, ...]:
        """The ports, in the order in which they were added."""
        return tuple(self._streams)

    def add_port(self, port: Port, key: bytes | None = None, wanted: Callable[[], bool] = _always) -> Channel:
        """Serve `port`.

        Args:
            port: the air end of a link.
            key: 32 secret bytes make it a radio port: it obeys only frames signed with them, and signs its own.
                None makes it a trusted port, as USB is.
            wanted: whether somebody listens; nothing is packed while it says no.

        Raises:
            ValueError: the key has not 32 bytes.
        """
        check = None
        if key is not None:
            time = SigningTime(clock=self._clock, epoch=self._config.epoch)
            check = SignatureCheck(key=key, time=time, memory=self._memory)
        inbound = Inbound(self._config.check_crc, None if self._config.accept_unsigned else check)
        address = Address(system=self._system, component=self._config.component_id, link=len(self._streams))
        channel = Channel(port, address, inbound, wanted)
        if check is not None:
            channel.sign_with(check)
        self._streams[channel] = Streams(self._clock, self._schedule, lambda names: self._report(channel, names))
        channel.listen(self._handle)
        self._streams[channel].start(self._config.rates)
        return channel

    def stop(self) -> None:
        """Fall silent: power off, or the first half of a reboot."""
        self._stop_watching()
        for streams in self._streams.values():
            streams.stop()

    def _make_handlers(self) -> Mapping[str, Callable[[Channel, Message], None]]:
        return {
            "HEARTBEAT": self._hear_heartbeat,
            "COMMAND_LONG": self._run_command,
            "COMMAND_INT": self._run_command,
            "SET_MODE": self._set_mode,
            "SET_POSITION_TARGET_LOCAL_NED": self._fly_to_local,
            "SET_POSITION_TARGET_GLOBAL_INT": self._fly_to_global,
            "PARAM_REQUEST_LIST": self._list_parameters,
            "PARAM_REQUEST_READ": self._read_parameter,
            "PARAM_SET": self._set_parameter,
            "TIMESYNC": self._synchronise,
        }

    def _report(self, channel: Channel, names: list[str]) -> None:
        if channel.open:
            channel.send([self._reporter.message(name) for name in names])

    def _broadcast(self, messages: list[Message]) -> None:
        for channel in self._streams:
            channel.send(messages)

    def _watch(self) -> None:
        self._tell_texts()
        if self._state() != self._told:
            self._told = self._state()
            self._reporter.forget()
            self._broadcast([self._reporter.message(name) for name in ("HEARTBEAT", "EXTENDED_SYS_STATE")])

    def _state(self) -> tuple[object, ...]:
        return self._flight.mode, self._flight.armed, self._flight.landed

    def _tell_texts(self, refusal: str = "") -> None:
        texts = [(int(text.severity), text.text) for text in self._flight.take_messages()]
        if refusal and refusal not in [text for _, text in texts]:
            texts.append((int(Severity.WARNING), refusal))
        messages = [message for severity, text in texts for message in self._texts.messages(severity, text)]
        if messages:
            self._broadcast(messages)

    def _handle(self, channel: Channel, message: Message) -> None:
        handler = self._handlers.get(message.get_type())
        if handler is not None and self._is_for_us(message):
            handler(channel, message)

    def _is_for_us(self, message: Message) -> bool:
        system = getattr(message, "target_system", 0)
        component = getattr(message, "target_component", 0)
        return system in (0, self._system) and component in (0, self._config.component_id)

    def _hear_heartbeat(self, channel: Channel, message: Message) -> None:
        from_ground_station = message.get_srcSystem() == self._parameters.read("MAV_GCS_SYSID")
        if from_ground_station and message.type == mavlink.MAV_TYPE_GCS:
            self._flight.ground_station_heard()

    def _run_command(self, channel: Channel, message: Message) -> None:
        command = Command(
            number=message.command,
            values=read_values(message),
            frame=getattr(message, "frame", mavlink.MAV_FRAME_GLOBAL_RELATIVE_ALT),
            streams=self._streams[channel],
            default_rates=self._config.rates,
        )
        sender: Sender = (message.get_srcSystem(), message.get_srcComponent())
        outcome = self._repeated(sender, message, command) or self._commands.run(command)
        self._repeats[sender] = _Past(time=self._clock.now(), command=_identity(command), outcome=outcome)
        self._settle(outcome.reason)
        channel.send(
            [
                *(self._reporter.message(name) for name in outcome.send),
                mavlink.MAVLink_command_ack_message(command.number, outcome.result, 0, 0, *sender),
            ]
        )

    def _repeated(self, sender: Sender, message: Message, command: Command) -> Outcome | None:
        """The earlier outcome, when this is the same command sent again because its answer was lost."""
        past = self._repeats.get(sender)
        if past is None or not getattr(message, "confirmation", 0):
            return None
        recent = self._clock.now() - past.time < _REPEAT_WITHIN
        return past.outcome if recent and past.command == _identity(command) else None

    def _settle(self, refusal: str) -> None:
        self._reporter.forget()
        self._tell_texts(refusal)
        self._watch()

    def _set_mode(self, channel: Channel, message: Message) -> None:
        self._settle(self._commands.set_mode(message.custom_mode).reason)

    def _fly_to_local(self, channel: Channel, message: Message) -> None:
        self._settle(setpoints.obey_local(self._flight, message))

    def _fly_to_global(self, channel: Channel, message: Message) -> None:
        self._settle(setpoints.obey_global(self._flight, message, self._home))

    def _list_parameters(self, channel: Channel, message: Message) -> None:
        channel.send(self._parameters.messages())

    def _read_parameter(self, channel: Channel, message: Message) -> None:
        name = self._parameters.wanted(message.param_id, message.param_index)
        if name is not None:
            channel.send([self._parameters.message(name)])

    def _set_parameter(self, channel: Channel, message: Message) -> None:
        self._settle(self._parameters.set(message.param_id, message.param_value))
        name = self._parameters.wanted(message.param_id, -1)
        if name is not None:
            self._broadcast([self._parameters.message(name)])

    def _synchronise(self, channel: Channel, message: Message) -> None:
        if message.tc1 == 0:
            now = round(self._clock.now() * 1e9)
            channel.send([mavlink.MAVLink_timesync_message(now, message.ts1)])


def _identity(command: Command) -> str:
    return repr((command.number, command.values))  # as text, because NaN does not equal itself
