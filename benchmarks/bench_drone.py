"""The whole embedded drone in flight, its telemetry decoded by a ground station: ``python benchmarks/bench_drone.py``.

Autopilot, companion and MAVLink run as they do in a certification; the ground station asks for its usual rates over
the signed radio link and decodes all that comes. ``--arducopter PATH`` names an ArduCopter SITL binary, which then
flies on its own physics as fast as it can, in the same run.
"""

import argparse
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager

from beside import jsbsim_factor, real_time_factor, show
from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.link.virtual import VirtualCable
from harness.targets.embedded.embedded import EmbeddedTarget, EmbeddedWorld
from harness.timing import run_for
from harness.vehicle.codec import Identity
from harness.vehicle.vehicle import Vehicle

GOAL = 100.0
USUAL_RATE = 4  # Hz of each stream, as MAVProxy asks for
SITL_ADDRESS = ("127.0.0.1", 5760)
SITL_SPEEDUP = 200
PATIENCE = 30.0  # s for a message with a time


def take_off(world: EmbeddedWorld) -> Vehicle:
    """A ground station that holds the drone in a hover at 20 m."""
    radio: VirtualCable | None = world.sockets.radio
    if radio is None:
        sys.exit("the embedded drone has no radio")
    vehicle = Vehicle(radio.ground, world, Identity(key=world.sockets.radio_key))
    vehicle.connect()
    vehicle.send(mavlink.MAVLink_request_data_stream_message(1, 1, mavlink.MAV_DATA_STREAM_ALL, USUAL_RATE, 1))
    vehicle.wait_ready_to_arm(within=30.0)
    vehicle.set_mode("GUIDED")
    vehicle.arm()
    vehicle.takeoff(20.0)
    return vehicle


def drone_factor(seconds: float = 60.0) -> tuple[float, float]:
    """Real-time factor, and messages a second that the ground station decodes."""
    world = EmbeddedTarget().new_world(1)
    world.power_on()
    vehicle = take_off(world)
    world.set_wind(8.0, 0.0)
    run_for(world, 5.0)
    heard: list[object] = []
    for kind in vehicle.telemetry.latest:
        vehicle.telemetry.subscribe(kind, heard.append)
    start = world.now()
    factor = real_time_factor(lambda length: run_for(world, length), seconds)
    return factor, len(heard) / (world.now() - start)


def arducopter_factor(binary: str, seconds: float = 20.0) -> float:
    """Simulated by wall-clock seconds of an ArduCopter on the ground with its own physics, by its own clock."""
    with sitl(binary) as connection:
        parser = mavlink.MAVLink(None)
        parser.robust_parsing = True
        begin = tell_time(connection, parser)
        start = time.perf_counter()
        while time.perf_counter() - start < seconds:
            now = tell_time(connection, parser)
        return (now - begin) / (time.perf_counter() - start)


@contextmanager
def sitl(binary: str) -> Iterator[socket.socket]:
    """A running ArduCopter and a connection to its first port."""
    arguments = [binary, "--model", "quad", "--speedup", str(SITL_SPEEDUP), "--sim-address", "127.0.0.1"]
    with tempfile.TemporaryDirectory() as folder:
        process = subprocess.Popen(arguments, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            yield connect(process)
        finally:
            process.kill()
            process.wait()


def connect(process: subprocess.Popen[bytes], tries: int = 100) -> socket.socket:
    """The connection, once the binary listens."""
    for _ in range(tries):
        if process.poll() is not None:
            break
        try:
            return socket.create_connection(SITL_ADDRESS, timeout=10.0)
        except OSError:
            time.sleep(0.1)
    sys.exit(f"{process.args[0]} does not listen on port {SITL_ADDRESS[1]}: is it an ArduCopter SITL binary?")


def tell_time(connection: socket.socket, parser: mavlink.MAVLink) -> float:
    """The autopilot's time since boot, s, of the next message that carries it."""
    until = time.perf_counter() + PATIENCE
    while time.perf_counter() < until:
        for message in parser.parse_buffer(connection.recv(65536)) or ():
            if message.get_type() == "SYSTEM_TIME":
                return message.time_boot_ms * 1e-3
            if message.get_type() == "HEARTBEAT":
                # it streams to who asks, so it is asked until it does
                wish = mavlink.MAVLink_request_data_stream_message(1, 1, mavlink.MAV_DATA_STREAM_ALL, USUAL_RATE, 1)
                connection.sendall(wish.pack(mavlink.MAVLink(None, 255, 190)))
    sys.exit(f"{SITL_ADDRESS[0]}:{SITL_ADDRESS[1]} told no time in {PATIENCE:g} s: is it an ArduCopter?")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--arducopter", metavar="PATH", help="an ArduCopter SITL binary to measure beside")
    given = options.parse_args()
    factor, rate = drone_factor()
    show(f"whole drone, {rate:.0f} messages/s decoded", factor, GOAL, jsbsim_factor())
    if given.arducopter:
        print(f"ArduCopter SITL, own physics, on the ground: {arducopter_factor(given.arducopter):.0f} x real time")


if __name__ == "__main__":
    main()
