"""Wind for an autopilot that flies in its own physics: our air, computed as ever, and streamed into its parameters.

Mean, gusts, and Dryden or von Karman turbulence are summed by the kernels of ``plant`` and sent, often enough, in the
simulator's words. What blows is that of the parameters that it echoed, behind its own lag.
"""

import math
from collections.abc import Callable

import numpy as np

from harness.drone.flight.air import FlightAir
from harness.drone.flight.settings import FlightArrays
from harness.errors import NotShown
from harness.plant import layout as lay
from harness.plant.airframe import FRAME_RATE, Airframe, make_parameters, make_random, make_state
from harness.plant.weather import Turbulence
from harness.targets.programs.simulator import Saving, Vector, WindWords


class Rests:
    """When parameters may not be changed, for the autopilot is writing them down."""

    def __init__(self, saving: Saving) -> None:
        self._saving, self._due, self._last = saving, math.inf, -math.inf

    def note(self, time: float) -> None:
        """A parameter is changed, which the autopilot writes down some time later."""
        if self._due == math.inf:
            self._due = max(time + self._saving.delay, self._last + self._saving.period)

    def holds(self, time: float) -> bool:
        """Whether none may be changed now."""
        if time > self._due + self._saving.after:
            self._last, self._due = self._due, math.inf
        return time >= self._due - self._saving.before


class SimulatedAir(FlightAir):
    """The air that is wanted, moved on with the test clock, and the air that the autopilot says it has."""

    def __init__(self, seed: int, words: WindWords, send: Callable[[str, float], None]) -> None:
        """Compute the air with `seed`; `send` hands a parameter to the autopilot."""
        from harness.plant.turbulence import stir

        airframe = Airframe()
        arrays = FlightArrays(make_state(airframe, seed), make_parameters(airframe), make_random(seed))
        super().__init__(arrays)
        self._stir, self._words, self._send = stir, words, send
        self._echoed = dict(words.to_parameters((0.0, 0.0, 0.0)))
        self._active, self._time = np.zeros(3), 0.0
        self._rests = Rests(words.saving) if words.saving else None

    def move_to(self, time: float, height: float) -> None:
        """Let the air go on to `time` (s) at the aircraft's `height` (m), and stream what blows there."""
        self._lag(time)
        frame, end = int(self._s[lay.FRAME]), math.floor(time * FRAME_RATE + 1e-6)
        self._s[lay.POS + 2] = -height
        for _ in range(end - frame):
            self._stir(self._s, self._p[lay.DT], self._rng)
            self._s[lay.FRAME] += 1.0
        self._renew()
        if self._rests is None or not self._rests.holds(time):
            self._stream(time)

    def _stream(self, time: float) -> None:
        for name, value in self._words.to_parameters(self._s[lay.AIR : lay.AIR + 3].tolist()).items():
            if value != self._echoed[name]:
                self._send(name, value)
                if self._rests is not None:
                    self._rests.note(time)

    def set_turbulence(self, turbulence: Turbulence | None) -> None:
        """Start turbulence now, in its steady state; None ends it.

        Raises:
            NotShown: the simulator makes no wind up or down, which turbulence has.
        """
        if turbulence is not None and self._words.level:
            raise NotShown(f"the simulator of this autopilot makes no wind up or down: {self._words.remedy}")
        super().set_turbulence(turbulence)

    def hear(self, name: str, value: float) -> None:
        """The autopilot echoes a parameter."""
        if name in self._echoed:
            self._echoed[name] = value

    def blows(self) -> Vector:
        """What blows at the aircraft: m/s north, east and up, the direction it blows to."""
        north, east, up = self._active.tolist()
        return north, east, up

    def _lag(self, time: float) -> None:
        lag, passed = self._words.lag, max(0.0, time - self._time)
        share = -math.expm1(-passed / lag) if lag > 0.0 else 1.0
        self._time = time
        self._active += share * (np.array(self._words.from_parameters(self._echoed)) - self._active)
