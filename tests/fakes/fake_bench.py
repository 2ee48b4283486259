"""Far ends of a bench for tests: an autopilot that only talks, a hall without a drone, a world in real time."""

import os
import threading
import time
import tty

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.link.mavframes import FrameSplitter
from harness.targets.bench.hearing import Hearing
from harness.timing import Inputs, RealTime, Schedule
from harness.vehicle.codec import is_intact


class Terminal:
    """A pseudo-terminal: `device` for the harness, `read` and `write` for the test; `pull` takes the cable away."""

    def __init__(self):
        self._ours, self._theirs = os.openpty()
        tty.setraw(self._theirs)
        self.device = os.ttyname(self._theirs)

    def write(self, data):
        os.write(self._ours, data)

    def read(self, size=4096):
        return os.read(self._ours, size)

    @property
    def file(self):
        return self._ours

    def pull(self):
        if self._ours >= 0:
            os.close(self._theirs)
            os.close(self._ours)
            self._ours = -1


class Peer(threading.Thread):
    """An autopilot on a terminal: heartbeats, attitude, landed state ten times a second, and its version when asked."""

    def __init__(self, terminal, *, armed=False, landed=mavlink.MAV_LANDED_STATE_ON_GROUND, version=(1, 4, 2)):
        super().__init__(daemon=True)
        self.terminal, self.armed, self.landed, self.version = terminal, armed, landed, version
        self.autopilot = mavlink.MAV_AUTOPILOT_ARDUPILOTMEGA
        self.talking = True
        self.heard = []
        self._ending = threading.Event()
        self._mav = mavlink.MAVLink(None, 1, 1)
        self.start()

    def stop(self):
        self._ending.set()
        self.join()

    def run(self):
        splitter = FrameSplitter(is_intact)
        os.set_blocking(self.terminal.file, False)
        while not self._ending.wait(0.1):
            try:
                if self.talking:
                    self.terminal.write(b"".join(self._pack(message) for message in self._messages()))
                frames = splitter.feed(self.terminal.read())
            except BlockingIOError:
                continue
            except OSError:
                return
            for frame in frames:
                self._answer(self._mav.decode(bytearray(frame)))

    def _messages(self):
        mode = mavlink.MAV_MODE_FLAG_SAFETY_ARMED if self.armed else 0
        yield mavlink.MAVLink_heartbeat_message(mavlink.MAV_TYPE_QUADROTOR, self.autopilot, mode, 0, 4, 3)
        yield mavlink.MAVLink_attitude_message(0, 0.1, -0.2, 1.5, 0.01, 0.02, 0.03)
        yield mavlink.MAVLink_extended_sys_state_message(0, self.landed)

    def _answer(self, message):
        self.heard.append(message.get_type())
        if message.get_type() == "COMMAND_LONG" and self.version is not None:
            major, minor, patch = self.version
            number = major << 24 | minor << 16 | patch << 8
            told = mavlink.MAVLink_autopilot_version_message(0, number, 0, 0, 0, bytes(8), bytes(8), bytes(8), 0, 0, 77)
            self.terminal.write(self._pack(told))

    def _pack(self, message):
        frame = message.pack(self._mav)
        self._mav.seq = (self._mav.seq + 1) % 256
        return frame


class QuietHall:
    """A hall without a drone: it remembers what its instruments did."""

    home = (35.6762, 139.6503, 40.0)

    def __init__(self):
        self.world = QuietWorld()
        self.powered, self.attenuation, self.wind, self.position = False, 0.0, (0.0, 0.0), (0.0, 0.0, 0.0)

    def switch(self, on):
        self.powered = on

    def attenuate(self, attenuation):
        self.attenuation = attenuation

    def blow(self, speed, bearing):
        self.wind = (speed, bearing)

    def read_wind(self):
        return self.wind

    def read_position(self):
        return self.position


class QuietWorld:
    """The clock and schedule of a quiet hall, turned by a thread of its own together with what comes in."""

    def __init__(self):
        self.schedule, self.inputs, self._begin = Schedule(), Inputs(), time.monotonic()
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def now(self):
        return time.monotonic() - self._begin

    def start(self):
        self._thread.start()

    def stop(self):
        self._ending.set()
        self._thread.join()
        self.inputs.close()

    def _run(self):
        while not self._ending.is_set():
            for act in self.inputs.wait(0.01):
                act()
            self.schedule.run_due(self.now())


class RealWorld(RealTime):
    """The harness's side: a world in real time whose article is heard as the test says."""

    def __init__(self):
        super().__init__(Inputs())
        self.hearing = {"radio": Hearing(self), "observer": Hearing(self)}
        self.supplies = []
        self.start()

    @property
    def witness(self):
        return self.hearing["observer"]

    def fit_supply(self, supply):
        self.supplies.append(supply)

    def end(self):
        self.stop()
        self.inputs.close()
