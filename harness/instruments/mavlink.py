"""The vehicle and observer roles over MAVLink: the stories that suites tell, in terms of the client's verbs."""

import math
import random
from collections.abc import Iterator
from contextlib import contextmanager

from harness.errors import RigError, VehicleError, VehicleTimeout
from harness.instruments.context import Context
from harness.instruments.figures import Reaction, Tally
from harness.instruments.link_pilot import LinkPilot
from harness.instruments.link_witness import LinkWitness
from harness.instruments.track import Spot
from harness.judgement import Count, estimate
from harness.timing import Wait, run_for, wait_until
from harness.vehicle.codec import Codec, Identity
from harness.vehicle.corrupt import CorruptFrame, FrameInjector, state_changing_frames
from harness.vehicle.dialects.ardupilot import ARDUPILOT
from harness.vehicle.observer import Observer
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
# longest time between a change of mode and the frame that tells it, on a port that tells changes unasked
TELLING_DELAY = 0.1


class MavlinkVehicle(LinkPilot):
    """The article as its ground station holds it, over the radio link."""

    def __init__(self, context: Context) -> None:
        self._context, self._world = context, context.world
        cable = self._cable = context.need(context.sockets.radio, "radio link")
        identity = Identity(key=context.sockets.radio_key)
        self._client = Vehicle(cable.ground, context.world, identity)
        self._rng = random.Random(context.seed)

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
    def hovering(self, *, at: float) -> Iterator[Spot]:
        """Hover `at` m above home while the context lasts; lands on leaving. Yields the commanded point."""
        self.make_ready()
        with self._client.hovering(at):
            yield Spot(north=0.0, east=0.0, up=at)

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
                self._set_out(phase, CRUISE_DISTANCE, height)
            elif phase == "climb":
                self._set_out(phase, 0.0, CLIMB_HEIGHT)
            elif phase == "landing":
                self._client.land()
                run_for(self._world, UNDER_WAY)
            yield HOME

    def _set_out(self, phase: str, north: float, up: float) -> None:
        self._client.goto(north, 0.0, up)
        run_for(self._world, UNDER_WAY)
        position = self._client.read_position()
        if position.speed < LEAST_SPEED:
            raise VehicleError(f"no {phase}: {UNDER_WAY:g} s after the order to fly it is still {position}")

    def corrupted_orders(self, count: int) -> list[CorruptFrame]:
        """`count` damaged frames of orders whose effect can be seen, from this ground station.

        Each is signed after it was damaged, so that only its checksum can refuse it.
        """
        self.make_ready()
        telemetry = self._client.telemetry
        # a signing stream of their own, or the station's own heartbeats would make these frames stale
        codec = Codec(Identity(key=self._context.sockets.radio_key, link=1), self._world)
        legal = state_changing_frames(codec, telemetry.system, telemetry.component)
        return list(FrameInjector(legal, self._rng, codec.seal).frames(count))

    @contextmanager
    def counting_answers(self) -> Iterator[Tally]:
        """Count what the article answers to orders while the context lasts; nobody legally gives one meanwhile."""
        tally = Tally()
        stops = [self._client.telemetry.subscribe(kind, tally.add) for kind in ANSWERS]
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
            self._client.set_mode("GUIDED")
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
        cable = context.need(context.sockets.usb, "trusted port")
        self._observer = Observer(cable.ground, context.world)
        if context.fault == DEAF:
            cable.ground.listen(None)

    def hears(self) -> bool:
        """Whether the article is heard now."""
        try:
            self._observer.assert_alive()
        except RigError:
            return False
        return True

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
        half = TELLING_DELAY / 2
        seconds = estimate(seen - since - half, telling=half / math.sqrt(3), clock=self._context.uncertainty)
        wrong = declared.isdisjoint(signs[seen])
        return Reaction(time=seconds, wrong_actions=Count(events=int(wrong), trials=1))

    def _declared_signs(self) -> frozenset[str]:
        action = self._context.declaration.link.loss_action
        known = {**ARDUPILOT.action_modes, "terminate": frozenset({MOTORS_OFF})}
        if action not in known:
            raise RigError(
                f"the declared action on loss of the link is {action or 'not stated'}, which nobody can see begin: "
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
