"""Frames of the plant without its sensors, finer than the air's. A kernel source.

A real autopilot makes its own sensors out of the true motion. Some want more frames a second than the plant's 400; the
turbulence is stirred at 400 Hz all the same, so that it is the series of its seed for every autopilot.
"""

from harness.plant import layout as lay
from harness.plant.air import blow
from harness.plant.airframe import Airframe, make_parameters, make_random, make_state
from harness.plant.dynamics import electric, integrate
from harness.plant.ground import touch
from harness.plant.jit import Array, Random, njit
from harness.plant.sensing import measure_force
from harness.plant.turbulence import stir

Motors = tuple[float, float, float, float]
State = tuple[float, ...]


@njit
def run_bare(s: Array, p: Array, rng: Random, motors: Motors, split: int) -> State:
    """Move the plant on by one frame, and leave the wind of its end.

    Args:
        s: state; changed.
        p: parameters; ``DT`` is the length of the frame, s.
        rng: states of the noise generators; changed.
        motors: command of each motor, 0 to 1 of its range.
        split: frames in one frame of the air.

    Returns:
        The true motion: rates, specific force, position, quaternion, velocity. A tuple, for reading it out of the array
        costs more than the frame.
    """
    s[lay.MOTOR], s[lay.MOTOR + 1], s[lay.MOTOR + 2], s[lay.MOTOR + 3] = motors
    before = s[lay.BEFORE : lay.BEFORE + lay.INTEGRATED]
    for place in range(lay.INTEGRATED):
        before[place] = s[place]
    if int(s[lay.FRAME]) % split == 0:
        stir(s, split * p[lay.DT], rng)
    blow(s, (s[lay.FRAME] + 0.5) * p[lay.DT])
    integrate(s, p)
    touch(s, before, p)
    measure_force(s, before, p)
    s[lay.VOLTAGE], s[lay.CURRENT] = electric(s, p)
    s[lay.FRAME] += 1.0
    blow(s, s[lay.FRAME] * p[lay.DT])
    return (
        *(s[lay.RATE], s[lay.RATE + 1], s[lay.RATE + 2], s[lay.FORCE], s[lay.FORCE + 1], s[lay.FORCE + 2]),
        *(s[lay.POS], s[lay.POS + 1], s[lay.POS + 2]),
        *(s[lay.QUAT], s[lay.QUAT + 1], s[lay.QUAT + 2], s[lay.QUAT + 3]),
        *(s[lay.VEL], s[lay.VEL + 1], s[lay.VEL + 2]),
    )


def warm_up() -> None:
    """Compile, or load from the cache, what this module offers."""
    airframe = Airframe()
    run_bare(make_state(airframe, 0), make_parameters(airframe), make_random(0), (0.0, 0.0, 0.0, 0.0), 1)
