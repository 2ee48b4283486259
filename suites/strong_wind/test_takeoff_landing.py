"""Taking off and landing in wind."""

from harness.plugin.marks import requirement


@requirement("WIND-05")
def test_takes_off_and_lands(vehicle, wind, truth, measure, touchdown):
    """The aircraft takes off and lands on its pad in the declared wind, time and again."""
    with (
        wind.blowing(
            fraction=touchdown.fraction, of="takeoff_wind", azimuth=touchdown.azimuth, settle=touchdown.settle
        ),
        truth.watching_landings() as landings,
    ):
        for _ in range(touchdown.repetitions):
            vehicle.take_off_and_land(height=touchdown.height)
    measure("touchdown_error", landings.error())
    measure("lateral_speed", landings.lateral_speed())
    measure("descent_speed", landings.descent_speed())
    measure("contact_tilt", landings.contact_tilt())
    measure("ground_slide", landings.slide())
    measure("tip_overs", landings.tip_overs(touchdown.repetitions))
