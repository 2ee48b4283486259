"""One seed, one flight: in any process, after whatever else, and the same to 1e-9 without the compiler."""

import os
import subprocess
import sys

import numpy as np
import pytest

from harness.plant import layout as lay

# the very text that the other processes run
FLY = """
import sys
import numpy as np
from harness.plant import layout as lay
from harness.plant.airframe import Airframe, make_parameters, make_random, make_state
from harness.plant.degrade import add_mass
from harness.plant.step import run_plant
from harness.plant.weather import PowerLaw, Spectrum, Turbulence
from harness.plant.weather import add_gust, add_operating_gust, set_profile, set_steady, set_swing, set_turbulence

def steer(s, lift):
    '''Hold the true attitude level, so that the flight lasts.'''
    w, i, j, k = s[lay.QUAT : lay.QUAT + 4].tolist()
    roll = -0.04 * 2.0 * (w * i + j * k) - 0.015 * s[lay.RATE]
    pitch = -0.04 * 2.0 * (w * j - k * i) - 0.015 * s[lay.RATE + 1]
    for n, (right, up) in enumerate(((-1, 1), (1, -1), (1, 1), (-1, -1))):
        s[lay.MOTOR + n] = min(1.0, lift + right * roll + up * pitch) if lift else 0.0

def fly(seed):
    '''60 s: a climb through turbulence, gusts and profile with a lopsided load, a fall, a touch-down, and rest.'''
    airframe = Airframe()
    s, p, rng = make_state(airframe, seed), make_parameters(airframe), make_random(seed)
    add_mass(p, 0.2, (0.005, -0.005, 0.05))
    set_steady(s, (9.0, -4.0, 0.3))
    set_profile(s, PowerLaw())
    set_swing(s, 0.0, 0.3, 20.0)
    set_turbulence(s, rng, Turbulence(seed=seed, w20=8.0))
    add_gust(s, 0.0, (10.0, 4.0), (5.0, 0.0, 1.0))
    add_operating_gust(s, 0.0, (20.0, 10.5), (0.0, 6.0, 0.0))
    rows = []
    for second in range(60):
        if second == 30:
            set_turbulence(s, rng, Turbulence(seed=seed + 1, w20=8.0, spectrum=Spectrum.VON_KARMAN))
        for _ in range(50):
            steer(s, 0.76 if second < 35 else 0.6 if second < 50 else 0.0)
            run_plant(s, p, rng, 8)
        rows.append(s.copy())
    return np.array(rows), rng
"""


@pytest.fixture(scope="module")
def flown():
    scope = {}
    exec(FLY, scope)
    rows, rng = scope["fly"](3)
    assert rows[:, lay.POS + 2].min() < -20.0 and rows[-1, lay.ON_GROUND] == 1.0  # it flew and came down
    return rows, rng


def fly_elsewhere(path, before, **environment):
    """The same flight in another process, after the flights of the seeds in `before`."""
    code = FLY + f"flights = [fly(seed) for seed in {[*before, 3]}]\nnp.savez({str(path)!r}, *flights[-1])\n"
    code += "print(type(run_plant).__name__)"
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, env={**os.environ, **environment}, check=True, capture_output=True, text=True)
    rows, rng = np.load(path).values()
    return rows, rng, done.stdout.strip()


def test_another_process_and_order_fly_the_same_to_the_last_bit(flown, tmp_path):
    rows, rng, _ = fly_elsewhere(tmp_path / "there.npz", before=[8, 1])
    assert rows.tobytes() == flown[0].tobytes()
    assert np.array_equal(rng, flown[1])


def test_uncompiled_it_agrees_to_1e_9_over_60_s(flown, tmp_path):
    rows, rng, kind = fly_elsewhere(tmp_path / "plain.npz", before=[], NUMBA_DISABLE_JIT="1")
    assert kind == "function"  # not a compiled dispatcher
    assert np.array_equal(rng, flown[1])
    scale = np.maximum(1.0, np.abs(flown[0]))
    assert (np.abs(rows - flown[0]) / scale).max() < 1e-9


def test_another_seed_is_another_flight(flown):
    scope = {}
    exec(FLY, scope)
    rows, _ = scope["fly"](4)
    assert np.abs(rows[:, : lay.POS + 3] - flown[0][:, : lay.POS + 3]).max() > 0.1
