"""One frame of the plant, and many. A kernel source; whoever needs a compiled plant imports this on first use."""

from harness.plant import layout as lay
from harness.plant.air import blow
from harness.plant.airframe import Airframe, make_parameters, make_random, make_state
from harness.plant.dynamics import electric, integrate
from harness.plant.ground import touch
from harness.plant.jit import Array, Random, njit
from harness.plant.sensing import measure_force, sense
from harness.plant.turbulence import stir


@njit
def step(s: Array, p: Array, rng: Random) -> None:
    """Move the plant on by one frame of ``DT`` seconds, then read its sensors.

    Args:
        s: state, at least ``layout.STATE_SIZE`` places; changed.
        p: parameters, at least ``layout.PARAMETER_SIZE`` places.
        rng: states of the noise generators, the sensors' and the air's; changed.
    """
    before = s[lay.BEFORE : lay.BEFORE + lay.INTEGRATED]
    for n in range(lay.INTEGRATED):
        before[n] = s[n]
    stir(s, p[lay.DT], rng)
    blow(s, (s[lay.FRAME] + 0.5) * p[lay.DT])
    integrate(s, p)
    touch(s, before, p)
    measure_force(s, before, p)
    s[lay.VOLTAGE], s[lay.CURRENT] = electric(s, p)
    s[lay.FRAME] += 1.0
    sense(s, p, rng)


@njit
def run_plant(s: Array, p: Array, rng: Random, n: int) -> None:
    """Move the plant on by `n` frames with the motor commands that are set, and leave the wind of the last instant."""
    for _ in range(n):
        step(s, p, rng)
    blow(s, s[lay.FRAME] * p[lay.DT])


def warm_up() -> None:
    """Compile, or load from the cache, what this module offers."""
    airframe = Airframe()
    run_plant(make_state(airframe, 0), make_parameters(airframe), make_random(0), 1)
