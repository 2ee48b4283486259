import math
import subprocess
import sys

import numba

from harness.plant import jit, sources

LAZY = """
import sys
import harness.plant, harness.plant.airframe, harness.plant.weather, harness.plant.compile
import harness.drone.flight.flight
assert 'numba' not in sys.modules, 'numba was loaded'
"""


@jit.njit
def divide(a: float, b: float) -> float:
    return a / b


def test_division_is_ieee():
    assert divide(1.0, 0.0) == math.inf


def test_cache_is_named_after_the_sources_and_others_keep_theirs():
    assert divide.stats.cache_path.startswith(str(sources.cache_folder()))
    assert not numba.config.CACHE_DIR


def test_numba_loads_with_the_first_kernel_and_not_before():
    subprocess.run([sys.executable, "-c", LAZY], check=True)
    assert "numba" in sys.modules  # here, where a kernel module has been imported
