"""How a ground station holds on to an article over a bad link: pings, orders whose effect is counted, reacquisition."""

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.errors import RigError, VehicleError
from harness.instruments.figures import Orders, Regained, Seen
from harness.judgement import Count, Estimate, estimate
from harness.timing import Wait, World, run_for, wait_until
from harness.vehicle.codec import Message
from harness.vehicle.vehicle import Vehicle

Witness = Callable[[], Seen]

PING_PERIOD = 0.1
ASK_PERIOD = 0.2
# turned by each order, deg: obeyed twice or thrice it still shows
STEP = 50.0
# orders that an owed action may spoil before the run says nothing, for each order wanted
MOST_VOID = 3
_NANO = 1e9


@dataclass
class Grip:
    """When control was held: each round trip of a ping proves it for its time.

    Attributes:
        start: of the watch, s of the test clock.
        answers: times of answers.
        end: of the watch.
    """

    start: float
    answers: list[float] = field(default_factory=list)
    end: float = math.nan

    def longest_without(self) -> Estimate:
        """Longest time without an answer, s; resolved by the period of the pings."""
        times = [self.start, *self.answers, self.end]
        longest = max(later - earlier for earlier, later in pairwise(times))
        return estimate(longest, resolution=PING_PERIOD / math.sqrt(12.0))


class LinkControl:
    """The verbs of a pilot on a bad link."""

    def __init__(self, client: Vehicle, world: World) -> None:
        self._client, self._world = client, world

    @contextmanager
    def holding(self) -> Iterator[Grip]:
        """Ping ten times a second while the context lasts (TIMESYNC, which changes nothing)."""
        grip, waiting = Grip(start=self._world.now()), set[int]()

        def ping() -> None:
            stamp = round(self._world.now() * _NANO)
            waiting.add(stamp)
            self._client.send(mavlink.MAVLink_timesync_message(0, stamp))

        def hear(message: Message) -> None:
            # each ping proves once that it got there: what the article sends of itself proves nothing
            if message.tc1 != 0 and message.ts1 in waiting:
                waiting.remove(message.ts1)
                grip.answers.append(self._world.now())

        forget = self._client.telemetry.subscribe("TIMESYNC", hear)
        stop = self._world.schedule.every(PING_PERIOD, ping, start=self._world.now())
        try:
            yield grip
        finally:
            stop()
            forget()
            grip.end = self._world.now()

    def wait_regained(self, within: float) -> Regained:
        """Ask until a command is acknowledged, from now on.

        Raises:
            VehicleTimeout: telemetry or control is not back in time.
        """
        start, telemetry, acks = self._world.now(), self._client.telemetry, list[float]()
        heard: list[float] = []

        def watch() -> bool:
            if not heard and telemetry.last_heard is not None and telemetry.last_heard > start:
                heard.append(telemetry.last_heard)
            return bool(heard and acks)

        def hear(message: Message) -> None:
            if message.command == mavlink.MAV_CMD_REQUEST_MESSAGE:
                acks.append(self._world.now())

        forget = telemetry.subscribe("COMMAND_ACK", hear)
        stop = self._world.schedule.every(ASK_PERIOD, self._ask, start=start)
        wait = Wait(name="control after the link came back", within=within, wanted="an answer", got=lambda: "silence")
        try:
            wait_until(self._world, watch, wait)
        finally:
            stop()
            forget()
        grid = ASK_PERIOD / math.sqrt(12.0)
        return Regained(telemetry=estimate(heard[0] - start), control=estimate(acks[0] - start, asking=grid))

    def _ask(self) -> None:
        telemetry, wanted = self._client.telemetry, mavlink.MAVLINK_MSG_ID_SYSTEM_TIME
        request = mavlink.MAV_CMD_REQUEST_MESSAGE
        target = (telemetry.system, telemetry.component)
        self._client.send(mavlink.MAVLink_command_long_message(*target, request, 0, wanted, 0, 0, 0, 0, 0, 0))

    def count_refusals(self, within: float) -> Count:
        """Give one order whose effect shows, another mode; whether it was not obeyed, of one trial."""
        client = self._client
        guided = client.dialect.position_mode
        try:
            client.set_mode(client.dialect.other_mode if client.read_mode() == guided else guided, within)
        except VehicleError:
            return Count(events=1, trials=1)
        return Count(events=0, trials=1)

    def retake(self, within: float) -> None:
        """Take the article back from an action of its own: the mode that obeys positions.

        Raises:
            VehicleError: it does not obey.
        """
        self._client.set_mode(self._client.dialect.position_mode, within)

    def turn(self, count: int, within: float, witness: Witness) -> tuple[Orders, int]:
        """Give `count` orders to turn on the spot, to and fro, each asked again until it is answered.

        Returns:
            The figures, and how many orders were void: an action of the article's own came in between.

        Raises:
            RigError: the article acts by itself so often that nothing can be ordered.
        """
        missed, repeated, void = 0, 0, 0
        given = 0
        while given < count:
            if void > MOST_VOID * count:
                raise RigError(f"{void} of {void + given} orders were void: the link is too bad for this test")
            if witness().mode != self._client.dialect.position_mode:
                self.retake(within)
            answered, times = self._turn_once(given, within, witness)
            if witness().mode != self._client.dialect.position_mode:
                void += 1
                continue
            given += 1
            missed += not (answered and times)
            repeated += times > 1 or (answered and not times)
        doubled = Count(events=int(repeated), trials=count)
        seen = None if self._client.dialect.global_orders else doubled
        return Orders(missed=Count(events=missed, trials=count), seen_repeated=seen), void

    def _turn_once(self, number: int, within: float, witness: Witness) -> tuple[bool, int]:
        way = 1.0 if number % 2 == 0 else -1.0
        before, answered = witness().heading, True
        try:
            self._client.turn(way * STEP, within)
        except VehicleError:
            answered = False
        run_for(self._world, self._client.dialect.turn_time)
        turned = math.degrees(math.remainder(math.radians(way * (witness().heading - before)), 2 * math.pi))
        return answered, max(round(turned / STEP), 0)
