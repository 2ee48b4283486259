"""A post that keeps what the parts send, and a flight that takes what they order."""

from dataclasses import dataclass, field
from types import SimpleNamespace

import pytest
from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.drone.flight.orders import MissionState, Progress
from harness.drone.mavlink.commands import Command
from harness.drone.mavlink.geodesy import Home
from harness.errors import VehicleError
from harness.timing import Schedule

HOME = Home(latitude=35.0, longitude=139.0, altitude=40.0)


class FakePost:
    """Clock, schedule and what was sent: (channel, component, message); channel None for all ports."""

    def __init__(self):
        self.time, self.schedule, self.clock = 0.0, Schedule(), self
        self.sent, self.texts = [], []

    def now(self):
        return self.time

    def send(self, channel, messages, component):
        for message in messages:
            # what cannot be packed would break the port
            message.pack(mavlink.MAVLink(None, 1, component))
            self.sent.append((channel, component, message))

    def broadcast(self, messages, component):
        self.send(None, messages, component)

    def say(self, severity, text):
        self.texts.append(text)

    def run(self, seconds):
        until = self.time + seconds
        while self.schedule.next_time() <= until:
            self.time = max(self.time, self.schedule.next_time())
            self.schedule.run_due(self.time)
        self.time = until

    def take(self):
        sent, self.sent = [message for _, _, message in self.sent], []
        return sent

    @property
    def waiting(self):
        return self.schedule.next_time() != float("inf")


@dataclass
class FakeFlight:
    """Takes missions and fences, unless it is told a reason not to."""

    mode: int = 0
    armed: bool = False
    refusal: str = ""
    mission: list = field(default_factory=list)
    fence: list = field(default_factory=list)
    progress: Progress = field(default_factory=Progress)
    position: tuple = (0.0, 0.0, 0.0)
    attitude: tuple = (0.0, 0.0, 0.0)

    def load_mission(self, items):
        if self.refusal:
            return self.refusal
        self.mission = list(items)
        state = MissionState.NOT_STARTED if self.mission else MissionState.NO_MISSION
        self.progress = Progress(state=state)
        return ""

    def load_fence(self, areas):
        if not self.refusal:
            self.fence = list(areas)
        return self.refusal

    def set_current_item(self, number):
        if number >= len(self.mission):
            return f"no item {number}"
        self.progress = Progress(state=self.progress.state, current=number)
        return ""

    def read_progress(self):
        return self.progress

    def read_estimate(self):
        north, east, up = self.position
        roll, pitch, yaw = self.attitude
        return SimpleNamespace(north=north, east=east, up=up, roll=roll, pitch=pitch, yaw=yaw)


class FakePort:
    """A channel, as far as parts look at it."""

    def __init__(self, trusted):
        self.trusted = trusted


class FakeFiles:
    """Files of a recorder that may be off."""

    def __init__(self, **files):
        self.files = {name.replace("_LOG", ".LOG"): data for name, data in files.items()}
        self.off = False

    def _check(self):
        if self.off:
            raise VehicleError("no power")

    def file_sizes(self):
        self._check()
        return {name: len(data) for name, data in self.files.items()}

    def read_file(self, name, offset, length):
        self._check()
        if name not in self.files:
            raise VehicleError("no such file")
        return self.files[name][offset : offset + length]

    def erase_log(self):
        self._check()
        self.files = {name: b"" if name.endswith(".LOG") else data for name, data in self.files.items()}


def from_station(message, system=255, component=190):
    """`message` as if that ground station had sent it."""
    message._header.srcSystem, message._header.srcComponent = system, component
    return message


def order(number, *values, **fields):
    """A command with the rest of its seven parameters zero."""
    return Command(number=number, values=(*values, *[0.0] * (7 - len(values))), **fields)


@pytest.fixture
def home():
    return HOME


@pytest.fixture
def post():
    return FakePost()


@pytest.fixture
def flight():
    return FakeFlight()


@pytest.fixture(scope="session")
def helpers():
    return SimpleNamespace(
        FakePost=FakePost,
        FakeFlight=FakeFlight,
        FakeFiles=FakeFiles,
        from_station=from_station,
        order=order,
        HOME=HOME,
        USB=FakePort(trusted=True),
        RADIO=FakePort(trusted=False),
    )
