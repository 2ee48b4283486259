"""Holding a point whatever azimuth the wind comes from, and while it swings."""

from harness.instruments.flight.rose import Rose
from harness.plugin.marks import requirement


@requirement("WIND-04")
def test_holds_at_every_azimuth(vehicle, wind, truth, measure, rose):
    """The aircraft holds point and heading in the declared wind from eight azimuths, and while the wind swings."""
    tracks = {}
    with (
        vehicle.hovering(at=rose.height, heading=rose.heading) as spot,
        wind.blowing(fraction=rose.fraction, azimuth=rose.azimuths[0], settle=rose.settle),
    ):
        for azimuth in rose.azimuths:
            wind.turn(azimuth, settle=rose.settle)
            tracks[azimuth] = truth.record(over=rose.window, around=spot, charted=False)
        with wind.swinging(angle=rose.swing, within=rose.within):
            swung = truth.record(over=rose.within + rose.after, around=spot)
    found = Rose(tracks=tracks)
    truth.show_rose(found)
    measure("worst_azimuth_r95", found.worst_r95())
    measure("azimuth_ratio", found.ratio(least=0.5 * wind.declared_band))
    measure("heading_error", found.heading_error())
    measure("swing_excursion", swung.max_horizontal())
    measure("swing_heading_error", swung.max_heading())
