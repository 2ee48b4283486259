"""What comes down a link of a bench, heard beside whoever listens at its end: is it an autopilot, and does it fly."""

from dataclasses import dataclass

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.link.mavframes import FrameSplitter
from harness.link.port import Receiver
from harness.timing import Clock
from harness.vehicle.codec import Message, is_intact, message_id
from harness.vehicle.version import Version

SILENT_AFTER = 3.0  # s
# the autopilot's own statements that a bench needs; all else passes unread
_KEPT = (
    mavlink.MAVLINK_MSG_ID_HEARTBEAT,
    mavlink.MAVLINK_MSG_ID_ATTITUDE,
    mavlink.MAVLINK_MSG_ID_EXTENDED_SYS_STATE,
    mavlink.MAVLINK_MSG_ID_AUTOPILOT_VERSION,
    mavlink.MAVLINK_MSG_ID_SERVO_OUTPUT_RAW,
)
MOTORS = 4
_PULSE = (1000.0, 2000.0)  # us, as motors of multicopters are driven


@dataclass(frozen=True, kw_only=True)
class Attitude:
    """The article's own attitude (rad) and body rates (rad/s) as it came in at `time`, s of the test clock."""

    time: float
    roll: float
    pitch: float
    yaw: float
    rates: tuple[float, float, float]


class Hearing:
    """A stage of one direction of a link.

    Attributes:
        count: bytes that came.
        frames: whole MAVLink frames among them.
        beats: heartbeats of an autopilot.
        heard: when the newest of those came, s of the test clock; None before.
        armed: whether it said so.
        hil: whether it said that it flies another's physics.
        on_ground: whether it says that it stands; None until it told.
        attitude: its newest, or None.
        outputs: of its motors, 0 to 1, as it says; empty before it told.
        outputs_time: when it said so, s of the test clock.
        version: what it says of its firmware, or None.
        system: its system and component id.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._splitter, self._decoder = FrameSplitter(is_intact), mavlink.MAVLink(None)
        self.forget()

    def forget(self) -> None:
        """Begin anew, as after the article's power went."""
        self.count = self.frames = self.beats = 0
        self.heard: float | None = None
        self.armed = self.hil = False
        self.on_ground: bool | None = None
        self.attitude: Attitude | None = None
        self.outputs: tuple[float, ...] = ()
        self.outputs_time = 0.0
        self.version: Version | None = None
        self.system = (0, 0)

    def __call__(self, data: bytes, forward: Receiver) -> None:
        """Listen, and forward `data` as it is."""
        self.count += len(data)
        for frame in self._splitter.feed(data):
            self.frames += 1
            if message_id(frame) in _KEPT:
                self._take(self._decoder.decode(bytearray(frame)))
        forward(data)

    @property
    def fresh(self) -> bool:
        """Whether an autopilot was heard in the last 3 s."""
        return self.heard is not None and self._clock.now() - self.heard <= SILENT_AFTER

    def diagnosis(self) -> str:
        """What is there instead of an autopilot, and what to do about it."""
        if self.count == 0:
            return "nothing is heard there: power the article, check the cable and the baud rate"
        if self.frames == 0:
            return (
                f"what is there is no autopilot: {self.count} bytes came and no MAVLink frame among them; check the "
                "port and the baud rate"
            )
        return (
            f"what is there is no autopilot: {self.frames} MAVLink frames came, and no autopilot's heartbeat among "
            "them; check what the modem is paired with"
        )

    def _take(self, message: Message) -> None:
        now = self._clock.now()
        match message.get_type():
            case "HEARTBEAT" if message.autopilot != mavlink.MAV_AUTOPILOT_INVALID:
                self.beats += 1
                self.heard = now
                self.armed = bool(message.base_mode & mavlink.MAV_MODE_FLAG_SAFETY_ARMED)
                self.hil = bool(message.base_mode & mavlink.MAV_MODE_FLAG_HIL_ENABLED)
                self.system = (message.get_srcSystem(), message.get_srcComponent())
            case "EXTENDED_SYS_STATE":
                self.on_ground = message.landed_state == mavlink.MAV_LANDED_STATE_ON_GROUND
            case "ATTITUDE":
                rates = (message.rollspeed, message.pitchspeed, message.yawspeed)
                self.attitude = Attitude(time=now, roll=message.roll, pitch=message.pitch, yaw=message.yaw, rates=rates)
            case "SERVO_OUTPUT_RAW":
                low, high = _PULSE
                pulses = (getattr(message, f"servo{number}_raw") for number in range(1, MOTORS + 1))
                self.outputs_time = now
                self.outputs = tuple((pulse - low) / (high - low) for pulse in pulses)
            case "AUTOPILOT_VERSION":
                self.version = Version.from_message(message)
