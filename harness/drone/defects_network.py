"""Defects of the network that show on occasion: in offline mode, at a date, in a place, at a boot, without a cloud."""

from harness.drone.defect import Defect, part
from harness.drone.network.habits import Fence

OFFLINE_IS_AWAY = "in offline mode its server is as far away as with the network blocked"


NETWORK_DEFECTS = (
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
