"""Faults that can be seeded into the embedded drone, each with the requirement that must catch it.

A defect changes the article, never a test, and acts the same whichever suite runs. What it may touch besides is
written down with its physical reason before any run; every other requirement keeps its verdict.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from harness.drone.article import ArticleConfig
from harness.drone.defect import Defect, part
from harness.drone.defects_access import ACCESS_DEFECTS
from harness.drone.defects_habits import HABIT_DEFECTS
from harness.drone.defects_network import NETWORK_DEFECTS
from harness.drone.defects_papers import PAPER_DEFECTS
from harness.drone.defects_radio import RADIO_DEFECTS
from harness.drone.defects_storage import STORAGE_DEFECTS
from harness.drone.defects_supply import SUPPLY_DEFECTS
from harness.drone.defects_updates import UPDATE_DEFECTS
from harness.drone.defects_wind import WIND_DEFECTS
from harness.errors import UsageError, did_you_mean

LISTED = " (all, with what each does: dronecert defects)"


def find_defect(name: str) -> Defect:
    """The defect of that name.

    Raises:
        UsageError: there is none.
    """
    if name not in DEFECTS:
        near = did_you_mean(name, DEFECTS)
        raise UsageError(f"there is no defect {name!r}{near or '; there are ' + ', '.join(DEFECTS)}{LISTED}")
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


_ALL = (
    *WIND_DEFECTS,
    *RADIO_DEFECTS,
    *STORAGE_DEFECTS,
    *ACCESS_DEFECTS,
    *UPDATE_DEFECTS,
    *NETWORK_DEFECTS,
    *HABIT_DEFECTS,
    Defect(
        name="bill-without-supplier",
        summary="the bill of materials does not say who made the radio modem's firmware",
        caught_by=("SUP-01",),
        also_touches={"SUP-11": "the bill is not the one that its results rest on"},
        change=part("firmware", sbom_missing_supplier=True),
    ),
    Defect(
        name="bill-without-graph",
        summary="the bill of materials does not say what uses what",
        caught_by=("SUP-01",),
        also_touches={"SUP-11": "the bill is not the one that its results rest on"},
        change=part("firmware", sbom_empty_graph=True),
    ),
    Defect(
        name="firmware-changed",
        summary="one byte of the autopilot was changed after release",
        caught_by=("SUP-02", "SUP-05"),
        also_touches={
            "SUP-11": "the image is not the one that its results rest on",
            "DAR-01": "a system area that is not the released one counts as writable",
            "DAR-09": "the check at boot was changed with it",
            "SUP-06": "the check at boot was changed with it",
            "SUP-07": "no builder attested a changed image",
        },
        change=part("firmware", tampered=True),
    ),
    Defect(
        name="version-spoofed",
        summary="reports another version than the one it runs",
        caught_by=("SUP-05",),
        change=part("firmware", reported_version="9.9.9"),
    ),
    *SUPPLY_DEFECTS,
    *PAPER_DEFECTS,
)
DEFECTS: Mapping[str, Defect] = MappingProxyType({defect.name: defect for defect in _ALL})
