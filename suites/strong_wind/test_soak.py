"""Hours in the wind, flight after flight."""

from harness.plugin.marks import requirement


@requirement("WIND-10")
def test_bears_hours_of_wind(vehicle, crew, wind, truth, gnss, measure, soak):
    """Flight after flight in its wind band, each on a fresh battery, the aircraft never loses control."""
    exposure = truth.exposure(low=soak.low, high=soak.high)
    with gnss.aiding():
        for flight in exposure.flights(soak.flights):
            crew.swap_battery()
            with (
                flight,
                vehicle.hovering(at=soak.height),
                wind.blowing(fraction=soak.fraction, azimuth=soak.azimuth, settle=soak.settle),
            ):
                vehicle.linger(soak.duration)
    measure("losses_of_control", exposure.losses())
    exposure.assert_complete(hours=soak.hours)
    measure("exposure_time", exposure.hours_in_band())
    measure("flights", exposure.flights_in_band())
    measure("band_fraction", exposure.band_share())
