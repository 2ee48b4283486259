"""Missions sent and read back over a bad link: each intact, given up, or damaged."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from harness.errors import VehicleError, VehicleTimeout
from harness.timing import Deadline, World
from harness.vehicle.missionreads import Item, MissionReader
from harness.vehicle.missions import MissionClient, MissionItem, Origin, waypoint
from harness.vehicle.vehicle import Vehicle

ITEMS = 8
_SCALE = 1e7


@dataclass(frozen=True, kw_only=True)
class Transfers:
    """What came of missions that were sent and read back.

    Attributes:
        intact: came back as they were sent.
        given_up: sending or reading was not over in time, or was refused.
        damaged: acknowledged, and read back as something else.
    """

    intact: int
    given_up: int
    damaged: int


class MissionExchange:
    """Sends missions drawn at random and reads each back."""

    def __init__(self, client: Vehicle, world: World, rng: Random) -> None:
        self._client, self._world, self._rng = client, world, rng
        self._writer = MissionClient(client.telemetry, world, client.send, home_first=client.dialect.home_first)
        self._before = int(client.dialect.home_first)
        self._reader = MissionReader(client.telemetry, world, client.send)

    def exchange(self, count: int, within: float) -> Transfers:
        """Send and read back `count` missions of 8 items, each way `within` s."""
        results = [self._exchange_one(within) for _ in range(count)]
        return Transfers(
            intact=results.count("intact"), given_up=results.count("given up"), damaged=results.count("damaged")
        )

    def _exchange_one(self, within: float) -> str:
        items = [self._draw() for _ in range(ITEMS)]
        origin = self._origin(within)
        try:
            self._upload(items, origin, within)
            kept = self._reader.download(within)
        except VehicleError:
            return "given up"
        return "intact" if _told(kept[self._before :]) == [_meant(item, origin) for item in items] else "damaged"

    def _upload(self, items: list[MissionItem], origin: Origin, within: float) -> None:
        """Begin again when the article cancels, as a pilot does, until the time is over."""
        deadline = Deadline(self._world, within)
        while True:
            try:
                self._writer.upload(items, origin, deadline.at - self._world.now())
                return
            except VehicleTimeout:
                raise
            except VehicleError:
                if deadline.passed():
                    raise

    def _draw(self) -> MissionItem:
        # whole metres, since heights travel in single precision
        return waypoint(*(float(self._rng.randrange(low, high)) for low, high in ((-60, 60), (-60, 60), (10, 40))))

    def _origin(self, within: float) -> Origin:
        telemetry = self._client.telemetry
        if "HOME_POSITION" not in telemetry.latest:
            telemetry.wait_message("HOME_POSITION", within)
        home = telemetry.read("HOME_POSITION")
        scale = self._client.dialect.metres_per_degree
        return Origin(latitude=home.latitude / _SCALE, longitude=home.longitude / _SCALE, metres_per_degree=scale)


def _meant(item: MissionItem, origin: Origin) -> tuple[float, ...]:
    north, east, up = item.place or (0.0, 0.0, 0.0)
    latitude, longitude = origin.to_degrees(north, east)
    return (item.command, *item.values, round(latitude * _SCALE), round(longitude * _SCALE), up)


def _told(kept: Sequence[Item]) -> list[tuple[float, ...]]:
    """Items without number and frame."""
    return [tuple(item[2:]) for item in kept]
