"""A kinematic aircraft for tests of the link, the drone's MAVLink service and the client."""

import math
from dataclasses import dataclass, field, replace

from fake_world import FakeWorld

from harness.drone.flight.config import FlightConfig
from harness.drone.flight.orders import Health, MissionState, Progress, Satellites
from harness.drone.flight.state import Battery, Landed, Mode, Motion, Severity, StatusText, Truth
from harness.drone.mavlink.config import MavlinkConfig, Memory
from harness.drone.mavlink.service import MavlinkService
from harness.link.virtual import VirtualCable
from harness.timing import run_for
from harness.vehicle.codec import Codec, Identity
from harness.vehicle.observer import Observer
from harness.vehicle.vehicle import Vehicle

KEY = bytes(range(32))
SPEED = 5.0
STEP = 0.02


class FakeFlight:
    """Moves at constant speed to its target: enough to fly the client's verbs."""

    def __init__(self, config=None):
        self.config = config or FlightConfig()
        self.now = 0.0
        self.mode = Mode.STABILIZE
        self.armed = False
        self.position = [0.0, 0.0, 0.0]
        self.target = [0.0, 0.0, 0.0]
        self.yaw = 0.0
        self.heard = []
        self.texts = []
        self.arm_refusal = ""
        self.moving = False
        self.configured, self.configure_refusal = [], ""
        self.mission, self.progress, self.areas = [], Progress(), []
        self.sticks, self.steered, self.held = [], [], False
        self.health = Health(
            position=True, innovation=0.5, gnss=True, wind=(3.0, 4.0), motors=(500.0,) * 4, motor_currents=(3.0,) * 4
        )

    @property
    def landed(self):
        return Landed.IN_AIR if self.position[2] > 0 else Landed.ON_GROUND

    def configure(self, **changes):
        if self.configure_refusal:
            return self.configure_refusal
        self.configured.append(changes)
        self.config = replace(self.config, **changes)
        return ""

    def load_mission(self, items):
        self.mission, self.progress = list(items), Progress(state=MissionState.NOT_STARTED)
        return ""

    def set_current_item(self, number):
        if number >= len(self.mission):
            return f"Mission: no item {number}"
        self.progress = replace(self.progress, current=number)
        return ""

    def pause(self, held):
        if self.mode not in (Mode.GUIDED, Mode.AUTO):
            return "Pause: not in AUTO or GUIDED"
        self.held = held
        return ""

    def load_fence(self, areas):
        self.areas = list(areas)
        return ""

    def move_sticks(self, sticks):
        self.sticks.append(sticks)

    def read_progress(self):
        return self.progress

    def read_satellites(self):
        motion = self.read_estimate()
        place, velocity = (motion.north, motion.east, motion.up), (motion.v_north, motion.v_east, motion.v_up)
        return Satellites(place=place, velocity=velocity)

    def read_health(self):
        return self.health

    def read_arming_problem(self):
        return "settling" if self.now < 1.5 else ""

    def advance(self, until):
        while self.now < until:
            step = min(STEP, until - self.now)
            self.now += step
            self._check_link()
            self._move(step)

    def _check_link(self):
        lost = self.heard and self.now - self.heard[-1] > self.config.link_loss_timeout
        if lost and self.armed and self.mode is Mode.GUIDED and self.config.link_loss_action != "none":
            self.mode = Mode.RTL
            self._say(Severity.WARNING, "GCS failsafe")

    def _move(self, step):
        target = list(self.target)
        if self.mode is Mode.RTL:
            home = math.hypot(*self.position[:2]) < 0.1
            target = [0.0, 0.0, 0.0 if home else self.position[2]]
        if self.mode is Mode.LAND:
            target = [*self.position[:2], 0.0]
        distance = math.dist(target, self.position)
        self.moving = self.armed and distance > 1e-9
        if self.moving:
            part = min(1.0, SPEED * step / distance)
            self.position = [at + (to - at) * part for at, to in zip(self.position, target, strict=True)]
        if self.armed and self.mode in (Mode.RTL, Mode.LAND) and self.position[2] <= 0:
            self.armed = False

    def _say(self, severity, text):
        self.texts.append(StatusText(time=self.now, severity=severity, text=text))

    def arm(self):
        if self.arm_refusal:
            self._say(Severity.CRITICAL, self.arm_refusal)
            return self.arm_refusal
        self.armed = True
        self.target = list(self.position)
        return ""

    def disarm(self, force=False):
        if self.position[2] > 0 and not force:
            return "in flight"
        self.armed = False
        return ""

    def set_mode(self, mode):
        self.mode = mode
        self.target = list(self.position)
        return ""

    def takeoff(self, height):
        if not self.armed or self.mode is not Mode.GUIDED:
            return "take-off needs GUIDED and armed"
        if self.position[2] > 0:
            return "already flying"
        self.target = [0.0, 0.0, height]
        return ""

    def steer(self, target):
        if self.mode is not Mode.GUIDED:
            return "target: not in GUIDED"
        self.steered.append(target)
        self.target = list(target.place or self.position)
        self.yaw = self.yaw if target.yaw is None else target.yaw
        return ""

    def set_speed(self, speed):
        return "" if speed <= 20 else "too fast"

    def ground_station_heard(self):
        self.heard.append(self.now)

    def read_estimate(self):
        north, east, up = self.position
        return Motion(
            time=self.now, north=north, east=east, up=up, v_north=SPEED * self.moving, v_east=0.0, v_up=0.0,
            roll=0.01, pitch=0.02, yaw=self.yaw, p=0.0, q=0.0, r=0.0,
        )  # fmt: skip

    def read_truth(self):
        return Truth(
            motion=self.read_estimate(), wind_north=0.0, wind_east=0.0, wind_up=0.0,
            motors=(0.5 * self.armed,) * 4, on_ground=self.landed is Landed.ON_GROUND,
        )  # fmt: skip

    def read_battery(self):
        return Battery(voltage=16.2, current=12.5, used_wh=3.0, remaining=0.97)

    def take_messages(self):
        texts, self.texts = self.texts, []
        return texts


@dataclass
class Bench:
    """A fake aircraft behind a service with one signed radio cable and one trusted cable."""

    config: MavlinkConfig = field(default_factory=MavlinkConfig)
    memory: Memory = field(default_factory=Memory)
    flight: object = None

    def __post_init__(self):
        self.world = FakeWorld()
        self.flight = self.flight or FakeFlight(self.config.flight)
        self.world.moving = self.flight
        schedule = self.world.schedule
        self.radio, self.trusted = VirtualCable(self.world, schedule), VirtualCable(self.world, schedule)
        self.service = MavlinkService(self.flight, self.world, schedule, self.config, self.memory)
        self.radio_channel = self.service.add_port(self.radio.air, KEY, lambda: self.radio.air.heard)
        self.trusted_channel = self.service.add_port(self.trusted.air, None, lambda: self.trusted.air.heard)

    def vehicle(self, key=KEY, **identity):
        return Vehicle(self.radio.ground, self.world, Identity(key=key, **identity))

    def usb(self, **identity):
        return Vehicle(self.trusted.ground, self.world, Identity(**identity))

    def observer(self):
        return Observer(self.trusted.ground, self.world)

    def ready(self):
        vehicle = self.vehicle()
        vehicle.connect()
        vehicle.wait_ready_to_arm()
        return vehicle


class Ground:
    """A bare ground end: sends frames, keeps what comes."""

    def __init__(self, bench, cable, **identity):
        self.bench, self.cable = bench, cable
        self.codec = Codec(Identity(**identity), bench.world)
        self.came, self.raw = [], []
        cable.ground.listen(self._take)

    def _take(self, data):
        self.raw.append(data)
        for incoming in self.codec.decode(data):
            message = incoming.message
            # the codec let it pass, so its signature is good if it has one
            message._signed = bool(incoming.frame[0] == 0xFD and incoming.frame[2] & 1)
            self.came.append(message)

    def tell(self, message, **more):
        self.cable.ground.send(self.codec.encode(message))
        run_for(self.bench.world, 0.02)

    def of(self, kind):
        return [message for message in self.came if message.get_type() == kind]
