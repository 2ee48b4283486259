import os
import subprocess
import sys

import numpy as np

from harness.drone.flight import layout as own
from harness.drone.flight.config import FlightConfig
from harness.drone.flight.frames import run_frames, warm_up
from harness.drone.flight.settings import make_arrays
from harness.plant import layout as lay

FLY = """
import sys
import numpy as np
from harness.drone.flight import layout as own
from harness.drone.flight.config import FlightConfig
from harness.drone.flight.frames import run_frames
from harness.drone.flight.settings import make_arrays
from harness.plant import layout as lay
from harness.plant.weather import add_gust

def fly():
    s, p, rng = make_arrays(FlightConfig(), 3)
    run_frames(s, p, rng, 160)
    s[own.CRUISE], s[own.CLIMB], s[own.DESCEND], s[own.TARGET + 2] = 5.0, 2.5, 1.5, -5.0
    s[own.DRIVE], s[own.RESTING], s[lay.STEADY] = 2.0, 0.0, 6.0
    add_gust(s, 0.4, (0.5, 0.6), (3.0, 1.0, 0.0))
    run_frames(s, p, rng, 400)
    return s, rng
"""


def test_compiled_and_plain_python_fly_alike(tmp_path):
    scope = {}
    exec(FLY, scope)  # the very text that the other process runs
    s, rng = scope["fly"]()
    path = tmp_path / "plain.npz"
    code = (
        FLY + f"s, rng = fly()\nassert type(run_frames).__name__ == 'function'\nnp.savez({str(path)!r}, s=s, rng=rng)"
    )
    subprocess.run([sys.executable, "-c", code], env={**os.environ, "NUMBA_DISABLE_JIT": "1"}, check=True)
    plain = np.load(path)
    assert np.array_equal(rng, plain["rng"])
    assert s[lay.POS + 2] < -0.3  # it did fly
    assert np.abs(s - plain["s"]).max() / np.abs(s).max() < 1e-9
    assert (np.abs(s - plain["s"]) <= 1e-9 * np.maximum(1.0, np.abs(s))).all()


def test_no_frames_only_bring_the_wind_up_to_date():
    s, p, rng = make_arrays(FlightConfig(), 0)
    before = s.copy()
    s[lay.STEADY] = before[lay.STEADY] = before[lay.MEAN] = before[lay.AIR] = 4.0
    run_frames(s, p, rng, 0)
    assert np.array_equal(s, before)


def test_warm_up_is_harmless():
    assert warm_up() is None
    assert own.STATE_SIZE > lay.STATE_SIZE
