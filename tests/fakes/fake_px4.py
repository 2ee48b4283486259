#!/usr/bin/env python3
"""A scripted PX4, as a program of its own: real sockets, real HIL frames, real MAVLink, no flying.

Takes the options of the SITL build that the target uses, and reads its two start files: which model, which parameters,
which links. In a lockstep it keeps its clock by HIL_SENSOR and answers each; alone it tells the truth of its own
simulator. Whole numbers travel as bytes. The name of the program file chooses how it misbehaves: ``mute`` says
nothing, ``dies`` ends after a second of flight, ``strange`` sends no MAVLink to the simulation port, ``deaf`` answers
no request, ``stuck`` stops its clock, ``windless`` has no parameters of wind, ``stubborn`` keeps its parameters,
``hangs-up`` leaves the simulation port, ``skips`` answers every other frame.
"""

import re
import socket
import struct
import sys
import time
from pathlib import Path

from pymavlink.dialects.v20 import ardupilotmega as mavlink

REAL, WHOLE = mavlink.MAV_PARAM_TYPE_REAL32, mavlink.MAV_PARAM_TYPE_INT32
WIND = {"SIH_WIND_N": 0.0, "SIH_WIND_E": 0.0}
NUMBERS = {
    "SIM_GPS_USED": 10,
    "NAV_DLL_ACT": 0,
    "COM_DL_LOSS_T": 10,
    "COM_FAIL_ACT_T": 5.0,
    "NAV_RCL_ACT": 2,
    "COM_RC_LOSS_T": 0.5,
    "IMU_INTEG_RATE": 250,
}


class Autopilot:
    def __init__(self, number, habit):
        self.habit, self.time, self.beats, self.frames = habit, 0.0, 0, 0
        start = Path("start.sh").read_text(encoding="utf-8")
        self.alone = "PX4_SIM_MODEL=sihsim_quadx" in start
        self.parameters = NUMBERS | ({} if habit == "windless" else WIND)
        if habit != "stubborn":
            for name, value in re.findall(r"PX4_PARAM_(\w+)=(\S+)", start):
                self.parameters[name] = type(self.parameters[name])(float(value))
        links = re.findall(r"mavlink start -x -u (\d+) -o (\d+)", Path("px4-rc.mavlink").read_text(encoding="utf-8"))
        self.lines = [self.open_line(int(own), int(far)) for own, far in links]
        self.coders = [mavlink.MAVLink(None, number + 1, 1) for _ in self.lines]
        if not self.alone:
            self.physics = socket.create_connection(("127.0.0.1", 4560 + number))
            self.physics.settimeout(1.0)
            self.simulator = mavlink.MAVLink(None, 1, 1)
            self.say(mavlink.MAVLink_heartbeat_message(0, 12, 0, 0, 0, 3))

    def open_line(self, own, far):
        line = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        line.bind(("127.0.0.1", own))
        line.connect(("127.0.0.1", far))
        line.setblocking(False)
        return line

    def run(self):
        while True:
            (self.fly_alone if self.alone else self.exchange)()
            for number in range(len(self.lines)):
                self.serve(number)
            if self.habit == "dies" and self.time > 1.0:
                sys.stdout.write("panic: it was too windy\n")
                sys.exit(3)

    def say(self, message):
        self.physics.send(b"hello there" if self.habit == "strange" else message.pack(self.simulator))

    def exchange(self):
        try:
            data = self.physics.recv(2048)
        except TimeoutError:
            return
        for message in self.simulator.parse_buffer(data) or ():
            if message.get_type() == "HIL_SENSOR":
                self.time, self.frames = message.time_usec * 1e-6, self.frames + 1
                if self.frames > 3 and not (self.habit == "skips" and self.frames > 100 and self.frames % 2):
                    self.say(mavlink.MAVLink_hil_actuator_controls_message(message.time_usec, [0.0] * 16, 0, 1))
        if self.habit == "hangs-up" and self.time > 1.0:
            self.physics.close()
            time.sleep(60)

    def fly_alone(self):
        """A hundredth of a second on the ground at home, in real time; it tells its truth on the rig's port."""
        time.sleep(0.01)
        self.time += 0.01
        milliseconds = round(self.time * 1000)
        if "stuck" in self.habit and self.time > 1.0:
            return
        level, place = [1.0, 0.0, 0.0, 0.0], (356762009, 1396502991, 40_001)
        self.send(3, mavlink.MAVLink_hil_state_quaternion_message(0, level, 0, 0, 0, *place, *[0] * 8))
        self.send(3, mavlink.MAVLink_hil_actuator_controls_message(0, [0.0] * 16, 0, 1))
        self.send(3, mavlink.MAVLink_attitude_message(milliseconds, 0, 0, 0, 0, 0, 0))

    def send(self, number, message):
        if self.habit != "mute":
            try:
                self.lines[number].send(message.pack(self.coders[number]))
            except ConnectionRefusedError:
                return
            self.coders[number].seq = (self.coders[number].seq + 1) % 256

    def serve(self, number):
        if number == 0 and self.time >= self.beats + 1:
            self.beats += 1
            for each in range(len(self.lines)):
                self.send(each, mavlink.MAVLink_heartbeat_message(2, 12, 1, 4 << 16 | 3 << 24, 3, 3))
        try:
            data = self.lines[number].recv(4096)
        except (BlockingIOError, ConnectionRefusedError):
            return
        for message in self.coders[number].parse_buffer(data) or ():
            if message.get_type() == "COMMAND_LONG" and self.habit != "deaf":
                self.obey(number, message)
            elif message.get_type() in ("PARAM_SET", "PARAM_REQUEST_READ"):
                self.tell_parameter(number, message)

    def tell_parameter(self, number, message):
        name = message.param_id
        if name not in self.parameters:
            return
        whole = isinstance(self.parameters[name], int)
        if message.get_type() == "PARAM_SET":
            packed = struct.pack("<f", message.param_value)
            self.parameters[name] = struct.unpack("<i", packed)[0] if whole else message.param_value
        value, kind = self.parameters[name], REAL
        if whole:
            value, kind = struct.unpack("<f", struct.pack("<i", value))[0], WHOLE
        self.send(number, mavlink.MAVLink_param_value_message(name.encode(), value, kind, 1, 0))

    def obey(self, number, message):
        if message.command == mavlink.MAV_CMD_REQUEST_MESSAGE and message.param1 == 148:
            version = (1 << 24) + (18 << 16)
            commit = list(bytes.fromhex("0123456789abcdef"))[::-1]
            self.send(
                number,
                mavlink.MAVLink_autopilot_version_message(0, version, 0, 0, 0, commit, [0] * 8, [0] * 8, 0, 0, 7),
            )
        self.send(number, mavlink.MAVLink_command_ack_message(message.command, 0, 0, 0, 255, 190))


if __name__ == "__main__":
    Autopilot(int(sys.argv[sys.argv.index("-i") + 1]), Path(sys.argv[0]).stem).run()
