"""The vehicle and observer roles over MAVLink: the stories that suites tell, in terms of the client's verbs."""

import math
import random
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.errors import RigError, VehicleError, VehicleTimeout
from harness.instruments.context import Context
from harness.instruments.figures import Reaction, State, Tally
from harness.instruments.flight.alarm import Alarm
from harness.instruments.flight.route import Route
from harness.instruments.flight.track import Spot
from harness.instruments.vehicle.checklist import Checked, Checklist, ModeWitness, PlaceWitness, Plan
from harness.instruments.vehicle.identity import VehicleIdentity
from harness.instruments.vehicle.journeys import Journeys
from harness.instruments.vehicle.link_pilot import LinkPilot
from harness.instruments.vehicle.link_witness import LinkWitness
from harness.judgement import Count, estimate
from harness.timing import Wait, run_for, wait_until
from harness.vehicle.codec import Codec, Message
from harness.vehicle.corrupt import RESIDUAL_RATE, CorruptFrame, FrameInjector, state_changing_frames
from harness.vehicle.observer import Observer
from harness.vehicle.packing import unpack
from harness.vehicle.texts import WARNING
from harness.vehicle.vehicle import Vehicle

HOME = Spot(north=0.0, east=0.0, up=0.0)
CRUISE_DISTANCE = 200.0
CLIMB_HEIGHT = 60.0
UNDER_WAY = 4.0
HEARTBEAT_HEARD = 1.1
# slower than this after that time is no cruise and no climb, m/s
LEAST_SPEED = 1.0
PHASES = ("hover", "cruise", "climb", "landing")
ANSWERS = ("COMMAND_ACK", "PARAM_VALUE")
MOTORS_OFF = "motors off"
DEAF = "deaf"
# half a turn at 30 deg/s, s
TURN_TIME = 6.0


class MavlinkVehicle(LinkPilot, VehicleIdentity):
    """The article as its ground station holds it, over the radio link."""

    def __init__(self, context: Context) -> None:
        self._context, self._world = context, context.world
        self._cable = context.need(context.sockets.radio, "radio link")
        self._rng = random.Random(context.seed)
        if not context.quiet:
            # a station listens from the moment that it is there
            _ = self._client

    @cached_property
    def _client(self) -> Vehicle:
        context = self._context
        return Vehicle(self._cable.ground, context.world, context.station(), context.sockets.dialect)

    @cached_property
    def _journeys(self) -> Journeys:
        return Journeys(self._client, self._world)

    def make_ready(self) -> None:
        """Connect and wait until it is ready to arm.

        Raises:
            VehicleError: it is silent, or its own checks do not pass.
        """
        self._client.connect()
        self._client.wait_ready_to_arm()

    def linger(self, duration: float) -> None:
        """Let `duration` seconds pass, connected; on the ground or in the air."""
        self._client.start()
        run_for(self._world, duration)

    @contextmanager
    def hovering(self, *, at: float, heading: float | None = None) -> Iterator[Spot]:
        """Hover `at` m above home while the context lasts; lands on leaving. Yields the commanded point.

        With a `heading` (deg, clockwise from north) it is ordered to look there, and given time to turn.
        """
        self.make_ready()
        with self._client.hovering(at):
            if heading is None:
                yield Spot(north=0.0, east=0.0, up=at)
                return
            self._client.goto(0.0, 0.0, at, yaw=math.radians(heading))
            run_for(self._world, TURN_TIME)
            yield Spot(north=0.0, east=0.0, up=at, heading=heading)

    def take_off_and_land(self, *, height: float) -> None:
        """Take off to `height` m, hover above the pad, land on it and disarm."""
        self.make_ready()
        self._journeys.take_off_and_land(height)

    def move_to(self, spot: Spot) -> None:
        """Fly to a point and arrive there."""
        self._journeys.move_to(spot)

    def fly_route(self, route: Route) -> None:
        """Upload the route as a mission, fly it and hold its end."""
        self._journeys.fly_route(route)

    def return_home(self) -> float:
        """Order the return home and wait until it stands there; returns when it was ordered, test clock, s."""
        return self._journeys.return_home()

    @contextmanager
    def flying(self, *, phase: str, height: float) -> Iterator[Spot]:
        """Be in a phase of flight (hover, cruise, climb, landing) on entering; lands on leaving. Yields the home point.

        Raises:
            RigError: this role knows no such phase.
            VehicleError: it does not get into the phase, or does not land.
        """
        if phase not in PHASES:
            raise RigError(f"this vehicle role knows no phase {phase!r}; it knows {', '.join(PHASES)}")
        # after a silence the article must have heard a heartbeat, or it returns as soon as it has taken off
        self.linger(HEARTBEAT_HEARD)
        with self.hovering(at=height):
            if phase == "cruise":
                self._set_out(phase, self._far_end(), height)
            elif phase == "climb":
                self._set_out(phase, 0.0, CLIMB_HEIGHT)
            elif phase == "landing":
                self._client.land()
                run_for(self._world, UNDER_WAY)
            yield HOME

    def _far_end(self) -> float:
        """How far north a cruise goes: back where the last one ended far out."""
        return 0.0 if self._client.read_position().north > CRUISE_DISTANCE / 2 else CRUISE_DISTANCE

    def _set_out(self, phase: str, north: float, up: float) -> None:
        self._client.goto(north, 0.0, up)
        run_for(self._world, UNDER_WAY)
        position = self._client.read_position()
        if position.speed < LEAST_SPEED:
            raise VehicleError(f"no {phase}: {UNDER_WAY:g} s after the order to fly it is still {position}")

    def read_warning(self, *, since: float) -> float | None:
        """When the station was first warned of its link after `since`, s of the test clock; None if it was not."""
        texts = self._client.telemetry.texts
        times = [item.time for item in texts if item.severity <= WARNING and "link" in item.text.lower()]
        return min((time for time in times if time > since), default=None)

    def try_to_arm(self, attempts: int) -> Count:
        """Attempts to arm that were accepted; a station that is refused tries again after a second."""
        self._client.connect()
        accepted = 0
        for _ in range(attempts):
            try:
                self._client.set_mode(self._client.dialect.position_mode)
                self._client.arm()
            except VehicleError as refusal:
                self._context.log.note(f"arming refused: {refusal}")
            else:
                accepted += 1
                self._client.disarm()
            run_for(self._world, 1.0)
        return Count(events=accepted, trials=attempts)

    def fly_checklist(self, plan: Plan, witness: PlaceWitness, observer: ModeWitness) -> Checked:
        """Try every function of the safety checklist in one flight; `witness` and `observer` see it."""
        checked = Checklist(self._client, self._world, witness, observer).fly(plan)
        for name, problem in checked.problems.items():
            self._context.log.note(f"checklist: {name} does not work: {problem}")
        unasked = ", ".join(f"{mode} {times}x" for mode, times in sorted(checked.unasked.items()))
        self._context.log.note(f"modes entered without an order: {unasked or 'none'}")
        return checked

    def tell(self, text: str) -> None:
        """Send a text of at most 50 characters over the link."""
        self._client.send(mavlink.MAVLink_statustext_message(mavlink.MAV_SEVERITY_INFO, text.encode()))

    def corrupted_orders(self, count: int, *, guaranteed: bool) -> list[CorruptFrame]:
        """`count` damaged frames of orders whose effect can be seen, from this ground station.

        Each is signed after it was damaged, so that only its checksum can refuse it. One whose checksum is right by
        chance is no corrupt frame: it is counted apart and left out.
        """
        self.make_ready()
        telemetry = self._client.telemetry
        # a signing stream of their own, or the station's own heartbeats would make these frames stale
        codec = Codec(self._context.station(1 + guaranteed), self._world)
        legal = state_changing_frames(codec, (telemetry.system, telemetry.component), self._client.dialect)
        drawn = list(FrameInjector(legal, self._rng, codec.seal).frames(count, guaranteed=guaranteed))
        corrupt = [frame for frame in drawn if not frame.by_chance]
        self._tell_classes(drawn, corrupt, guaranteed)
        return corrupt

    def _tell_classes(self, drawn: list[CorruptFrame], corrupt: list[CorruptFrame], guaranteed: bool) -> None:
        kinds = ", ".join(f"{kind} {number}" for kind, number in Counter(item.kind for item in corrupt).items())
        passed, log = len(drawn) - len(corrupt), self._context.log
        if guaranteed:
            # the mathematics of the code, so a rig that makes one has made the damage wrongly
            detail = f"{len(drawn)} patterns that the checksum always catches, {passed} of them with a right one"
            self._context.check("damage.caught", passed == 0, detail)
            log.note(f"patterns that the checksum guarantees to catch: {kinds}")
            return
        log.note(
            f"others: {kinds}; {passed} of {len(drawn)} drawn had a right checksum by chance and are left out. "
            f"Rate of undetected errors: 2^-16 = {RESIDUAL_RATE:.2g} of randomly damaged frames, where nothing "
            f"is signed, {len(drawn) * RESIDUAL_RATE:.2g} expected here; 2^-64 with the 48 bits of a signature"
        )

    @contextmanager
    def counting_answers(self) -> Iterator[Tally]:
        """Count what the article answers to orders while the context lasts; nobody legally gives one meanwhile."""
        tally, volatile = Tally(), self._client.dialect.volatile

        def hear(message: Message) -> None:
            # what an autopilot changes by itself, and tells, answers nobody
            if getattr(message, "param_id", "") not in volatile:
                tally.add(message)

        stops = [self._client.telemetry.subscribe(kind, hear) for kind in ANSWERS]
        try:
            yield tally
        finally:
            for stop in stops:
                stop()

    def assert_obeys(self) -> None:
        """The acceptance twin: the same kind of order, undamaged and rightly signed, is obeyed.

        Raises:
            RigError: it is not, so refusals show nothing.
        """
        try:
            self._client.set_mode(self._client.dialect.position_mode)
            self._client.arm()
            self._client.disarm()
        except VehicleError as error:
            self._context.check("twin.obeys", False, str(error))
        self._context.check("twin.obeys", True, "the same orders, undamaged, were obeyed")


class UsbObserver(LinkWitness):
    """The independent witness on the trusted port; it never sends and impairments never touch it.

    Fault ``deaf``: it hears nothing.
    """

    def __init__(self, context: Context) -> None:
        self._context, self._world = context, context.world
        self._port = context.need(context.sockets.usb, "trusted port").ground
        self._values: dict[str, float] = {}
        self._listens = False
        if not context.quiet:
            _ = self._observer

    @cached_property
    def _observer(self) -> Observer:
        self._listens = True
        observer = Observer(self._port, self._world, self._context.sockets.dialect)
        if self._context.fault == DEAF:
            self._port.listen(None)
        observer.telemetry.subscribe("PARAM_VALUE", self._note_parameter)
        return observer

    def hears(self) -> bool:
        """Whether the article is heard now; who did not listen until now waits for its next heartbeat."""
        late = not self._listens
        try:
            if late:
                self._observer.wait_alive()
            self._observer.assert_alive()
        except (RigError, VehicleTimeout):
            return False
        return True

    def read_state(self) -> State:
        """What orders change: mode, arming, and the values of parameters that were told.

        Raises:
            RigError: the observer hears nothing.
        """
        mode, armed = self._observer.read_mode(), self._observer.read_armed()
        return State(mode=mode, armed=armed, parameters=tuple(sorted(self._values.items())))

    def _note_parameter(self, message: Message) -> None:
        dialect, name, value = self._context.sockets.dialect, message.param_id, message.param_value
        if name not in dialect.volatile:
            self._values[name] = unpack(value, message.param_type) if dialect.bytewise else value

    def wait_reaction(self, *, since: float, within: float) -> Reaction:
        """Wait at most `within` s for the first change of mode, or stop of the motors, after `since` (test clock, s).

        Raises:
            VehicleTimeout: none came, as the observer clearly hears.
            RigError: the observer hears nothing, or the declared action is none that shows in this way.
        """
        declared = self._declared_signs()
        wait = Wait(
            name="an action after the loss of the link", within=within, wanted="a change of mode", got=self._mode
        )
        try:
            wait_until(self._world, lambda: bool(self._signs(since)), wait)
        except VehicleTimeout:
            self._observer.assert_alive()
            raise
        signs = self._signs(since)
        seen = min(signs)
        # the change lies evenly anywhere in the delay before it was told
        half = self._context.sockets.telling() / 2
        seconds = estimate(seen - since - half, telling=half / math.sqrt(3), clock=self._context.uncertainty)
        wrong = declared.isdisjoint(signs[seen])
        return Reaction(time=seconds, wrong_actions=Count(events=int(wrong), trials=1))

    @contextmanager
    def watching_wind_action(self) -> Iterator[Alarm]:
        """Watch for warnings of the wind and for the declared action on too much of it, while the context lasts.

        Raises:
            RigError: the declared action is none that shows; on leaving, when the observer heard nothing.
        """
        wanted = self._signs_of(self._context.declaration.envelope.wind_limit_action, "wind above the limit")
        telling = self._context.sockets.telling()
        alarm = Alarm(word="wind", wanted=wanted, telling=telling, u_clock=self._context.uncertainty)
        began, said_before = self._world.now(), len(self._observer.telemetry.texts)
        yield alarm
        self._observer.assert_alive()
        alarm.texts, alarm.ended = self._observer.telemetry.texts[said_before:], self._world.now()
        alarm.signs = self._signs(began)
        self._context.log.note(alarm.describe())

    def _declared_signs(self) -> frozenset[str]:
        return self._signs_of(self._context.declaration.link.loss_action, "loss of the link")

    def _signs_of(self, action: str | None, event: str) -> frozenset[str]:
        known = {**self._context.sockets.dialect.action_modes, "terminate": frozenset({MOTORS_OFF})}
        if action not in known:
            raise RigError(
                f"the declared action on {event} is {action or 'not stated'}, which nobody can see begin: "
                f"this observer times {', '.join(known)}"
            )
        return known[action]

    def _signs(self, since: float) -> dict[float, set[str]]:
        modes = self._modes()
        stops = [(change.time, MOTORS_OFF) for change in self._observer.armed_changes[1:] if not change.armed]
        signs: dict[float, set[str]] = {}
        for time, sign in modes + stops:
            if time > since:
                signs.setdefault(time, set()).add(sign)
        return signs

    def wait_landed(self, *, within: float) -> None:
        """Wait until the article has landed and disarmed.

        Raises:
            VehicleTimeout: it has not.
        """
        wait = Wait(name="landing after the loss of the link", within=within, wanted="disarmed", got=self._mode)
        wait_until(self._world, lambda: not self._observer.read_armed(), wait)

    @contextmanager
    def watching(self) -> Iterator[Tally]:
        """Count changes of mode and arming while the context lasts.

        Raises:
            RigError: the observer heard nothing.
        """
        tally, before = Tally(), self._changes()
        yield tally
        self._observer.assert_alive()
        tally.count = self._changes() - before

    def _changes(self) -> int:
        return len(self._observer.mode_changes) + len(self._observer.armed_changes)

    def _mode(self) -> str:
        return f"mode {self._observer.mode_changes[-1].mode}" if self._observer.mode_changes else "nothing heard"
