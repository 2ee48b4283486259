"""Recovering from a discrete gust."""

from harness.plugin.marks import requirement


@requirement("WIND-02", "WIND-07")
def test_recovers_from_a_gust(vehicle, wind, truth, measure, gust):
    """A discrete gust on top of the declared wind neither throws the aircraft out nor leaves it displaced."""
    with (
        vehicle.hovering(at=gust.height) as spot,
        wind.blowing(fraction=gust.mean_fraction, azimuth=gust.azimuth, settle=gust.settle) as mean,
        wind.gusting(peak_fraction=gust.peak_fraction, mean=mean, duration=gust.duration) as blast,
        truth.watching_motors() as effort,
    ):
        track = truth.record(over=gust.window, around=spot)
    measure("peak_excursion", track.max_horizontal())
    measure("recovery_time", track.recovery_time(wind.declared_band, since=blast.end, longest=wind.declared_recovery))
    measure("peak_tilt", track.max_tilt())
    measure("WIND-07.motor_p99", effort.motor_p99())
    measure("WIND-07.saturation_time", effort.saturation_time())
    measure("WIND-07.tilt_margin", effort.tilt_margin())
