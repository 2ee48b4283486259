"""Flying a planned track in wind."""

from harness.instruments.flight.route import rectangle
from harness.plugin.marks import requirement


@requirement("WIND-06")
def test_flies_its_track(vehicle, wind, truth, measure, track):
    """The aircraft flies a planned rectangle with legs into, across and with the declared wind."""
    route = rectangle(along=track.along, across=track.across, height=track.height, speed=wind.declared_cruise)
    with (
        vehicle.hovering(at=track.height),
        wind.blowing(fraction=track.fraction, of="track_wind", azimuth=track.azimuth, settle=track.settle),
        truth.tracing(route, turn=track.turn) as trace,
    ):
        vehicle.fly_route(route)
    measure("cross_track_rms", trace.cross_track_rms())
    measure("cross_track_max", trace.cross_track_max())
    measure("ground_speed_error", trace.ground_speed_error())
