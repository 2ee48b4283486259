"""The vehicle as suites see it: the verbs of a pilot, over MAVLink."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.link.port import Port
from harness.timing import Deadline, Wait, World, hold_for, wait_until
from harness.vehicle.asking import ASK_AGAIN_AFTER
from harness.vehicle.codec import Codec, Identity, Message
from harness.vehicle.commanding import Commander, Place
from harness.vehicle.dialect import Dialect
from harness.vehicle.dialects.ardupilot import ARDUPILOT
from harness.vehicle.guiding import guide_for
from harness.vehicle.hovering import Hovering
from harness.vehicle.missions import MissionClient, MissionItem, Origin
from harness.vehicle.motion import Position
from harness.vehicle.parameters import ParameterClient
from harness.vehicle.receiver import Receiver, Sample
from harness.vehicle.version import Version

_HEARTBEAT_PERIOD = 1.0
_ANSWER_WITHIN = 5.0
_ARRIVAL_HOLD = 1.0


class Vehicle:
    """A ground station's hold on one vehicle.

    Every method that waits takes its deadline in seconds of the test clock and raises ``VehicleTimeout`` when
    the vehicle did not do it in time; every method that orders something raises ``VehicleError``, with the
    vehicle's own reason, when it refuses.

    Attributes:
        telemetry: what has come in: latest message by type, texts, subscriptions.
        dialect: the autopilot's words.
    """

    def __init__(
        self, port: Port, world: World, identity: Identity | None = None, dialect: Dialect = ARDUPILOT
    ) -> None:
        """Listen on `port`, but say nothing yet.

        Raises:
            UsageError: the identity's signing key has not 32 bytes.
        """
        self.dialect = dialect
        self._port, self._world = port, world
        own = identity or Identity()
        self._codec = Codec(own, world)
        self.telemetry = Receiver(port, world, self._codec, dialect.events)
        self._commander = Commander(self.telemetry, world, self.send, own.system)
        self._parameters = ParameterClient(self.telemetry, world, self.send, bytewise=dialect.bytewise)
        self._missions = MissionClient(self.telemetry, world, self.send, home_first=dialect.home_first)
        self._guide = guide_for(dialect, self, world)
        self._stop_heartbeats: Callable[[], None] | None = None
        self._streaming = False

    # -- link

    def start(self) -> None:
        """Begin heartbeats of a ground station, one a second on the test clock; harmless when begun."""
        if self._stop_heartbeats is None:
            schedule = self._world.schedule
            self._stop_heartbeats = schedule.every(_HEARTBEAT_PERIOD, self._beat, start=self._world.now())

    def stop_heartbeats(self) -> None:
        """Send no heartbeat any more, and go on listening."""
        if self._stop_heartbeats is not None:
            self._stop_heartbeats()
            self._stop_heartbeats = None

    def close(self) -> None:
        """Stop heartbeats and close the port."""
        self.stop_heartbeats()
        self._port.close()

    def connect(self, within: float = 10.0) -> None:
        """Begin heartbeats, wait for the vehicle's, and ask for telemetry where the autopilot wants to be asked.

        Raises:
            VehicleTimeout: it is silent, or does not answer.
            VehicleError: it refuses to stream.
        """
        self.start()
        wait = Wait(name="the vehicle's heartbeat", within=within, wanted="HEARTBEAT", got=self._heard)
        wait_until(self._world, lambda: self.telemetry.system != 0, wait)
        if not self._streaming:
            for number, rate in self.dialect.streams.items():
                self.send_command(mavlink.MAV_CMD_SET_MESSAGE_INTERVAL, number, 1e6 / rate, within=within)
            self._streaming = True

    def send(self, message: Message) -> None:
        """Send one message, signed when this identity has a key.

        Raises:
            RigError: the link is closed or broken.
        """
        self._port.send(self._codec.encode(message))

    # -- orders

    def send_command(self, command: int, *values: float, within: float = _ANSWER_WITHIN) -> int:
        """Send MAV_CMD `command` with up to seven values until it is answered; returns MAV_RESULT_ACCEPTED."""
        return self._commander.send(command, values, within)

    def send_place(self, command: int, values: tuple[float, ...], place: Place, within: float = _ANSWER_WITHIN) -> int:
        """Send MAV_CMD `command` for a place on the globe (deg, m above sea level) until it is answered."""
        return self._commander.send_place(command, values, place, within)

    def set_mode(self, name: str, within: float = _ANSWER_WITHIN, *, patient: bool = False) -> None:
        """Change the flight mode and see the change in the vehicle's heartbeat; `patient` with one not ready for it."""
        values = (mavlink.MAV_MODE_FLAG_CUSTOM_MODE_ENABLED, *self.dialect.mode_values(name))
        self._commander.send(mavlink.MAV_CMD_DO_SET_MODE, values, within, patient=patient)
        self.wait_mode(name, within)

    def arm(self, within: float = _ANSWER_WITHIN) -> None:
        """Arm, and see it in the vehicle's heartbeat."""
        self.send_command(mavlink.MAV_CMD_COMPONENT_ARM_DISARM, 1, within=within)
        wait_until(self._world, self.read_armed, self._wait("arming", within, "armed", self.read_armed))

    def disarm(self, within: float = _ANSWER_WITHIN) -> None:
        """Disarm, and see it in the vehicle's heartbeat."""
        self.send_command(mavlink.MAV_CMD_COMPONENT_ARM_DISARM, 0, within=within)
        self.wait_disarmed(within)

    def takeoff(self, height: float, within: float = 60.0, tolerance: float = 0.5) -> None:
        """Climb to `height` m above home; ends within `tolerance` of it."""
        self._guide.climb(height)
        wait = self._wait("take-off", within, f"at least {height - tolerance:.2f} m up", self._where)
        wait_until(self._world, lambda: self._is_up(height - tolerance), wait)

    def goto(self, north: float, east: float, up: float, yaw: float | None = None) -> None:
        """Order to fly to a point in metres from home, yaw in rad."""
        self._guide.go((north, east, up), yaw)

    def turn(self, angle: float, within: float = _ANSWER_WITHIN) -> None:
        """Order to turn on the spot by `angle`, deg clockwise."""
        self._guide.turn(angle, within)

    def rtl(self) -> None:
        """Order the return home."""
        self.set_mode(self.dialect.return_mode)

    def land(self) -> None:
        """Order to land on the spot."""
        self.set_mode(self.dialect.land_mode)

    def hovering(self, at: float, within: float = 120.0) -> AbstractContextManager[None]:
        """Fly at `at` m while the context lasts: arm, take off, wait steady; land and disarm on leaving.

        Raises:
            VehicleError: it does not take off, does not become steady, or does not land, each `within` seconds.
        """
        return Hovering(self, self._world, height=at, within=within)

    # -- missions

    def upload_mission(self, items: Sequence[MissionItem], within: float = 30.0) -> int:
        """Replace the mission; places are in metres from home. Returns the number of its last item."""
        return self._missions.upload(items, self.read_origin(), within)

    def fly_mission(self, items: Sequence[MissionItem], within: float) -> None:
        """Upload a mission, fly it from its first item and wait until the last one is reached."""
        last = self.upload_mission(items)
        reached: list[int] = []
        forget = self.telemetry.subscribe("MISSION_ITEM_REACHED", lambda message: reached.append(message.seq))
        wait = self._wait("the mission", within, f"item {last} reached", lambda: f"reached {reached}, {self._where()}")
        try:
            # an autopilot looks over a new mission before it is ready to fly it
            self.set_mode(self.dialect.mission_mode, patient=True)
            wait_until(self._world, lambda: last in reached, wait)
        finally:
            forget()

    def read_origin(self, within: float = _ANSWER_WITHIN) -> Origin:
        """Ask where the local frame has its origin."""
        kind = self.dialect.origin
        home = self._ask_for(kind, getattr(mavlink, f"MAVLINK_MSG_ID_{kind}"), within)
        return Origin(
            latitude=home.latitude * 1e-7,
            longitude=home.longitude * 1e-7,
            metres_per_degree=self.dialect.metres_per_degree,
            height=home.altitude * 1e-3,
        )

    # -- parameters

    def read_parameter(self, name: str, within: float = _ANSWER_WITHIN) -> float:
        """Present value of a parameter."""
        return self._parameters.read(name, within)

    def read_parameters(self, within: float = 4 * _ANSWER_WITHIN) -> dict[str, float]:
        """Present values of all parameters, by name."""
        return self._parameters.read_all(within)

    def set_parameter(self, name: str, value: float, within: float = _ANSWER_WITHIN) -> None:
        """Set a parameter and check that the vehicle keeps it; see `parameters` to have it put back."""
        self._parameters.set(name, value, within)

    def parameters(self, within: float = _ANSWER_WITHIN, **values: float) -> AbstractContextManager[None]:
        """Set parameters while the context lasts, then put the former values back.

        Raises:
            VehicleError: one could not be read or set.
            RigError: one could not be put back.
        """
        return self._parameters.changed(values, within)

    # -- state

    def read_mode(self) -> str:
        """Flight mode of the latest heartbeat."""
        return self.dialect.mode_name(self.telemetry.read("HEARTBEAT").custom_mode)

    def read_armed(self) -> bool:
        """Whether the latest heartbeat says armed."""
        return bool(self.telemetry.read("HEARTBEAT").base_mode & mavlink.MAV_MODE_FLAG_SAFETY_ARMED)

    def read_position(self) -> Position:
        """The vehicle's latest estimate of its position."""
        self.telemetry.read("LOCAL_POSITION_NED")
        return Position.from_sample(self.telemetry.latest["LOCAL_POSITION_NED"])

    def version(self, within: float = _ANSWER_WITHIN) -> Version:
        """Ask for AUTOPILOT_VERSION: what the vehicle says of its own firmware."""
        message = self._ask_for("AUTOPILOT_VERSION", mavlink.MAVLINK_MSG_ID_AUTOPILOT_VERSION, within)
        return Version.from_message(message)

    # -- waits

    def wait_ready_to_arm(self, within: float = 60.0) -> None:
        """Wait until pre-arm checks pass, GNSS has a fix and a position comes in.

        Where the checks are those of the mode that it is in, it is taken out of one of landing.
        """
        if self.dialect.checks_by_mode and self.read_mode() in (self.dialect.land_mode, self.dialect.return_mode):
            self.set_mode(self.dialect.position_mode)
        wait = self._wait(
            "readiness to arm", within, "nothing missing", lambda: f"missing {', '.join(self._missing())}"
        )
        wait_until(self._world, lambda: not self._missing(), wait)

    def wait_mode(self, name: str, within: float) -> None:
        """Wait until the heartbeat shows that mode."""
        wait = self._wait("flight mode", within, name, self.read_mode)
        wait_until(self._world, lambda: self.read_mode() == name, wait)

    def wait_disarmed(self, within: float) -> None:
        """Wait until the heartbeat says disarmed."""
        wait = self._wait("disarming", within, "disarmed", lambda: "still armed")
        wait_until(self._world, lambda: not self.read_armed(), wait)

    def wait_at(self, point: tuple[float, float, float], within: float, radius: float = 1.0) -> None:
        """Wait until it stays within `radius` m of a point (north, east, up of home) for a second."""
        place = "{:.2f} m north, {:.2f} m east, {:.2f} m up".format(*point)
        wait = self._wait("arrival", within, f"within {radius:.2f} m of {place}", self._where)
        hold_for(self._world, lambda: self.read_position().distance_to(*point) <= radius, _ARRIVAL_HOLD, wait)

    # -- pieces

    def _beat(self) -> None:
        kind, none = mavlink.MAV_TYPE_GCS, mavlink.MAV_AUTOPILOT_INVALID
        self.send(mavlink.MAVLink_heartbeat_message(kind, none, 0, 0, mavlink.MAV_STATE_ACTIVE, 3))

    def _ask_for(self, kind: str, number: int, within: float) -> Message:
        before, deadline = self.telemetry.latest.get(kind), Deadline(self._world, within)
        while self.telemetry.latest.get(kind) is before:
            left = max(deadline.at - self._world.now(), 0.0)
            self.send_command(mavlink.MAV_CMD_REQUEST_MESSAGE, number, within=left)
            self._await_told(kind, before, min(ASK_AGAIN_AFTER, max(deadline.at - self._world.now(), 0.0)))
        return self.telemetry.read(kind)

    def _await_told(self, kind: str, before: Sample | None, within: float) -> None:
        """Let a message come that was acknowledged; one that was lost is asked for again."""
        over = Deadline(self._world, within)
        wait = self._wait(kind, 2.0 * ASK_AGAIN_AFTER, "a new message", lambda: "none")
        wait_until(self._world, lambda: self.telemetry.latest.get(kind) is not before or over.passed(), wait)

    def _wait(self, name: str, within: float, wanted: str, got: Callable[[], object]) -> Wait:
        return Wait(name=name, within=within, wanted=wanted, got=got)

    def _heard(self) -> str:
        refused = sum(self._codec.refused.values())
        return f"no heartbeat; {refused} frames refused" if refused else "silence"

    def _where(self) -> str:
        return str(self.read_position())

    def _is_up(self, height: float) -> bool:
        return self.read_position().up >= height

    def _missing(self) -> list[str]:
        latest = self.telemetry.latest
        status, fix = latest.get("SYS_STATUS"), latest.get("GPS_RAW_INT")
        prearm = mavlink.MAV_SYS_STATUS_PREARM_CHECK
        checks = {
            "pre-arm checks": status is not None and bool(status.message.onboard_control_sensors_health & prearm),
            "GNSS fix": fix is not None and fix.message.fix_type >= mavlink.GPS_FIX_TYPE_3D_FIX,
            "position": "LOCAL_POSITION_NED" in latest,
        }
        return [name for name, passed in checks.items() if not passed]
