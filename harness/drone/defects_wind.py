"""Defects of how the drone flies, for the tests in wind."""

import math

from harness.drone.defect import Defect, part

FLIGHTS_IN_WIND = tuple(f"WIND-{number:02d}" for number in range(1, 12))
# of the other suites: what waits for the landing at the end of a flight
OTHER_LANDINGS = (
    *(f"RADIO-{number:02d}" for number in (1, 2, 4, 7, 9, 11)),
    *(f"DAR-{number:02d}" for number in (1, 2, 3, 6, 12)),
    *(f"ENDP-{number:02d}" for number in (1, 2, 12)),
)


def flights(reason: str, *caught_by: str) -> dict[str, str]:
    """Every flight in wind but those that must catch the defect, each with the same reason."""
    return {name: reason for name in FLIGHTS_IN_WIND if name not in caught_by}


BLOWN = "an aircraft that cannot hold against the wind is not back in the band after a gust either"
ON_ONE_SIDE = "what is blown away from the side at a steady wind is so in a gust from there"
SWAYS = "an attitude that lags makes the position loop sway, in steady wind and gusts as well"
SAME_FLIGHT = "every other flight in wind is flown with the same weak control"
HEAVY_AIR = "the same motors lift it in every other flight in wind"
LANDS_THERE = "the landing at the end of that flight is the same"
LANDS_OFF = "a soft position loop lands off the home point"
SWAYS_DOWN = "it sways while it lands"
SINKS_SLOWLY = "it comes down so slowly that its landing is not awaited to the end"
NEVER_DOWN = "a flight ends with a landing, and this one never does"
COMES_HOME = "its way home is the same return"

WIND_DEFECTS = (
    Defect(
        name="weak-gains",
        summary="the position loop is far too soft",
        caught_by=("WIND-01",),
        also_touches={**flights(SAME_FLIGHT, "WIND-01"), "RADIO-01": LANDS_OFF, "ENDP-12": LANDS_OFF},
        change=part("flight", position_gain=0.1),
    ),
    Defect(
        name="thrust-limited",
        summary="every motor gives less than two thirds of its thrust",
        caught_by=("WIND-01",),
        also_touches=flights(BLOWN, "WIND-01"),
        change=part("flight", thrust_scale=0.62),
    ),
    Defect(
        name="no-integrator",
        summary="a steady disturbance is never integrated out",
        caught_by=("WIND-01", "WIND-02"),
        also_touches=flights(SAME_FLIGHT, "WIND-01", "WIND-02"),
        change=part("flight", integrator=False),
    ),
    Defect(
        name="soft-attitude",
        summary="the attitude loop is far too soft and lags behind the wind",
        caught_by=("WIND-03",),
        also_touches={**flights(SWAYS, "WIND-03"), "RADIO-01": SWAYS_DOWN, "ENDP-12": SWAYS_DOWN},
        change=part("flight", attitude_gain=0.15),
    ),
    Defect(
        name="soft-climb",
        summary="the height loop is far too soft for updrafts and downdrafts",
        caught_by=("WIND-03",),
        also_touches={
            **flights("the lean against the wind costs lift, which comes back slowly", "WIND-03"),
            **dict.fromkeys(OTHER_LANDINGS, SINKS_SLOWLY),
        },
        change=part("flight", climb_gain=0.1),
    ),
    Defect(
        name="side-drag",
        summary="a load that hangs out catches five times the wind from the side",
        caught_by=("WIND-04",),
        also_touches=flights(ON_ONE_SIDE, "WIND-04"),
        change=part("flight", side_drag=5.0),
    ),
    Defect(
        name="compass-askew",
        summary="the compass is mounted 8 deg askew",
        caught_by=("WIND-04",),
        change=part("flight", compass_error=math.radians(8.0)),
    ),
    Defect(
        name="hard-landing",
        summary="comes down at twice the speed of a landing",
        caught_by=("WIND-05",),
        also_touches={"SUP-11": "a parameter is not what it was when its results were made", "WIND-08": LANDS_THERE},
        change=part("flight", touch_down_speed=1.0),
    ),
    Defect(
        name="no-touchdown-detector",
        summary="does not notice that the ground carries it, and flies on",
        caught_by=("WIND-05",),
        also_touches={
            **flights(NEVER_DOWN, "WIND-05"),
            **dict.fromkeys((*OTHER_LANDINGS, "RADIO-03", "RADIO-05", "RADIO-06", "RADIO-12"), NEVER_DOWN),
        },
        change=part("flight", touchdown_detector=False),
    ),
    Defect(
        name="tilt-limited",
        summary="leans too little to make ground against the wind of its track",
        caught_by=("WIND-06", "WIND-08"),
        also_touches={
            **flights(SAME_FLIGHT, "WIND-06", "WIND-08"),
            "SUP-11": "a parameter is not what it was when its results were made",
        },
        change=part("flight", tilt_limit=0.27),
    ),
    Defect(
        name="track-ignores-wind",
        summary="flies a mission's legs with the lean of still air",
        caught_by=("WIND-06",),
        change=part("flight", holds_track=False),
    ),
    Defect(
        name="overloaded",
        summary="carries a load that leaves the motors nothing in reserve",
        caught_by=("WIND-07",),
        also_touches=flights(HEAVY_AIR, "WIND-07"),
        change=part("flight", added_mass=1.0),
    ),
    Defect(
        name="weak-motor",
        summary="one motor gives three fifths of its thrust",
        caught_by=("WIND-07",),
        also_touches=flights(HEAVY_AIR, "WIND-07"),
        change=part("flight", motor_thrust=(0.6, 1.0, 1.0, 1.0)),
    ),
    Defect(
        name="worn-battery",
        summary="the pack holds 70 % of its energy",
        caught_by=("WIND-08",),
        also_touches={
            "SUP-11": "a parameter is not what it was when its results were made",
            "WIND-10": "a long flight ends with the battery's failsafe",
        },
        change=part("flight", battery_wh=91.0),
    ),
    Defect(
        name="return-ignores-wind",
        summary="flies home with the lean of still air",
        caught_by=("WIND-08",),
        also_touches=dict.fromkeys(("WIND-09", "RADIO-01", "RADIO-11"), COMES_HOME),
        change=part("flight", return_holds_track=False),
    ),
    Defect(
        name="wind-not-watched",
        summary="no limit of the wind is set, as common autopilots are shipped",
        caught_by=("WIND-09",),
        change=part("flight", wind_limit=0.0),
    ),
    Defect(
        name="wind-warning-missing",
        summary="acts on too much wind and does not tell its pilot",
        caught_by=("WIND-09",),
        change=part("flight", wind_warning=False),
    ),
    Defect(
        name="wind-warning-always",
        summary="warns of too much wind four times a minute, whatever blows",
        caught_by=("WIND-09",),
        change=part("flight", wind_cry_period=15.0),
    ),
    Defect(
        name="wind-action-missing",
        summary="warns of too much wind and does nothing",
        caught_by=("WIND-09",),
        change=part("flight", wind_action="none"),
    ),
    Defect(
        name="no-thrust-for-load",
        summary="the propulsion is matched to the empty aircraft, nothing is left for its greatest mass",
        caught_by=("WIND-11",),
        also_touches={
            name: "less thrust in reserve, whatever is flown"
            for name in ("WIND-03", "WIND-04", "WIND-06", "WIND-07", "WIND-08", "WIND-09")
        },
        change=part("flight", thrust_scale=0.8),
    ),
    Defect(
        name="narrow-gnss-gate",
        summary="the estimator believes no satellite sample that is a little off, as those of a noisy receiver are",
        caught_by=("WIND-11",),
        also_touches={
            name: "some samples of a healthy receiver are that far off too"
            for name in (
                "WIND-01",
                "WIND-02",
                "WIND-03",
                "WIND-04",
                "WIND-05",
                "WIND-06",
                "WIND-08",
                "WIND-10",
                "RADIO-01",
            )
        },
        change=part("flight", gnss_gate=0.15),
    ),
    Defect(
        name="tired-third-pack",
        summary="the third battery of the set has worn out: its voltage breaks down under load",
        caught_by=("WIND-10",),
        change=part("flight", pack_resistance=(1.0, 1.0, 14.0)),
    ),
    Defect(
        name="hot-motor",
        summary="a motor that has turned for five minutes loses more than half of its thrust",
        caught_by=("WIND-10",),
        also_touches=dict.fromkeys(("WIND-03", "WIND-08"), "its flight is longer than that"),
        change=part("flight", motor_endurance=300.0),
    ),
)
