"""The same flight, whoever computes it: in another process, cut otherwise into steps, without the compiler."""

import os
import subprocess
import sys

import numpy as np
import pytest

FLY = """
import hashlib
import numpy as np
from harness.drone.flight.config import FlightConfig
from harness.drone.flight.flight import Flight
from harness.drone.flight.orders import MissionItem, SetPoint, Sticks
from harness.drone.flight.state import Mode

ITEMS = (
    MissionItem(command=22, place=(0.0, 0.0, 10.0)),
    MissionItem(command=178, values=(1.0, 7.0, 0.0, 0.0)),
    MissionItem(command=16, place=(25.0, 5.0, 12.0)),
    MissionItem(command=18, values=(0.5, 0.0, 6.0, 0.0), place=(22.0, 18.0, 14.0)),
    MissionItem(command=115, values=(90.0, 0.0, 1.0, 0.0)),
    MissionItem(command=16, place=(-10.0, 10.0, 12.0)),
    MissionItem(command=20),
)


def fly(seconds, step, seed=7):
    flight = Flight(FlightConfig(fence=True, fence_radius=38.0, link_loss_auto="none"), seed)

    def cut(until):
        while flight.now < until:
            flight.advance(min(until, flight.now + step))

    cut(4.0)
    assert flight.set_mode(Mode.GUIDED) == flight.load_mission(ITEMS) == flight.arm() == ""
    assert flight.set_mode(Mode.AUTO) == ""
    flight.air.set_wind(4.0, -3.0)
    flight.air.add_gust(start=20.0, duration=3.0, north=3.0, east=0.0)
    flight.ground_station_heard()
    cut(0.75 * seconds)
    flight.set_mode(Mode.GUIDED)
    flight.steer(SetPoint(velocity=(0.0, 2.0, 0.5), yaw_rate=0.3))
    cut(0.8 * seconds)
    flight.move_sticks(Sticks(pitch=0.4, yaw=-0.3, throttle=0.6))
    flight.set_mode(Mode.STABILIZE)
    cut(seconds)
    return flight


def digest(flight):
    told = [(message.time, message.text) for message in flight.take_messages()]
    seen = (flight.read_truth(), flight.read_estimate(), flight.read_health(), flight.read_progress(), told)
    return hashlib.sha256(repr(seen).encode()).hexdigest()
"""


@pytest.fixture(scope="module")
def here():
    """The names of the very text that the other process runs."""
    names = {}
    exec(FLY, names)
    return names


def run(code, **environment):
    done = subprocess.run(
        [sys.executable, "-c", FLY + code],
        env={**os.environ, **environment}, capture_output=True, text=True, timeout=280, check=True,
    )  # fmt: skip
    return done.stdout.strip()


def test_however_the_time_is_cut(here):
    digests = {here["digest"](here["fly"](40.0, step)) for step in (40.0, 0.5, 0.0175)}
    assert len(digests) == 1


def test_another_process_gives_the_same_bits_and_another_seed_does_not(here):
    digest = here["digest"](here["fly"](40.0, 1.0))
    assert run("print(digest(fly(40.0, 1.0)))") == digest
    assert here["digest"](here["fly"](40.0, 1.0, seed=8)) != digest


def test_a_minute_without_the_compiler_is_the_same_to_nine_digits(here, tmp_path):
    path = tmp_path / "plain.npz"
    code = f"""
import harness.drone.flight.frames as frames
assert type(frames.run_frames).__name__ == "function"
flight = fly(60.0, 1.0)
np.savez({str(path)!r}, s=flight._s, rng=flight._rng)
"""
    flight = here["fly"](60.0, 1.0)
    assert flight.read_progress().reached[:3] == (0, 2, 3) and not flight.read_truth().on_ground
    run(code, NUMBA_DISABLE_JIT="1")
    plain = np.load(path)
    assert np.array_equal(flight._rng, plain["rng"])
    off = np.abs(flight._s - plain["s"]) / np.maximum(1.0, np.abs(plain["s"]))
    assert off.max() <= 1e-9
