"""Defects of the supply chain: papers that do not hold, and parts that are not those on paper."""

from dataclasses import replace

from harness.drone.article import ArticleConfig
from harness.drone.defect import Change, Defect
from harness.drone.firmware import provenance
from harness.drone.firmware.papers import Edit
from harness.drone.firmware.provenance import PROVENANCE_NAME


def edited(name: str, edit: Edit) -> Change:
    """A change of one paper; done once, however often it is asked for."""

    def change(config: ArticleConfig) -> ArticleConfig:
        edits = config.papers.edits
        if (name, edit) in edits:
            return config
        return replace(config, papers=replace(config.papers, edits=(*edits, (name, edit))))

    return change


def withheld(name: str) -> Change:
    """The paper of that name is not handed over."""
    return lambda config: replace(config, papers=replace(config.papers, withheld=config.papers.withheld | {name}))


_PROVENANCE = (
    Defect(
        name="attestation-of-earlier-build",
        summary="the attestation that comes with the image is that of the version before",
        caught_by=("SUP-07",),
        change=edited(PROVENANCE_NAME, provenance.of_earlier_release),
    ),
    Defect(
        name="builder-vouches-for-itself",
        summary="the maker attests its own build, with a key of its own",
        caught_by=("SUP-07",),
        change=edited(PROVENANCE_NAME, provenance.vouched_by_maker),
    ),
    Defect(
        name="attestation-altered",
        summary="the commit in the attestation was changed after it was signed",
        caught_by=("SUP-07",),
        change=edited(PROVENANCE_NAME, provenance.of_another_commit),
    ),
    Defect(
        name="attestation-unsigned",
        summary="nobody signed the attestation",
        caught_by=("SUP-07",),
        change=edited(PROVENANCE_NAME, provenance.without_signature),
    ),
)
SUPPLY_DEFECTS: tuple[Defect, ...] = (*_PROVENANCE,)
