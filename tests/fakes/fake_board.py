"""A scripted board in hardware-in-the-loop on a terminal: it says what PX4 says, and flies nothing."""

import os
import struct
import threading
import time

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.link.mavframes import FrameSplitter
from harness.vehicle.codec import is_intact

WHOLE = mavlink.MAV_PARAM_TYPE_INT32


class FakeBoard(threading.Thread):
    """Heartbeats, TIMESYNC, parameters, motor commands 200 times a second; it boots anew when it is told.

    Attributes:
        parameters: whole numbers by name; one that is not there is not told.
        hil, armed: what its heartbeat says.
        flying: whether motor commands come.
        answers_time: whether it answers TIMESYNC.
        obedient: whether it boots anew.
        heard: names of the messages that came.
        orders: commands that came, with their first two values.
    """

    def __init__(self, terminal, **parameters):
        super().__init__(daemon=True)
        self.terminal = terminal
        self.parameters = {"SYS_HITL": 1, "SYS_AUTOSTART": 1001, **parameters}
        self.hil, self.armed, self.flying, self.answers_time, self.obedient = True, False, True, True, True
        self.talking = True
        self.motors = (0.0, 0.0, 0.0, 0.0)
        self.heard, self.orders, self.fields = [], [], 0
        self.booted = time.monotonic() - 60.0
        # as its USB port goes away with a boot
        self.on_boot = lambda: None
        self._ending = threading.Event()
        self._mav = mavlink.MAVLink(None, 1, 1)

    def stop(self):
        self._ending.set()
        if self.is_alive():
            self.join()

    def run(self):
        splitter, ticks = FrameSplitter(is_intact), 0
        os.set_blocking(self.terminal.file, False)
        while not self._ending.wait(0.005):
            ticks += 1
            try:
                if self.talking:
                    self._talk(ticks)
                for frame in splitter.feed(self.terminal.read(65536)):
                    self._take(self._mav.decode(bytearray(frame)))
            except BlockingIOError:
                continue
            except OSError:
                return

    def _talk(self, ticks):
        if ticks % 10 == 0:
            mode = mavlink.MAV_MODE_FLAG_HIL_ENABLED * self.hil | mavlink.MAV_MODE_FLAG_SAFETY_ARMED * self.armed
            self._say(mavlink.MAVLink_heartbeat_message(2, mavlink.MAV_AUTOPILOT_PX4, mode, 0, 4, 3))
        if self.flying:
            controls = [*self.motors, *[0.0] * 12]
            self._say(mavlink.MAVLink_hil_actuator_controls_message(self._uptime(1e6), controls, 0, 0))

    def _uptime(self, scale):
        return round((time.monotonic() - self.booted) * scale)

    def _take(self, message):
        kind = message.get_type()
        self.heard.append(kind)
        if kind == "TIMESYNC" and message.tc1 == 0 and self.answers_time:
            self._say(mavlink.MAVLink_timesync_message(self._uptime(1e9), message.ts1))
        elif kind == "PARAM_REQUEST_READ" and message.param_id in self.parameters:
            value = struct.unpack("<f", struct.pack("<i", self.parameters[message.param_id]))[0]
            self._say(mavlink.MAVLink_param_value_message(message.param_id.encode(), value, WHOLE, 1, 0))
        elif kind == "HIL_SENSOR":
            self.fields |= message.fields_updated
        elif kind == "COMMAND_LONG":
            self._obey(message)

    def _obey(self, message):
        self.orders.append((message.command, message.param1, message.param2))
        if message.command == mavlink.MAV_CMD_PREFLIGHT_REBOOT_SHUTDOWN and self.obedient:
            self.booted = time.monotonic()
            self.on_boot()
        elif message.command == mavlink.MAV_CMD_REQUEST_MESSAGE and message.param1 == 148:
            told = mavlink.MAVLink_autopilot_version_message(0, 1 << 24 | 17 << 16, 0, 0, 0, *[bytes(8)] * 3, 0, 0, 77)
            self._say(told)

    def _say(self, message):
        frame = message.pack(self._mav)
        self._mav.seq = (self._mav.seq + 1) % 256
        self.terminal.write(frame)
