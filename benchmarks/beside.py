"""What the benchmarks share: the best of several timed runs, JSBSim's own quadrotor as the yardstick, one line each."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

FRAME_RATE = 400
REPEATS = 3


def real_time_factor(fly: Callable[[float], None], seconds: float) -> float:
    """Simulated seconds by wall-clock second of ``fly(seconds)``, best of `REPEATS`, after a short run to warm up."""
    fly(1.0)
    best = 0.0
    for _ in range(REPEATS):
        start = time.perf_counter()
        fly(seconds)
        best = max(best, seconds / (time.perf_counter() - start))
    return best


def jsbsim_factor(seconds: float = 60.0) -> float:
    """JSBSim's F450 quadrotor at the same frame rate, called once a frame; 0 where JSBSim is not installed."""
    try:
        import jsbsim
    except ImportError:
        return 0.0
    jsbsim.FGJSBBase().debug_lvl = 0
    machine = jsbsim.FGFDMExec(None)
    machine.set_dt(1.0 / FRAME_RATE)
    with quiet():
        machine.load_model("F450")
    machine["ic/h-sl-ft"] = 300.0
    machine.run_ic()

    def fly(seconds: float) -> None:
        for _ in range(round(seconds * FRAME_RATE)):
            machine.run()

    return real_time_factor(fly, seconds)


@contextmanager
def quiet() -> Iterator[None]:
    """Nothing on standard output and error, also not from C++, which complains of the F450 file."""
    kept = os.dup(1), os.dup(2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)
        yield
    finally:
        for place, copy in zip((1, 2), kept, strict=True):
            os.dup2(copy, place)
            os.close(copy)
        os.close(nowhere)


def show(name: str, factor: float, goal: float, yardstick: float) -> None:
    """One line: factor, goal, and the ratio to JSBSim in the same run."""
    beside = f"{factor / yardstick:5.1f} x JSBSim ({yardstick:.0f}x)" if yardstick else "JSBSim is not installed"
    print(f"{name:<44} {factor:7.0f} x real time   goal {goal:4.0f}   {beside}")
