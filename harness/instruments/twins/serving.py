"""A process of twins: bring up, say that it is ready, and serve on the wall clock until a signal."""

import signal
import sys
from collections.abc import Callable
from typing import Protocol

from harness.errors import HarnessError
from harness.timing import Inputs, Pacer, World


class Served(Protocol):
    """What is taken away at the end."""

    def close(self) -> None:
        """Take everything away."""
        ...


def serve(name: str, bring_up: Callable[[Inputs], tuple[World, Served]]) -> int:
    """Serve the world that is brought up; returns 0, or 3 when something cannot be served, said in the name's name."""
    stop, inputs = list[int](), Inputs()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda number, frame: stop.append(number))

    def tell(text: str) -> None:
        sys.stderr.write(f"{name}: {text}\n")

    try:
        world, bench = bring_up(inputs)
    except HarnessError as error:
        tell(str(error))
        return 3
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    try:
        Pacer(world, inputs, 1.0, tell).run(lambda: not stop)
    finally:
        bench.close()
        inputs.close()
    return 0
