"""Faults that can be seeded into the embedded drone, each with the requirement that must catch it.

A defect changes the article, never a test, and acts the same whichever suite runs. What it may touch besides is
written down with its physical reason before any run; every other requirement keeps its verdict.
"""

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
        UsageError: a name is not a defect's.
    """
    for name in names:
        config = find_defect(name).change(config)
    return config


def _part(part: str, **values: Any) -> Change:  # noqa: ANN401 - fields of any part
    return lambda config: replace(config, **{part: replace(getattr(config, part), **values)})


BLOWN = "an aircraft that cannot hold against the wind is not back in the band after a gust either"
SAME_FLIGHT = "every other flight in wind is flown with the same weak control"
IN_THE_CLEAR = "without a volume there is no cipher to judge and no sector to compare"
READABLE = "what is not encrypted can be read as well"

_ALL = (
    Defect(
        name="weak-gains",
        summary="the position loop is far too soft",
        caught_by=("WIND-01",),
        also_touches={"WIND-02": SAME_FLIGHT, "RADIO-01": "a soft position loop lands off the home point"},
        change=_part("flight", position_gain=0.1),
    ),
    Defect(
        name="thrust-limited",
        summary="every motor gives less than two thirds of its thrust",
        caught_by=("WIND-01",),
        also_touches={"WIND-02": BLOWN},
        change=_part("flight", thrust_scale=0.62),
    ),
    Defect(
        name="no-integrator",
        summary="a steady disturbance is never integrated out",
        caught_by=("WIND-01", "WIND-02"),
        change=_part("flight", integrator=False),
    ),
    Defect(
        name="ignores-link-loss",
        summary="nothing happens when the ground station falls silent",
        caught_by=("RADIO-01", "RADIO-04"),
        change=_part("flight", link_loss_action="none"),
    ),
    Defect(
        name="late-failsafe",
        summary="the link-loss action starts long after the declared time",
        caught_by=("RADIO-01", "RADIO-04"),
        change=_part("flight", link_loss_timeout=12.0),
    ),
    Defect(
        name="lands-on-link-loss",
        summary="lands where it is instead of returning as declared",
        caught_by=("RADIO-01", "RADIO-04"),
        also_touches={"RADIO-02": "a landing that was not declared is a change of mode that nobody expects"},
        change=_part("flight", link_loss_action="land"),
    ),
    Defect(
        name="eager-failsafe",
        summary="the link-loss action starts after a silence that it is declared to bear",
        caught_by=("RADIO-04",),
        also_touches={"RADIO-02": "it has already left its mode after a loss of one second"},
        change=_part("flight", link_loss_timeout=1.5),
    ),
    Defect(
        name="resumes-after-loss",
        summary="when the link is back, it goes on by itself with what the loss had ended",
        caught_by=("RADIO-02",),
        change=_part("flight", link_resume=True),
    ),
    Defect(
        name="deaf-after-loss",
        summary="after a longer silence the radio modem hears nothing until it is switched off",
        caught_by=("RADIO-02",),
        also_touches={
            "RADIO-01": "what no longer hears its station cannot be flown again for the next run",
            "RADIO-04": "the pilot cannot take back what no longer hears",
        },
        change=_part("mavlink", radio_deaf_after=5.0),
    ),
    Defect(
        name="slow-link-scheduler",
        summary="what comes in by radio is looked at twice a second only",
        caught_by=("RADIO-03",),
        change=_part("mavlink", radio_period=0.5),
    ),
    Defect(
        name="slow-telemetry",
        summary="what is sent by radio waits half a second in the modem",
        caught_by=("RADIO-03",),
        change=_part("mavlink", radio_delay=0.5),
    ),
    Defect(
        name="repeats-orders",
        summary="an order that is sent again, because its answer was lost, is obeyed again",
        caught_by=("RADIO-04",),
        change=_part("mavlink", repeat_within=0.0),
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
