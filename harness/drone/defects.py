"""Faults that can be seeded into the embedded drone, each with the requirement that must catch it.

A defect changes the article, never a test, and acts the same whichever suite runs. What it may touch besides is
written down with its physical reason before any run; every other requirement keeps its verdict.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

from harness.drone.article import ArticleConfig
from harness.errors import UsageError

Change = Callable[[ArticleConfig], ArticleConfig]


@dataclass(frozen=True, kw_only=True)
class Defect:
    """One fault.

    Attributes:
        name: as ``--defect`` takes it.
        summary: what is wrong with the drone.
        caught_by: requirements that must come out FAIL.
        also_touches: requirements that may get any verdict, each with the reason.
        change: makes the damaged article of a sound one.
    """

    name: str
    summary: str
    caught_by: tuple[str, ...]
    change: Change
    also_touches: Mapping[str, str] = field(default_factory=dict)


def find_defect(name: str) -> Defect:
    """The defect of that name.

    Raises:
        UsageError: there is none.
    """
    if name not in DEFECTS:
        raise UsageError(f"there is no defect {name!r}; see 'dronecert defects': {', '.join(DEFECTS)}")
    return DEFECTS[name]


def damage(config: ArticleConfig, names: Sequence[str]) -> ArticleConfig:
    """`config` with every named defect in it.

    Raises:
        UsageError: a name is not a defect's, or one defect undoes another.
    """
    for name in names:
        config = find_defect(name).change(config)
    for name in names:
        if find_defect(name).change(config) != config:
            raise UsageError(f"--defect {name} is undone by one named after it: seed them in runs of their own")
    return config


def _part(part: str, **values: Any) -> Change:  # noqa: ANN401 - fields of any part
    return lambda config: replace(config, **{part: replace(getattr(config, part), **values)})


FLIGHTS_IN_WIND = tuple(f"WIND-{number:02d}" for number in range(1, 12))


def _flights(reason: str, *caught_by: str) -> dict[str, str]:
    """Every flight in wind but those that must catch the defect, each with the same reason."""
    return {name: reason for name in FLIGHTS_IN_WIND if name not in caught_by}


BLOWN = "an aircraft that cannot hold against the wind is not back in the band after a gust either"
ON_ONE_SIDE = "what is blown away from the side at a steady wind is so in a gust from there"
SWAYS = "an attitude that lags makes the position loop sway, in steady wind and gusts as well"
SAME_FLIGHT = "every other flight in wind is flown with the same weak control"
IN_THE_CLEAR = "without a volume there is no cipher to judge and no sector to compare"
HEAVY_AIR = "the same motors lift it in every other flight in wind"
LANDS_THERE = "the landing at the end of that flight is the same"
NEVER_DOWN = "a flight ends with a landing, and this one never does"
COMES_HOME = "its way home is the same return"
READABLE = "what is not encrypted can be read as well"

_ALL = (
    Defect(
        name="weak-gains",
        summary="the position loop is far too soft",
        caught_by=("WIND-01",),
        also_touches={**_flights(SAME_FLIGHT, "WIND-01"), "RADIO-01": "a soft position loop lands off the home point"},
        change=_part("flight", position_gain=0.1),
    ),
    Defect(
        name="thrust-limited",
        summary="every motor gives less than two thirds of its thrust",
        caught_by=("WIND-01",),
        also_touches=_flights(BLOWN, "WIND-01"),
        change=_part("flight", thrust_scale=0.62),
    ),
    Defect(
        name="no-integrator",
        summary="a steady disturbance is never integrated out",
        caught_by=("WIND-01", "WIND-02"),
        also_touches=_flights(SAME_FLIGHT, "WIND-01", "WIND-02"),
        change=_part("flight", integrator=False),
    ),
    Defect(
        name="soft-attitude",
        summary="the attitude loop is far too soft and lags behind the wind",
        caught_by=("WIND-03",),
        also_touches={**_flights(SWAYS, "WIND-03"), "RADIO-01": "it sways while it lands"},
        change=_part("flight", attitude_gain=0.15),
    ),
    Defect(
        name="soft-climb",
        summary="the height loop is far too soft for updrafts and downdrafts",
        caught_by=("WIND-03",),
        also_touches=_flights("the lean against the wind costs lift, which comes back slowly", "WIND-03"),
        change=_part("flight", climb_gain=0.1),
    ),
    Defect(
        name="side-drag",
        summary="a load that hangs out catches five times the wind from the side",
        caught_by=("WIND-04",),
        also_touches=_flights(ON_ONE_SIDE, "WIND-04"),
        change=_part("flight", side_drag=5.0),
    ),
    Defect(
        name="compass-askew",
        summary="the compass is mounted 8 deg askew",
        caught_by=("WIND-04",),
        change=_part("flight", compass_error=math.radians(8.0)),
    ),
    Defect(
        name="hard-landing",
        summary="comes down at twice the speed of a landing",
        caught_by=("WIND-05",),
        also_touches={"WIND-08": LANDS_THERE},
        change=_part("flight", touch_down_speed=1.0),
    ),
    Defect(
        name="no-touchdown-detector",
        summary="does not notice that the ground carries it, and flies on",
        caught_by=("WIND-05",),
        also_touches={
            **_flights(NEVER_DOWN, "WIND-05"),
            **{f"RADIO-{number:02d}": NEVER_DOWN for number in (1, 2, 3, 4, 5, 6, 9, 11, 12)},
        },
        change=_part("flight", touchdown_detector=False),
    ),
    Defect(
        name="tilt-limited",
        summary="leans too little to make ground against the wind of its track",
        caught_by=("WIND-06", "WIND-08"),
        also_touches=_flights(SAME_FLIGHT, "WIND-06", "WIND-08"),
        change=_part("flight", tilt_limit=0.27),
    ),
    Defect(
        name="track-ignores-wind",
        summary="flies a mission's legs with the lean of still air",
        caught_by=("WIND-06",),
        change=_part("flight", holds_track=False),
    ),
    Defect(
        name="overloaded",
        summary="carries a load that leaves the motors nothing in reserve",
        caught_by=("WIND-07",),
        also_touches=_flights(HEAVY_AIR, "WIND-07"),
        change=_part("flight", added_mass=1.0),
    ),
    Defect(
        name="weak-motor",
        summary="one motor gives three fifths of its thrust",
        caught_by=("WIND-07",),
        also_touches=_flights(HEAVY_AIR, "WIND-07"),
        change=_part("flight", motor_thrust=(0.6, 1.0, 1.0, 1.0)),
    ),
    Defect(
        name="worn-battery",
        summary="the pack holds 70 % of its energy",
        caught_by=("WIND-08",),
        also_touches={"WIND-10": "a long flight ends with the battery's failsafe"},
        change=_part("flight", battery_wh=91.0),
    ),
    Defect(
        name="return-ignores-wind",
        summary="flies home with the lean of still air",
        caught_by=("WIND-08",),
        also_touches=dict.fromkeys(("WIND-09", "RADIO-01", "RADIO-11"), COMES_HOME),
        change=_part("flight", return_holds_track=False),
    ),
    Defect(
        name="wind-not-watched",
        summary="no limit of the wind is set, as common autopilots are shipped",
        caught_by=("WIND-09",),
        change=_part("flight", wind_limit=0.0),
    ),
    Defect(
        name="wind-warning-missing",
        summary="acts on too much wind and does not tell its pilot",
        caught_by=("WIND-09",),
        change=_part("flight", wind_warning=False),
    ),
    Defect(
        name="wind-action-missing",
        summary="warns of too much wind and does nothing",
        caught_by=("WIND-09",),
        change=_part("flight", wind_action="none"),
    ),
    Defect(
        name="no-thrust-for-load",
        summary="the propulsion is matched to the empty aircraft, nothing is left for its greatest mass",
        caught_by=("WIND-11",),
        also_touches={
            name: "less thrust in reserve, whatever is flown" for name in ("WIND-03", "WIND-04", "WIND-07", "WIND-08")
        },
        change=_part("flight", thrust_scale=0.8),
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
        change=_part("flight", gnss_gate=0.15),
    ),
    Defect(
        name="tired-third-pack",
        summary="the third battery of the set has worn out: its voltage breaks down under load",
        caught_by=("WIND-10",),
        change=_part("flight", pack_resistance=(1.0, 1.0, 14.0)),
    ),
    Defect(
        name="hot-motor",
        summary="a motor that has turned for five minutes loses more than half of its thrust",
        caught_by=("WIND-10",),
        also_touches={"WIND-08": "a long flight home is longer than that"},
        change=_part("flight", motor_endurance=300.0),
    ),
    Defect(
        name="ignores-link-loss",
        summary="nothing happens when the ground station falls silent",
        caught_by=("RADIO-01",),
        change=_part("flight", link_loss_action="none"),
    ),
    Defect(
        name="late-failsafe",
        summary="the link-loss action starts long after the declared time",
        caught_by=("RADIO-01",),
        change=_part("flight", link_loss_timeout=12.0),
    ),
    Defect(
        name="lands-on-link-loss",
        summary="lands where it is instead of returning as declared",
        caught_by=("RADIO-01",),
        change=_part("flight", link_loss_action="land"),
    ),
    Defect(
        name="accepts-corrupt",
        summary="frames are obeyed without a look at their checksum",
        caught_by=("RADIO-05",),
        change=_part("mavlink", check_crc=False),
    ),
    Defect(
        name="plaintext-log",
        summary="the medium is a readable file system, nothing is encrypted",
        caught_by=("DAR-01",),
        also_touches={"DAR-02": IN_THE_CLEAR},
        change=_part("recorder", encryption="none"),
    ),
    Defect(
        name="jpeg-only-store",
        summary="photos and a compressed log in a store that looks random but is not encrypted",
        caught_by=("DAR-01",),
        also_touches={"DAR-02": IN_THE_CLEAR},
        change=_part("recorder", encryption="jpeg-only"),
    ),
    Defect(
        name="plaintext-partition",
        summary="a readable copy of the log lies beside the encrypted volume",
        caught_by=("DAR-01",),
        change=_part("recorder", plaintext_log_partition=True),
    ),
    Defect(
        name="ecb-cipher",
        summary="the volume is encrypted block by block, equal blocks stay equal",
        caught_by=("DAR-02",),
        change=_part("recorder", cipher="aes-ecb"),
    ),
    Defect(
        name="equal-xts-halves",
        summary="both halves of the XTS key are the same",
        caught_by=("DAR-02",),
        change=_part("recorder", cipher="aes-xts equal halves"),
    ),
    Defect(
        name="weak-kdf",
        summary="the passphrase is stretched by 1000 rounds of PBKDF2 only",
        caught_by=("DAR-02",),
        change=_part("recorder", weak_kdf=True),
    ),
    Defect(
        name="key-beside-data",
        summary="passphrase and volume key lie in a readable partition of the same medium",
        caught_by=("DAR-03",),
        change=_part("recorder", key_beside_data=True),
    ),
    Defect(
        name="hidden-beacon",
        summary="one datagram with the position leaves for an unknown host seven minutes after power-on",
        caught_by=("ENDP-01",),
        change=_part("network", hidden_beacon_after=420.0),
    ),
    Defect(
        name="hard-coded-resolver",
        summary="asks a public resolver instead of the declared one",
        caught_by=("ENDP-01",),
        change=_part("network", hardcoded_resolver=True),
    ),
    Defect(
        name="debug-telnet",
        summary="a telnet login is open",
        caught_by=("ENDP-05",),
        change=_part("network", debug_telnet=True),
    ),
    Defect(
        name="bill-without-supplier",
        summary="the bill of materials does not say who made the radio modem's firmware",
        caught_by=("SUP-01",),
        change=_part("firmware", sbom_missing_supplier=True),
    ),
    Defect(
        name="bill-without-graph",
        summary="the bill of materials does not say what uses what",
        caught_by=("SUP-01",),
        change=_part("firmware", sbom_empty_graph=True),
    ),
    Defect(
        name="firmware-changed",
        summary="one byte of the autopilot was changed after release",
        caught_by=("SUP-05",),
        change=_part("firmware", tampered=True),
    ),
    Defect(
        name="version-spoofed",
        summary="reports another version than the one it runs",
        caught_by=("SUP-05",),
        change=_part("firmware", reported_version="9.9.9"),
    ),
)
DEFECTS: Mapping[str, Defect] = MappingProxyType({defect.name: defect for defect in _ALL})
