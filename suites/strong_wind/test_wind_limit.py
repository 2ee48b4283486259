"""Acting on wind above the limit."""

from harness.instruments.flight.track import Spot
from harness.plugin.marks import requirement


@requirement("WIND-09")
def test_acts_on_wind_above_its_limit(vehicle, observer, wind, truth, measure, excess):
    """In wind above its limit the aircraft warns its pilot and takes the declared action inside its volume."""
    with truth.watching_boundary() as boundary, vehicle.hovering(at=excess.height):
        vehicle.move_to(Spot(north=0.0, east=excess.offset, up=excess.height))
        with observer.watching_wind_action() as alarm:
            vehicle.linger(excess.calm)
            with wind.rising(fractions=excess.fractions, azimuth=excess.azimuth, dwell=excess.dwell) as rise:
                vehicle.linger(excess.window)
    measure("false_alarms", alarm.false_alarms(before=rise.start))
    measure("detection_delay", alarm.delay(since=rise.crossed()))
    measure("missing_warnings", alarm.missing_warnings())
    measure("wrong_actions", alarm.wrong_actions())
    measure("boundary_excursion", boundary.excursion())
