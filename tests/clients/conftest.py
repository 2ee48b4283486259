"""Real ground stations against ``dronecert sim``: each is a program or library of somebody else.

They live on the wall clock. So every wait is for a condition, with a deadline that only a hung machine misses.
"""

import importlib.util
import math
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path

import pytest
from pymavlink import mavutil
from pymavlink.dialects.v20 import ardupilotmega as mavlink

ROOT = Path(__file__).parents[2]
PATIENCE = 120  # s of the wall clock
EARTH_RADIUS = 6_371_000.0

# climbs to 5 m, flies 6 m north, waits there
MISSION = """QGC WPL 110
0 1 0 16 0 0 0 0 35.6762 139.6503 40 1
1 0 3 22 0 0 0 0 0 0 5 1
2 0 3 16 0 0 0 0 35.676254 139.6503 5 1
3 0 3 19 600 0 0 0 35.676254 139.6503 5 1
"""


def wait_for(condition, what):
    """Block until `condition` gives something true, and return that."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        found = condition()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError(f"{what}: not in {PATIENCE} s")


class Sim:
    """A served drone."""

    def __init__(self, *arguments):
        self.process = subprocess.Popen(
            [sys.executable, "-m", "harness", "sim", "--tcp", "127.0.0.1:0", *arguments],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        self.place = self.process.stdout.readline().strip()
        assert self.place, self.process.stderr.read()

    def end(self):
        """Stop it in order; returns its standard error."""
        self.process.send_signal(signal.SIGINT)
        _, err = self.process.communicate(timeout=PATIENCE)
        assert (self.process.returncode, "Traceback" in err) == (0, False), err
        return err


class Witness:
    """A second connection that only listens: what the drone did, whoever made it do so.

    Attributes:
        heights: m above home.
        north: m from the launch point.
        modes: flight modes by number, in the order in which they came.
        armed: whether it is armed now; None before the first heartbeat.
        kinds: messages by name, and how many of each.
        texts: status texts.
    """

    def __init__(self, place):
        self._link = mavutil.mavlink_connection(place, source_system=250, dialect="ardupilotmega")
        self.heights, self.north, self.modes, self.texts = [0.0], [0.0], [], []
        self.armed, self.kinds, self._launch = None, Counter(), None
        self._running = True
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def hears_more(self, count, kind):
        """Whether `count` more messages of a kind have come since now; to be asked later."""
        goal = self.kinds[kind] + count
        return lambda: self.kinds[kind] >= goal

    def _stop(self):
        self._running = False

    def close(self):
        self._stop()
        self._thread.join(PATIENCE)
        self._link.close()

    def _listen(self):
        # at its end of file pymavlink would print a line for each try
        self._link.handle_eof = self._link.handle_disconnect = self._stop
        while self._running:
            message = self._link.recv_match(blocking=True, timeout=0.2)
            if message is not None and message.get_srcSystem() == 1:
                self.kinds[message.get_type()] += 1
                getattr(self, f"_hear_{message.get_type().lower()}", lambda message: None)(message)

    def _hear_heartbeat(self, message):
        if message.get_srcComponent() != mavlink.MAV_COMP_ID_AUTOPILOT1:
            return
        self.armed = bool(message.base_mode & mavlink.MAV_MODE_FLAG_SAFETY_ARMED)
        if self.modes[-1:] != [message.custom_mode]:
            self.modes.append(message.custom_mode)

    def _hear_global_position_int(self, message):
        self._launch = self._launch or message.lat
        self.heights.append(message.relative_alt * 1e-3)
        self.north.append(math.radians((message.lat - self._launch) * 1e-7) * EARTH_RADIUS)

    def _hear_statustext(self, message):
        self.texts.append(message.text)


class MavProxy:
    """MAVProxy as a child process: commands in, its console out."""

    def __init__(self, place, folder):
        command = [sys.executable, "-u", "-m", "MAVProxy.mavproxy", f"--master={place}", f"--state-basedir={folder}"]
        self._process = subprocess.Popen(
            [*command, "--default-modules=log,signing,wp,fence,param,arm,mode,misc,cmdlong"],
            cwd=folder,
            env={**os.environ, "HOME": str(folder), "TERM": "dumb", "MPLBACKEND": "agg"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self.console = ""
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self):
        for line in self._process.stdout:
            self.console += line

    def say(self, command):
        """Type a command."""
        self._process.stdin.write(f"{command}\n")
        self._process.stdin.flush()

    def wait(self, pattern):
        """Block until the console shows `pattern`."""
        try:
            return wait_for(lambda: re.search(pattern, self.console), f"{pattern!r} on the console")
        except AssertionError as error:
            raise AssertionError(f"{error}\n{self.console}") from None

    def until(self, command, pattern):
        """Type a command, again every second, until the console shows `pattern` after the first time."""
        start, said = len(self.console), -math.inf

        def shown():
            nonlocal said
            if time.monotonic() - said > 1.0:
                said = time.monotonic()
                self.say(command)
            return re.search(pattern, self.console[start:])

        try:
            return wait_for(shown, f"{pattern!r} after {command!r}")
        except AssertionError as error:
            raise AssertionError(f"{error}\n{self.console}") from None

    def close(self):
        self._process.stdin.close()
        self._process.kill()
        self._process.wait(PATIENCE)
        self._thread.join(PATIENCE)
        self._process.stdout.close()


@pytest.fixture
def closing():
    """Register what is to be closed at the end, last first."""
    made = []

    def register(thing):
        made.append(thing)
        return thing

    yield register
    for thing in reversed(made):
        thing.close()


@pytest.fixture
def serve():
    """Serve a drone: a function that takes options of ``dronecert sim``."""
    running = []

    def start(*arguments):
        running.append(Sim(*arguments))
        return running[-1]

    yield start
    for sim in running:
        sim.process.kill()
        sim.process.communicate()


@pytest.fixture
def watch(closing):
    """Watch a served drone: a function that takes where it is served."""
    return lambda place: closing(Witness(place))


@pytest.fixture
def mavproxy(closing, tmp_path):
    """Start MAVProxy: a function that takes where to connect."""
    if importlib.util.find_spec("MAVProxy") is None:
        pytest.skip("MAVProxy is not installed: pip install dronecert[test]")
    return lambda place: closing(MavProxy(place, tmp_path))


@pytest.fixture
def await_that():
    """Block until a condition holds, with a name for the error."""
    return wait_for


@pytest.fixture
def mission(tmp_path):
    """A mission as MAVProxy loads it."""
    path = tmp_path / "short.waypoints"
    path.write_text(MISSION)
    return path
