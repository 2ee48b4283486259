"""Staying stable in continuous turbulence."""

from harness.plugin.marks import requirement


@requirement("WIND-03")
def test_stays_stable_in_turbulence(vehicle, wind, truth, measure, turbulence):
    """The aircraft stays stable and near its point in continuous turbulence of the declared class."""
    with vehicle.hovering(at=turbulence.height) as spot:
        truth.record_still(over=turbulence.baseline, around=spot)
        with wind.turbulent(
            fraction=turbulence.fraction,
            azimuth=turbulence.azimuth,
            height=turbulence.height,
            settle=turbulence.settle,
        ):
            track = truth.record(over=turbulence.window, around=spot)
    measure("rms_horizontal", track.rms_horizontal())
    measure("rms_vertical", track.rms_vertical())
    measure("rms_attitude", track.rms_attitude())
    measure("rms_rate", track.rms_rate())
