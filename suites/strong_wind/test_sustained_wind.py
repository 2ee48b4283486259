"""Holding a point in sustained wind."""

from harness.plugin.marks import requirement


@requirement("WIND-01", "WIND-07")
def test_holds_a_point(vehicle, wind, truth, gnss, camera, measure, sustained):
    """The aircraft holds a commanded point in the declared maximum sustained wind."""
    with gnss.aiding(), vehicle.hovering(at=sustained.height) as spot:
        truth.record_still(over=sustained.baseline, around=spot)
        with (
            wind.blowing(fraction=sustained.fraction, azimuth=sustained.azimuth, settle=sustained.settle),
            camera.watching(),
            truth.watching_motors() as effort,
        ):
            track = truth.record(over=sustained.window, around=spot)
    measure("r95_horizontal", track.r95_horizontal())
    measure("max_horizontal", track.max_horizontal())
    measure("r95_vertical", track.r95_vertical())
    measure("WIND-07.motor_p99", effort.motor_p99())
    measure("WIND-07.saturation_time", effort.saturation_time())
    measure("WIND-07.tilt_margin", effort.tilt_margin())
