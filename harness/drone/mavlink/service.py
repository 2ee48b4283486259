"""The drone's MAVLink service: several ports, several components, one aircraft behind them."""

import itertools
from collections import defaultdict
from collections.abc import Callable, Iterable

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.drone.flight.state import Severity
from harness.drone.mavlink.channel import Address, Channel
from harness.drone.mavlink.config import MavlinkConfig, Memory
from harness.drone.mavlink.desk import CommandDesk
from harness.drone.mavlink.empty_part import AUTOPILOT
from harness.drone.mavlink.flight_control import FlightControl
from harness.drone.mavlink.geodesy import Home
from harness.drone.mavlink.housekeeping import Housekeeping
from harness.drone.mavlink.inbound import Inbound, Message
from harness.drone.mavlink.key_setup import KeySetup
from harness.drone.mavlink.parameter_table import GROUND_STATION, SYSTEM_ID
from harness.drone.mavlink.parameters import ParameterProtocol, ParameterStore
from harness.drone.mavlink.part import Handler, Part
from harness.drone.mavlink.piloting import Piloting
from harness.drone.mavlink.rates import Rates
from harness.drone.mavlink.reports import Reports, Topic
from harness.drone.mavlink.router import Router, target
from harness.drone.mavlink.setpoints import SetPoints
from harness.drone.mavlink.signing import SignatureCheck, Signatures, SigningTime, exemption
from harness.drone.mavlink.sticks import StickInput
from harness.drone.mavlink.streams import Streams
from harness.drone.mavlink.telemetry.motion import MotionTopic
from harness.drone.mavlink.telemetry.navigation import NavigationTopic
from harness.drone.mavlink.telemetry.power import PowerTopic
from harness.drone.mavlink.telemetry.readings import Readings
from harness.drone.mavlink.telemetry.status import StatusTopic
from harness.drone.mavlink.telemetry.topic import Aircraft
from harness.drone.mavlink.texts import Speaker
from harness.drone.mavlink.timekeeping import Timekeeping
from harness.link.port import Port
from harness.timing import Clock, Schedule

_WATCH_PERIOD = 0.1  # how soon a change of mode, and a status text, are told without being asked
_COMMANDS = ("COMMAND_LONG", "COMMAND_INT")


def _always() -> bool:
    return True


def _home(config: MavlinkConfig) -> Home:
    launch = config.flight
    return Home(latitude=launch.home_latitude, longitude=launch.home_longitude, altitude=launch.home_altitude)


class MavlinkService:
    """Answers ground stations and streams telemetry, on the test clock; implements ``part.Post``.

    Attributes:
        channels: its ports, in the order in which they were added.
        clock: test clock.
        schedule: of the same world.
    """

    def __init__(
        self, flight: FlightControl, clock: Clock, schedule: Schedule, config: MavlinkConfig, memory: Memory
    ) -> None:
        self.clock, self.schedule = clock, schedule
        self._flight, self._config, self._memory = flight, config, memory
        self._reports = Reports(clock)
        self._rates = Rates(self._reports, lambda channel: self._streams[channel])
        self._desk = CommandDesk(clock, self._reports, self._settle, config.repeat_within)
        self._speaker = Speaker(flight.take_messages, lambda texts: self.broadcast(texts, AUTOPILOT))
        self._parts: list[Part] = []
        self._handlers: dict[str, list[tuple[int, Handler]]] = defaultdict(list)
        self._streams: dict[Channel, Streams[Topic]] = {}
        self._links = itertools.count()
        time = SigningTime(clock=clock, epoch=config.epoch)
        refuse_replay, refuse_old = not config.accept_replay, not config.accept_old
        self._signatures = Signatures(time, memory, refuse_replay=refuse_replay, refuse_old=refuse_old)
        self._parameters = ParameterStore(config, memory, flight)
        self._system = int(self._parameters.read(SYSTEM_ID))
        self._router = Router(self._system)
        self._readings = Readings(flight, clock)
        aircraft = Aircraft(flight=self._readings, clock=clock, config=config, home=_home(config))
        self._set_points = SetPoints(flight, aircraft.home)
        self._housekeeping = Housekeeping(flight, self._parameters)
        sticks = StickInput(flight, clock, self._ground_station)
        self._status = StatusTopic(aircraft, self._is_fence_watched, lambda: sticks.held)
        for part in (sticks, *self._make_parts(aircraft)):
            self.add_part(part)
        self._rates.defaults.update({(AUTOPILOT, name): rate for name, rate in config.rates.items()})
        self._told = self._state()
        self._stop_watching = schedule.every(_WATCH_PERIOD, self._watch, start=clock.now())

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
            config = self._config
            exempt = exemption(mavlink1=config.accept_mavlink1, key_setup=config.open_key_setup)
            check = SignatureCheck(key, self._signatures, exempt)
        demanded = None if self._config.accept_unsigned else check
        inbound = Inbound(self._config.check_crc, demanded, self._config.any_seed)
        channel = Channel(port, Address(system=self._system, link=next(self._links) % 256), inbound, wanted)
        if check is not None:
            channel.sign_with(check)
        self._streams[channel] = Streams(self.clock, self.schedule, lambda topics: self._report(channel, topics))
        channel.listen(self._handle)
        self._streams[channel].start(self._rates.defaults)
        return channel

    def remove_port(self, channel: Channel) -> None:
        """Serve a port no longer: its client has gone."""
        self._streams.pop(channel).stop()
        self._router.forget(channel)
        channel.close()

    def add_part(self, part: Part) -> None:
        """Start `part` and hand over to it what is addressed to its component; a part may come before or after a port.

        Raises:
            ValueError: another part of that component makes the same report.
        """
        self._reports.add(part.component, part.reports)
        if part.component not in self._desk.components:
            self._desk.add(part.component, self._rates.actions)
        self._desk.add(part.component, part.actions)
        for kind, handler in part.handlers.items():
            self._handlers[kind].append((part.component, handler))
        part.start(self)
        self._parts.append(part)
        rates = {(part.component, name): rate for name, rate in part.rates.items()}
        self._rates.defaults.update(rates)
        for streams in self._streams.values():
            streams.start(rates)

    def stop(self) -> None:
        """Fall silent and deaf: power off, or the first half of a reboot."""
        self._stop_watching()
        for part in self._parts:
            part.stop()
        for channel, streams in self._streams.items():
            streams.stop()
            channel.close()
        self._signatures.save()

    def send(self, channel: Channel, messages: Iterable[Message], component: int) -> None:
        """Send on one port, as that component of the drone."""
        channel.send(messages, component)

    def broadcast(self, messages: Iterable[Message], component: int) -> None:
        """Send on every port, as that component of the drone."""
        held = list(messages)
        for channel in self._streams:
            channel.send(held, component)

    def say(self, severity: int, text: str) -> None:
        """STATUSTEXT of the autopilot, on every port."""
        self._speaker.say(severity, text)

    def on_reboot(self, reboot: Callable[[], None]) -> None:
        """Let `reboot` restart the drone when a station asks for it on the ground; it must stop this service."""
        self._housekeeping.reboot = reboot

    def add_capabilities(self, bits: int) -> None:
        """Tell in AUTOPILOT_VERSION what a part brings, as MAV_PROTOCOL_CAPABILITY bits."""
        self._status.capabilities |= bits

    def offer_parameter(self, name: str, kind: int, read: Callable[[], float]) -> None:
        """Offer a read-only parameter of a part, as FENCE_TOTAL; `kind` is its MAV_PARAM_TYPE."""
        self._parameters.offer(name, kind, read)

    def read_parameters(self) -> list[tuple[str, float, int]]:
        """Name, value and MAV_PARAM_TYPE of every parameter, in the order of their names, as ArduPilot packs them."""
        store = self._parameters
        return [(name, store.read(name), store.message(name).param_type) for name in sorted(store.names)]

    def _make_parts(self, aircraft: Aircraft) -> list[Part]:
        return [
            self._status,
            self._set_points,
            self._housekeeping,
            MotionTopic(aircraft),
            PowerTopic(aircraft),
            NavigationTopic(aircraft, lambda: self._set_points.target),
            ParameterProtocol(self._parameters),
            Piloting(self._flight, aircraft.home, self._set_points),
            Timekeeping(self.clock),
            KeySetup(self._memory, self._signatures.time),
        ]

    def _ground_station(self) -> float:
        return self._parameters.read(GROUND_STATION)

    def _is_fence_watched(self) -> bool:
        return self._parameters.read("FENCE_ENABLE") == 1.0

    def _report(self, channel: Channel, topics: list[Topic]) -> None:
        if not channel.open:
            return
        by_component: dict[int, list[Message]] = {}
        for topic in topics:
            by_component.setdefault(topic[0], []).append(self._reports.message(topic))
        for component, messages in by_component.items():
            channel.send(messages, component)

    def _watch(self) -> None:
        self._speaker.say(int(Severity.INFO), "")
        self._set_points.watch()
        if self._state() != self._told:
            self._told = self._state()
            self._forget()
            told = [self._reports.message((AUTOPILOT, name)) for name in ("HEARTBEAT", "EXTENDED_SYS_STATE")]
            self.broadcast(told, AUTOPILOT)

    def _forget(self) -> None:
        self._readings.forget()
        self._reports.forget()

    def _state(self) -> tuple[object, ...]:
        return self._flight.mode, self._flight.armed, self._flight.landed

    def _settle(self, refusal: str = "") -> None:
        self._forget()
        self._speaker.say(int(Severity.WARNING), refusal)
        self._watch()

    def _handle(self, channel: Channel, message: Message, frame: bytes) -> None:
        if message.get_srcSystem() == self._system and message.get_srcComponent() in self._desk.components:
            channel.refused["our own address"] += 1
            return
        self._router.learn(channel, message)
        for onward in self._router.onward(message, channel, self._desk.components, self._streams):
            onward.forward(frame)
        system, component = target(message)
        if system in (0, self._system):
            self._obey(channel, message, component)

    def _obey(self, channel: Channel, message: Message, component: int) -> None:
        kind = message.get_type()
        if kind == "HEARTBEAT":
            self._hear_heartbeat(message)
        if kind == "REQUEST_DATA_STREAM":
            self._rates.set_group(channel, message)
        if kind in _COMMANDS:
            self._desk.take(channel, message)
            return
        heard = [handler for hosted, handler in self._handlers.get(kind, ()) if component in (0, hosted)]
        for handler in heard:
            handler(channel, message)
        if heard:
            self._settle()

    def _hear_heartbeat(self, message: Message) -> None:
        from_ground_station = message.get_srcSystem() == self._ground_station()
        if from_ground_station and message.type == mavlink.MAV_TYPE_GCS:
            self._flight.ground_station_heard()
