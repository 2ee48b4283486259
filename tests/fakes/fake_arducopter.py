#!/usr/bin/env python3
"""A scripted ArduCopter, as a program of its own: real sockets, real servo frames, real MAVLink, no flying.

Takes the options of the SITL build that the target uses. It checks every state as ArduPilot's reader would, keeps its
clock by them, sends a heartbeat each second of that clock, and answers the few requests that a station begins with.
The name of the program file chooses how it misbehaves: ``mute`` says nothing, ``dies`` ends after a second of flight,
``strange`` sends something else than servo frames, ``deaf`` answers no request, ``stuck`` stops its clock. The variable
FAKE_VERSION is what it says that it is. With --help it ends; a launcher looks for the names --home and --model in it.
"""

import os
import re
import socket
import struct
import sys
import time
from pathlib import Path

from pymavlink.dialects.v20 import ardupilotmega as mavlink

STATE = re.compile(
    rb'\n\{"timestamp":([-+.e\d]+),"imu":\{"gyro":\[[^ \]]+\],"accel_body":\[[^ \]]+\]\},"position":\[[^ \]]+\],'
    rb'"quaternion":\[[^ \]]+\],"velocity":\[[^ \]]+\],"no_time_sync":1\}\n'
)


WIND = ("T", "TC", "TURB", "SPD", "DIR", "DIR_Z")


class Autopilot:
    def __init__(self, options, habit):
        self.habit, self.time, self.count, self.beats = habit, 0.0, 0, 0
        self.wanted = {}
        places = [options[f"--serial{n}"].split(":")[1:] for n in (0, 1, 2, 5)]
        self.lines = [socket.create_connection((host, int(port))) for host, port in places]
        for line in self.lines:
            line.setblocking(False)
        self.alone = options["--model"] != "JSON"
        self.parameters = {"SIM_GPS1_ENABLE": 1.0} | {f"SIM_WIND_{name}": 0.0 for name in WIND}
        self.physics = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.physics.connect((options.get("--sim-address", "127.0.0.1"), int(options.get("--sim-port-out", "9"))))
        self.physics.settimeout(1.0)
        self.coders = [mavlink.MAVLink(None, 1, 1) for _ in self.lines]

    def run(self):
        while True:
            (self.fly_alone if self.alone else self.exchange)()
            for number in range(len(self.lines)):
                self.serve(number)
            if self.habit == "dies" and self.time > 1.0:
                sys.stdout.write("panic: it was too windy\n")
                sys.exit(3)

    def exchange(self):
        frame = struct.pack("<HHI16H", 18458, 400, self.count, *[1000] * 16)
        self.physics.send(b"hello" if self.habit == "strange" else frame)
        try:
            state = self.physics.recv(2048)
        except TimeoutError:
            return
        match = STATE.fullmatch(state)
        if match is None:
            sys.stdout.write(f"Failed to parse {state!r}\n")
            sys.exit(4)
        self.time, self.count = float(match[1]), self.count + 1

    def fly_alone(self):
        """A hundredth of a second on the ground at home, in real time; it tells its truth on the rig's port."""
        time.sleep(0.01)
        self.time += 0.01
        milliseconds, home = round(self.time * 1000), (356762000, 1396503000)
        if "stuck" in self.habit and self.time > 1.0:
            return
        self.send(3, mavlink.MAVLink_sim_state_message(1, *[0] * 12, 35.6762, 139.6503, 40.1, *[0] * 5, *home))
        self.send(3, mavlink.MAVLink_servo_output_raw_message(0, 0, *[1000] * 8))
        self.send(3, mavlink.MAVLink_attitude_message(milliseconds, 0, 0, 0, 0, 0, 0))

    def send(self, number, message):
        if self.habit != "mute":
            self.lines[number].send(message.pack(self.coders[number]))
            self.coders[number].seq = (self.coders[number].seq + 1) % 256

    def serve(self, number):
        if number == 0 and self.time >= self.beats + 1:
            self.beats += 1
            for each in range(len(self.lines)):
                self.send(each, mavlink.MAVLink_heartbeat_message(2, 3, 1, 0, 3, 3))
        try:
            data = self.lines[number].recv(4096)
        except BlockingIOError:
            return
        for message in self.coders[number].parse_buffer(data) or ():
            if message.get_type() == "COMMAND_LONG" and self.habit != "deaf":
                self.obey(number, message)
            elif message.get_type() in ("PARAM_SET", "PARAM_REQUEST_READ"):
                self.tell_parameter(number, message)

    def tell_parameter(self, number, message):
        if message.get_type() == "PARAM_SET":
            self.parameters[message.param_id] = message.param_value
        if message.param_id in self.parameters:
            value = self.parameters[message.param_id]
            self.send(number, mavlink.MAVLink_param_value_message(message.param_id.encode(), value, 9, 1, 0))

    def obey(self, number, message):
        if message.command == mavlink.MAV_CMD_REQUEST_MESSAGE and message.param1 == 148:
            major, minor, patch = map(int, os.environ.get("FAKE_VERSION", "4.7.0").split("."))
            version = (major << 24) + (minor << 16) + (patch << 8)
            self.send(
                number,
                mavlink.MAVLink_autopilot_version_message(
                    0, version, 0, 0, 0, list(b"abcdef01"), [0] * 8, [0] * 8, 0, 0, 7
                ),
            )
        self.send(number, mavlink.MAVLink_command_ack_message(message.command, 0, 0, 0, 255, 190))


def read_options(arguments):
    joined = [part for argument in arguments for part in argument.split("=", 1)]
    return dict(zip(joined[::2], joined[1::2], strict=True))


if __name__ == "__main__":
    if "--help" in sys.argv:
        sys.exit(0)
    Autopilot(read_options(sys.argv[1:]), Path(sys.argv[0]).stem).run()
