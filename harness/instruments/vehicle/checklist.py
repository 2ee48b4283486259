"""The functions that safety rests on, tried one after the other in one flight, seen by the truth and the observer."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from harness.errors import RigError, VehicleError
from harness.instruments.flight.route import Route, rectangle
from harness.instruments.flight.track import Spot, Track
from harness.judgement import Estimate
from harness.timing import Wait, World, run_for, wait_until
from harness.vehicle.missions import change_speed, waypoint
from harness.vehicle.texts import WARNING
from harness.vehicle.vehicle import Vehicle

FUNCTIONS = ("arm", "take off", "mission", "geofence", "warnings", "land", "return")
WITHIN, MARGIN = 120.0, 60.0
LOOK, SAMPLE = 0.2, 0.3
# m: how near the truth must come to a commanded height, a corner and the launch point
HEIGHT_BAND, CORNER_BAND, HOME_BAND = 1.5, 5.0, 3.0
# m beyond a fence within which a flight that turned at it comes to a halt
OVERSHOOT = 25.0
FENCE_ACTION_RETURN, FENCE_CIRCLE = 1.0, 6.0
HOME = Spot(north=0.0, east=0.0, up=0.0)


@dataclass(frozen=True, kw_only=True)
class Plan:
    """The flight: height, side of the square mission and radius of the fence, m; cruise speed, m/s."""

    height: float
    side: float
    fence: float
    speed: float

    @property
    def route(self) -> Route:
        """The mission."""
        return rectangle(along=self.side, across=self.side, height=self.height, speed=self.speed)


class PlaceWitness(Protocol):
    """Where the article truly is."""

    def record(self, *, over: float, around: Spot, charted: bool = ...) -> Track:
        """Record the truth for so many s."""
        ...

    def distance_over_ground(self, spot: Spot) -> Estimate:
        """How far it is from `spot` over ground, m."""
        ...


class ModeWitness(Protocol):
    """What the article does, seen on a channel of its own."""

    def read_modes(self, *, since: float) -> Sequence[str]:
        """Modes entered since then, s of the test clock."""
        ...


@dataclass(frozen=True, kw_only=True)
class Checked:
    """What became of each function, and what the article did unasked.

    Attributes:
        problems: why a function did not work, by its name.
        unasked: modes that it entered without an order.
    """

    problems: dict[str, str]
    unasked: Counter[str]

    def lost_beside(self, twin: "Checked") -> float:
        """Functions that work in the twin and not here.

        Raises:
            RigError: not all of them work in the twin, so the difference shows nothing.
        """
        if twin.problems:
            name, problem = next(iter(twin.problems.items()))
            raise RigError(f"the twin with the network up does not fly the checklist either: {name}: {problem}")
        return float(len(self.problems))

    def actions_beside(self, twin: "Checked") -> float:
        """Actions of its own that the twin does not show."""
        return float((self.unasked - twin.unasked).total())


@dataclass(kw_only=True)
class _Nearest:
    """Least distance to each corner, and greatest to home, while it was watched, m."""

    corners: dict[Spot, float] = field(default_factory=dict)
    farthest: float = 0.0


class Checklist:
    """One flight of a connected vehicle through all functions."""

    def __init__(self, client: Vehicle, world: World, witness: PlaceWitness, observer: ModeWitness) -> None:
        self._client, self._world, self._witness, self._observer = client, world, witness, observer
        self._asked: Counter[str] = Counter()

    def fly(self, plan: Plan) -> Checked:
        """Try every function; after one that does not work the rest is not reached.

        Raises:
            VehicleError: it does not come down again.
        """
        since, problems = self._world.now(), {}
        steps: dict[str, Callable[[Plan], None]] = dict(
            zip(
                FUNCTIONS,
                (self._arm, self._take_off, self._mission, self._fence, self._warnings, self._land, self._return),
                strict=True,
            )
        )
        for name, step in steps.items():
            try:
                step(plan)
            except VehicleError as error:
                problems[name] = str(error)
                break
        if problems:
            failed = next(iter(problems))
            later = FUNCTIONS[FUNCTIONS.index(failed) + 1 :]
            problems |= dict.fromkeys(later, f"not reached, since {failed} failed")
            self._come_down()
        unasked = Counter(self._observer.read_modes(since=since)) - self._asked
        return Checked(problems=problems, unasked=unasked)

    def _arm(self, plan: Plan) -> None:
        self._client.connect()
        self._client.wait_ready_to_arm()
        self._guide()
        self._client.arm()

    def _take_off(self, plan: Plan) -> None:
        self._client.takeoff(plan.height)
        run_for(self._world, LOOK)
        up = self._witness.record(over=SAMPLE, around=HOME, charted=False).samples[-1].up
        _demand(abs(up - plan.height) < HEIGHT_BAND, f"truth is {up:.1f} m up, ordered {plan.height:g} m")

    def _mission(self, plan: Plan) -> None:
        route = plan.route
        items = [change_speed(plan.speed), *(waypoint(c.north, c.east, c.up) for c in route.corners)]
        self._asked[self._client.dialect.mission_mode] += 1
        near, stop = self._watch(route.corners)
        try:
            self._client.fly_mission(items, 2.0 * route.length / route.speed + MARGIN)
        finally:
            stop()
        worst = max(near.corners.values())
        _demand(worst < CORNER_BAND, f"the truth stayed {worst:.1f} m away from a corner of the mission")
        self._guide()

    def _fence(self, plan: Plan) -> None:
        client, returning = self._client, self._client.dialect.return_mode
        limits = {"FENCE_TYPE": FENCE_CIRCLE, "FENCE_RADIUS": plan.fence, "FENCE_ACTION": FENCE_ACTION_RETURN}
        near, stop = self._watch(())
        try:
            with client.parameters(**limits, FENCE_ENABLE=1.0):
                client.goto(2.0 * plan.fence, 0.0, plan.height)
                client.wait_mode(returning, WITHIN)
                run_for(self._world, MARGIN / 10.0)
                self._guide()
                client.goto(plan.side / 2.0, 0.0, plan.height)
                client.wait_at((plan.side / 2.0, 0.0, plan.height), WITHIN, HEIGHT_BAND)
        finally:
            stop()
        inside = plan.fence - HEIGHT_BAND < near.farthest < plan.fence + OVERSHOOT
        _demand(inside, f"the truth turned {near.farthest:.1f} m from home, the fence is at {plan.fence:g} m")

    def _warnings(self, plan: Plan) -> None:
        said = [text.text for text in self._client.telemetry.texts if text.severity <= WARNING]
        _demand(any("fence" in text.lower() for text in said), f"no warning of the fence was heard: {said[-3:]}")

    def _land(self, plan: Plan) -> None:
        self._asked[self._client.dialect.land_mode] += 1
        self._client.land()
        self._client.wait_disarmed(WITHIN)
        up = self._witness.record(over=SAMPLE, around=HOME, charted=False).samples[-1].up
        _demand(abs(up) < HEIGHT_BAND, f"it disarmed {up:.1f} m up")

    def _return(self, plan: Plan) -> None:
        self._guide()
        self._client.arm()
        self._client.takeoff(plan.height)
        self._asked[self._client.dialect.return_mode] += 1
        self._client.rtl()
        self._client.wait_disarmed(WITHIN)
        away = self._witness.distance_over_ground(HOME).value
        _demand(away < HOME_BAND, f"it came down {away:.1f} m from home")

    def _guide(self) -> None:
        mode = self._client.dialect.position_mode
        if self._client.read_mode() != mode:
            self._asked[mode] += 1
        self._client.set_mode(mode)

    def _watch(self, corners: Sequence[Spot]) -> tuple[_Nearest, Callable[[], None]]:
        near = _Nearest(corners=dict.fromkeys(corners, float("inf")))

        def look() -> None:
            for corner, best in near.corners.items():
                near.corners[corner] = min(best, self._witness.distance_over_ground(corner).value)
            near.farthest = max(near.farthest, self._witness.distance_over_ground(HOME).value)

        return near, self._world.schedule.every(LOOK, look, start=self._world.now())

    def _come_down(self) -> None:
        if not self._client.read_armed():
            return
        self._asked[self._client.dialect.land_mode] += 1
        self._client.land()
        wait = Wait(name="landing after a failed function", within=WITHIN, wanted="disarmed")
        wait_until(self._world, lambda: not self._client.read_armed(), wait)


def _demand(ok: bool, problem: str) -> None:
    if not ok:
        raise VehicleError(problem)
