"""Holding a point and recovering at the worst load, degraded as declared."""

from harness.plugin.marks import requirement


@requirement("WIND-11")
def test_bears_its_worst_load(vehicle, crew, wind, truth, gnss, measure, loaded):
    """At a corner of its mass and balance, degraded as declared, the aircraft holds its point and takes a gust."""
    crew.fit_out(load=loaded.load, forward=loaded.forward, right=loaded.right, degraded=loaded.degraded)
    with (
        gnss.aiding(),
        vehicle.hovering(at=loaded.height) as spot,
        wind.blowing(fraction=loaded.fraction, azimuth=loaded.azimuth, settle=loaded.settle) as mean,
    ):
        held = truth.record(over=loaded.window, around=spot)
        with truth.responses() as responses:
            for _ in range(loaded.repetitions):
                with wind.gusting(peak_fraction=loaded.peak_fraction, mean=mean, duration=loaded.duration) as blast:
                    responses.add(blast, truth.record(over=loaded.gust_window, around=spot, charted=False))
    measure("r95_horizontal", held.r95_horizontal())
    measure("max_horizontal", held.max_horizontal())
    measure("r95_vertical", held.r95_vertical())
    measure("peak_excursion", responses.max_horizontal())
    measure("recovery_time", responses.recovery_time(wind.declared_band, longest=wind.declared_recovery))
    measure("peak_tilt", responses.max_tilt())
