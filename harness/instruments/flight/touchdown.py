"""Where and how an aircraft touched down, from the truth's readings; WIND-05 and the end of WIND-08 use it."""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from harness.drone.flight.state import Truth
from harness.errors import RigError
from harness.instruments.flight.attitude import tilt
from harness.instruments.flight.track import Spot
from harness.judgement import Count, Estimate, estimate

# what rises less is a bounce, not a flight
FLIGHT_HEIGHT = 1.0
TIPPED = 60.0


@dataclass(frozen=True, kw_only=True)
class Contact:
    """First contact of one landing: time (s), distance from the pad's centre (m), speeds (m/s), tilt (deg)."""

    time: float
    error: float
    lateral: float
    descent: float
    tilt: float
    north: float
    east: float


@dataclass(frozen=True, kw_only=True)
class Landings:
    """The landings while they were watched; complete once the watching has ended.

    Attributes:
        readings: of the truth, in the order of time.
        pad: the pad's centre.
        u_position: standard uncertainty of the truth's position, m.
        u_time: standard uncertainty of an event's time, s.
    """

    readings: Sequence[Truth]
    pad: Spot
    u_position: float
    u_time: float

    def contacts(self) -> list[Contact]:
        """The first contact of every flight, oldest first; a bounce is none."""
        found, high = [], False
        for reading in self.readings:
            if reading.on_ground and high:
                found.append(self._contact(reading))
            high = not reading.on_ground and (high or reading.motion.up > FLIGHT_HEIGHT)
        return found

    def error(self) -> Estimate:
        """Greatest distance of a first contact from the pad's centre, m."""
        return self._greatest(lambda contact: contact.error, truth=self.u_position)

    def lateral_speed(self) -> Estimate:
        """Greatest horizontal speed at first contact, m/s."""
        return self._greatest(lambda contact: contact.lateral)

    def descent_speed(self) -> Estimate:
        """Greatest downward speed at first contact, m/s."""
        return self._greatest(lambda contact: contact.descent)

    def contact_tilt(self) -> Estimate:
        """Greatest tilt at first contact, deg."""
        return self._greatest(lambda contact: contact.tilt)

    def tip_overs(self, attempts: int) -> Count:
        """How often the tilt came to exceed 60 deg, of `attempts` flights."""
        beyond = [tilt(reading) > TIPPED for reading in self.readings]
        events = sum(now and not before for before, now in zip([False, *beyond], beyond, strict=False))
        return Count(events=min(events, attempts), trials=attempts)

    def slide(self) -> Estimate:
        """Greatest distance from a first contact that the aircraft came to on the ground after it, m."""
        return estimate(max(self._slides()), truth=self.u_position)

    def _slides(self) -> list[float]:
        at, slides = None, [0.0]
        for reading in self.readings:
            place = (reading.motion.north, reading.motion.east)
            if not reading.on_ground and reading.motion.up > FLIGHT_HEIGHT:
                at = None
            elif reading.on_ground and at is None:
                at = place
            elif reading.on_ground and at is not None:
                slides.append(math.dist(at, place))
        return slides

    def describe(self) -> list[str]:
        """One line a landing, for the report."""
        return [
            f"landing {number}: {contact.error:.2f} m off the pad's centre, {contact.lateral:.2f} m/s sideways, "
            f"{contact.descent:.2f} m/s down, tilt {contact.tilt:.1f} deg"
            for number, contact in enumerate(self.contacts(), start=1)
        ]

    def time_since(self, start: float) -> Estimate:
        """Seconds from `start` (test clock) to the first contact after it.

        Raises:
            RigError: the truth saw none.
        """
        times = [contact.time for contact in self.contacts() if contact.time >= start]
        if not times:
            raise RigError("the truth saw no contact with the ground after the landing was ordered")
        return estimate(times[0] - start, time=self.u_time)

    def _contact(self, reading: Truth) -> Contact:
        motion = reading.motion
        return Contact(
            time=motion.time,
            error=math.hypot(motion.north - self.pad.north, motion.east - self.pad.east),
            lateral=reading.contact_lateral,
            descent=reading.contact_down,
            tilt=math.degrees(reading.contact_tilt),
            north=motion.north,
            east=motion.east,
        )

    def _greatest(self, figure: Callable[[Contact], float], truth: float = 0.0) -> Estimate:
        values = [figure(contact) for contact in self.contacts()]
        if not values:
            raise RigError("the truth saw no landing, so there is nothing to measure")
        return estimate(max(values), truth=truth, repeatability=_deviation(values) / math.sqrt(len(values)))


def _deviation(values: Iterable[float]) -> float:
    numbers = list(values)
    mean = sum(numbers) / len(numbers)
    return math.sqrt(sum((number - mean) ** 2 for number in numbers) / max(1, len(numbers) - 1))
