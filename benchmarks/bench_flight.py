"""The embedded drone (plant, estimator, control, modes), beside JSBSim: ``python benchmarks/bench_flight.py``.

JSBSim flies its quadrotor without any autopilot, so the comparison favours it.
"""

import time

from beside import jsbsim_factor, real_time_factor, show

from harness.drone.flight.config import FlightConfig
from harness.drone.flight.flight import Flight
from harness.drone.flight.state import Mode


def hover() -> Flight:
    flight = Flight(FlightConfig(), 1)
    flight.advance(4.0)
    flight.set_mode(Mode.GUIDED)
    flight.arm()
    flight.takeoff(10.0)
    flight.air.set_wind(12.0, 0.0)
    return flight


def flight_factor(step: float, read: bool, seconds: float = 60.0) -> float:
    flight = hover()

    def fly(seconds: float) -> None:
        start = flight.now
        for n in range(1, round(seconds / step) + 1):
            flight.advance(start + n * step)
            if read:
                flight.read_truth()
                flight.read_estimate()

    return real_time_factor(fly, seconds)


def construction_ms() -> float:
    Flight(FlightConfig(), 0)
    start = time.perf_counter()
    for seed in range(100):
        Flight(FlightConfig(), seed)
    return (time.perf_counter() - start) * 10.0


def main() -> None:
    yardstick = jsbsim_factor()
    show("flight, 1 s a step", flight_factor(1.0, read=False), 300.0, yardstick)
    show("flight, 20 ms a step", flight_factor(0.02, read=False), 300.0, yardstick)
    show("flight, 20 ms a step, truth and estimate read", flight_factor(0.02, read=True), 300.0, yardstick)
    print(f"construction of a Flight: {construction_ms():.2f} ms (goal below 10 ms)")


if __name__ == "__main__":
    main()
