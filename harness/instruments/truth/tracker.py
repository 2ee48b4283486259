"""The tracker role: where the article is, by an instrument that is not the article; and the truth made of it."""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Protocol

from harness.drone.flight.state import Motion, Truth
from harness.errors import RigError
from harness.instruments.context import Context
from harness.instruments.truth.truth import PlantTruth
from harness.targets.bench.hearing import Hearing

FRESH = 0.25  # s; also the longest gap of the clock
OLDEST_WORD = 1.0  # s; of what the article says itself
UNKNOWN = math.nan
OWN_WORD = (
    "attitude, body rates, motor outputs and contact with the ground are the article's own statements, heard on the "
    "observer's port; position is the tracker's, wind the anemometer's"
)


@dataclass(frozen=True, kw_only=True)
class Fix:
    """Metres north, east and up of the launch point at `time`, s of the test clock."""

    time: float
    north: float
    east: float
    up: float


class Tracker(Protocol):
    """A position tracker."""

    def read(self) -> Fix:
        """The newest position.

        Raises:
            RigError: it is silent, or has none.
        """
        ...


class TrackedTruth(PlantTruth):
    """The truth role on a bench: tracker, anemometer if there is one, and what the article says of its attitude.

    What nobody measures is no number, so that a quantity of it is INVALID and never good by chance.
    """

    def __init__(self, context: Context) -> None:
        """Take the tracker that was set up before.

        Raises:
            RigError: there is none, or the target is not on a bench.
        """
        tracker = context.device("tracker")
        self.oldest = float(context.settings.get("oldest", FRESH))
        # an event shows with the next position, which may come that much later
        self.u_time = self.oldest / math.sqrt(12.0)
        context.log.note(OWN_WORD)
        truth = assemble(context, tracker.read)
        super().__init__(replace(context, sockets=replace(context.sockets, truth=truth)))


def assemble(context: Context, read_fix: Callable[[], Fix] | None) -> Callable[[], Truth]:
    """What reads the truth of a bench; without a tracker the position is no number."""
    hearing: Hearing | None = getattr(context.world, "witness", None)
    if hearing is None:
        raise RigError("this target is not on a bench: take the make 'plant' for its truth")
    anemometer = context.devices.get("anemometer")

    def read() -> Truth:
        fix = read_fix() if read_fix is not None else None
        north, east = _wind(anemometer)
        return Truth(
            motion=_motion(hearing, fix, context.world.now()),
            wind_north=north,
            wind_east=east,
            wind_up=0.0,
            motors=_motors(hearing, context.world.now()),
            on_ground=bool(hearing.on_ground),
            contact_down=UNKNOWN,
            contact_lateral=UNKNOWN,
            contact_tilt=UNKNOWN,
        )

    return read


def _wind(anemometer: Any) -> tuple[float, float]:  # noqa: ANN401 - of any make
    if anemometer is None:
        return UNKNOWN, UNKNOWN
    reading = anemometer.read()
    angle = math.radians(reading.bearing)
    # where it comes from, and where it blows to
    return -reading.speed * math.cos(angle), -reading.speed * math.sin(angle)


def _motors(hearing: Hearing, now: float) -> tuple[float, ...]:
    """What the article says of its outputs; what it said once and never again is not known now."""
    fresh = hearing.outputs and now - hearing.outputs_time <= OLDEST_WORD
    return hearing.outputs if fresh else (UNKNOWN,)


def _motion(hearing: Hearing, fix: Fix | None, now: float) -> Motion:
    attitude = hearing.attitude
    if attitude is None or now - attitude.time > OLDEST_WORD:
        raise RigError("the article says nothing of its attitude on the observer's port: set its stream rates")
    return Motion(
        time=fix.time if fix else attitude.time,
        north=fix.north if fix else UNKNOWN,
        east=fix.east if fix else UNKNOWN,
        up=fix.up if fix else UNKNOWN,
        v_north=UNKNOWN,
        v_east=UNKNOWN,
        v_up=UNKNOWN,
        roll=attitude.roll,
        pitch=attitude.pitch,
        yaw=attitude.yaw,
        p=attitude.rates[0],
        q=attitude.rates[1],
        r=attitude.rates[2],
    )
