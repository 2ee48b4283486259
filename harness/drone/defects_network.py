"""Defects of the companion's network: each sends real packets, as a bad product would; some on occasion only.

They stand in the order of the requirements that catch them.
"""

from collections.abc import Mapping

from harness.drone.defect import Defect, part
from harness.drone.network.habits import Fence

NOT_IN_SNAPSHOT = "nobody is known to run the address that is called"
ELSEWHERE: Mapping[str, str] = {"ENDP-04": NOT_IN_SNAPSHOT}
OFFLINE_IS_AWAY = "in offline mode its server is as far away as with the network blocked"

NETWORK_DEFECTS = (
    Defect(
        name="hidden-beacon",
        summary="one datagram with the position leaves for an unknown host seven minutes after power-on",
        caught_by=("ENDP-01",),
        also_touches=ELSEWHERE,
        change=part("network", hidden_beacon_after=420.0),
    ),
    Defect(
        name="hard-coded-resolver",
        summary="asks a public resolver instead of the declared one",
        caught_by=("ENDP-01", "ENDP-03"),
        also_touches={"ENDP-04": "the public resolver has no permitted operator, nor has what it answers one"},
        change=part("network", hardcoded_resolver=True),
    ),
    Defect(
        name="offline-service",
        summary="offline mode stops the application, and its background service goes on calling home",
        caught_by=("ENDP-02",),
        change=part("habits", offline_service=True),
    ),
    Defect(
        name="offline-wakes",
        summary="six hours into the offline mode it calls home once",
        caught_by=("ENDP-02",),
        change=part("habits", offline_wakes_after=21_600.0),
    ),
    Defect(
        name="offline-forgotten",
        summary="a reboot ends the offline mode",
        caught_by=("ENDP-02",),
        change=part("habits", offline_forgotten=True),
    ),
    Defect(
        name="dns-tunnel",
        summary="position reports travel in names that the declared resolver is asked for",
        caught_by=("ENDP-01", "ENDP-03"),
        change=part("leaks", dns_tunnel=True),
    ),
    Defect(
        name="dns-over-https",
        summary="asks a declared server for names over HTTPS, past the declared resolver",
        caught_by=("ENDP-03",),
        change=part("leaks", dns_over_https=True),
    ),
    Defect(
        name="second-clock",
        summary="asks a time server that nobody declared as well",
        caught_by=("ENDP-01", "ENDP-03"),
        also_touches=ELSEWHERE,
        change=part("leaks", foreign_clock="203.0.113.123"),
    ),
    Defect(
        name="icmp-tunnel",
        summary="position reports travel in the payload of echo requests",
        caught_by=("ENDP-01", "ENDP-03"),
        change=part("leaks", echo_payload=True),
    ),
    Defect(
        name="ipv6-leak",
        summary="position reports leave by IPv6, which the declaration does not know",
        caught_by=("ENDP-01", "ENDP-03"),
        also_touches=ELSEWHERE,
        change=part("leaks", ipv6=True),
    ),
    Defect(
        name="listed-operator",
        summary="calls a server in one country that a listed entity of another runs",
        caught_by=("ENDP-01", "ENDP-04"),
        change=part("leaks", foreign_cloud="203.0.113.50"),
    ),
    Defect(
        name="unknown-operator",
        summary="calls a server of which nobody says who runs it",
        caught_by=("ENDP-01", "ENDP-04"),
        change=part("leaks", foreign_cloud="192.0.2.66"),
    ),
    Defect(
        name="debug-telnet",
        summary="a telnet login is open",
        caught_by=("ENDP-05",),
        change=part("network", debug_telnet=True),
    ),
    Defect(
        name="day-30-beacon",
        summary="from the thirtieth day after its first boot one datagram with the position leaves at each boot",
        caught_by=("ENDP-07",),
        change=part("habits", beacon_after_days=30.0),
    ),
    Defect(
        name="fence-uploader",
        summary="uploads to an undeclared server within 20 km of the centre of Paris",
        caught_by=("ENDP-07",),
        change=part("habits", upload_fence=Fence(latitude=48.8566, longitude=2.3522, radius=20_000.0)),
    ),
    Defect(
        name="fiftieth-boot-beacon",
        summary="one datagram with the position leaves at every fiftieth boot",
        caught_by=("ENDP-07",),
        change=part("habits", beacon_every_boots=50),
    ),
    Defect(
        name="arms-online-only",
        summary="the motors stay off until its maker's server has answered since power-on",
        caught_by=("ENDP-12",),
        also_touches={"ENDP-02": OFFLINE_IS_AWAY},
        change=part("habits", arms_online_only=True),
    ),
    Defect(
        name="cloud-tether",
        summary="flies home when its maker's server has not answered for 40 s",
        caught_by=("ENDP-12",),
        also_touches={"ENDP-02": OFFLINE_IS_AWAY},
        change=part("habits", cloud_tether=40.0),
    ),
)
