"""Returning home against the wind."""

from harness.plugin.marks import requirement


@requirement("WIND-08")
def test_returns_upwind(vehicle, wind, truth, power, measure, journey):
    """From the declared radius the aircraft returns home against the declared wind with its reserve left."""
    power.draw_beforehand(share=journey.drawn)
    with (
        vehicle.hovering(at=journey.height),
        wind.blowing(fraction=journey.fraction, azimuth=journey.azimuth, settle=journey.settle, landing=True),
        truth.watching_landings() as landings,
    ):
        vehicle.move_to(wind.downwind(up=journey.height))
        power.wait_used()
        with power.metering() as used:
            ordered = vehicle.return_home()
    measure("reserve_at_landing", power.reserve())
    measure("energy_used", used.energy())
    measure("return_time", landings.time_since(ordered))
