"""Recovering from a discrete gust."""

from harness.plugin.marks import requirement


@requirement("WIND-02", "WIND-07")
def test_recovers_from_a_gust(vehicle, wind, truth, gnss, camera, measure, gust):
    """A discrete gust on top of the declared wind neither throws the aircraft out nor leaves it displaced."""
    with (
        gnss.aiding(),
        vehicle.hovering(at=gust.height) as spot,
        wind.blowing(fraction=gust.mean_fraction, azimuth=gust.azimuth, settle=gust.settle) as mean,
        camera.watching(),
        truth.watching_motors() as effort,
        truth.responses() as responses,
    ):
        for _ in range(gust.repetitions):
            with wind.gusting(peak_fraction=gust.peak_fraction, mean=mean, duration=gust.duration) as blast:
                responses.add(blast, truth.record(over=gust.window, around=spot, charted=False))
    measure("peak_excursion", responses.max_horizontal())
    measure("recovery_time", responses.recovery_time(wind.declared_band, longest=wind.declared_recovery))
    measure("peak_tilt", responses.max_tilt())
    measure("WIND-07.motor_p99", effort.motor_p99())
    measure("WIND-07.saturation_time", effort.saturation_time())
    measure("WIND-07.tilt_margin", effort.tilt_margin())
