"""Journeys of the vehicle role: up and down, out to a point, along a route, home; over the client's verbs."""

from harness.errors import VehicleError
from harness.instruments.flight.route import Route
from harness.instruments.flight.track import Spot
from harness.timing import World
from harness.vehicle.missions import change_speed, waypoint
from harness.vehicle.vehicle import Vehicle

# slower progress over ground than this is none, m/s; added is the time for turns, climb and descent, s
LEAST_PROGRESS, SPARE_TIME = 1.0, 60.0
ON_THE_SPOT = 0.5
OVER_THE_PAD = 0.3


class Journeys:
    """Flies a connected vehicle that is ready to arm."""

    def __init__(self, client: Vehicle, world: World) -> None:
        self._client, self._world = client, world

    def take_off_and_land(self, height: float) -> None:
        """Take off to `height` m, hover above the pad, land on it and disarm.

        Raises:
            VehicleError: it does not, in time.
        """
        with self._client.hovering(height):
            self._client.goto(0.0, 0.0, height)
            self._client.wait_at((0.0, 0.0, height), SPARE_TIME, OVER_THE_PAD)

    def move_to(self, spot: Spot) -> None:
        """Fly to a point and arrive there.

        Raises:
            VehicleTimeout: it makes less than 1 m/s of ground.
        """
        place = (spot.north, spot.east, spot.up)
        distance = self._client.read_position().distance_to(*place)
        self._client.goto(*place)
        self._client.wait_at(place, distance / LEAST_PROGRESS + SPARE_TIME, ON_THE_SPOT)

    def fly_route(self, route: Route) -> None:
        """Upload the route as a mission, fly it and hold its end.

        Raises:
            VehicleError: it refuses the mission or does not come to its end in time.
        """
        corners = [waypoint(corner.north, corner.east, corner.up) for corner in route.corners]
        within = 2.0 * route.length / route.speed + SPARE_TIME
        self._client.fly_mission([change_speed(route.speed), *corners], within)
        self._client.set_mode(self._client.dialect.position_mode)

    def return_home(self) -> float:
        """Order the return home and wait until it has landed and disarmed; returns when it was ordered, s.

        Raises:
            VehicleError: it had left its station by itself before, or does not land in time.
        """
        mode, wanted = self._client.read_mode(), self._client.dialect.position_mode
        if mode != wanted:
            said = "; ".join(text.text for text in self._client.telemetry.texts[-3:])
            raise VehicleError(f"it left its station by itself, {mode} instead of {wanted}: {said}")
        position = self._client.read_position()
        ordered = self._world.now()
        self._client.rtl()
        self._client.wait_disarmed(position.distance_to(0.0, 0.0, 0.0) / LEAST_PROGRESS + SPARE_TIME)
        return ordered
