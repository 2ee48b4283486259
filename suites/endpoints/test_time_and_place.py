"""Whether date, place or number of boots change whom the article talks to."""

from harness.plugin.marks import requirement


@requirement("ENDP-07")
def test_same_endpoints_at_any_time_and_place(network, gnss, measure, tour):
    """At later dates, in other countries, near the canary place and over many boots no new endpoint appears."""
    travels = network.touring(idle=tour.idle)
    for days in tour.days:
        travels.later(days)
    for place in tour.places:
        travels.visit(gnss, place)
    travels.reboot(times=tour.boots)
    measure("new_endpoints", travels.new_endpoints())
