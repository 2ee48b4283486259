"""The plant alone at 400 Hz with sensors and all its air, beside JSBSim: ``python benchmarks/bench_plant.py``."""

from beside import jsbsim_factor, real_time_factor, show

from harness.plant import layout as lay
from harness.plant.airframe import FRAME_RATE, Airframe, make_parameters, make_random, make_state
from harness.plant.step import run_plant
from harness.plant.weather import PowerLaw, Spectrum, Turbulence, add_gust, set_profile, set_steady, set_turbulence


def plant_factor(frames_a_call: int, spectrum: Spectrum | None = None, seconds: float = 120.0) -> float:
    airframe = Airframe()
    s, p, rng = make_state(airframe, 1), make_parameters(airframe), make_random(1)
    s[lay.MOTOR : lay.MOTOR + 4] = 0.7
    set_steady(s, (12.0, 0.0, 0.0))
    add_gust(s, 0.0, (0.0, 1e6), (4.0, 0.0, 0.0))
    if spectrum is not None:
        set_profile(s, PowerLaw())
        # the height is the aircraft's, so that intensities and length scales are worked out in every frame
        set_turbulence(s, rng, Turbulence(seed=1, spectrum=spectrum, w20=12.0))

    def fly(seconds: float) -> None:
        for _ in range(round(seconds * FRAME_RATE / frames_a_call)):
            run_plant(s, p, rng, frames_a_call)

    return real_time_factor(fly, seconds)


def main() -> None:
    yardstick = jsbsim_factor()
    show("plant, Dryden, profile, gust, 20 ms a call", plant_factor(8, Spectrum.DRYDEN), 500.0, yardstick)
    show("plant, von Karman, profile, gust, 20 ms a call", plant_factor(8, Spectrum.VON_KARMAN), 500.0, yardstick)
    show("plant, gust, 20 ms a call", plant_factor(8), 500.0, yardstick)
    show("plant, Dryden, profile, gust, a frame a call", plant_factor(1, Spectrum.DRYDEN), 500.0, yardstick)


if __name__ == "__main__":
    main()
