"""Defects of the supply chain: papers that do not hold, and parts that are not those on paper."""

from dataclasses import replace

from harness.drone.article import ArticleConfig
from harness.drone.defect import Change, Defect
from harness.drone.firmware.papers import Edit


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


SUPPLY_DEFECTS: tuple[Defect, ...] = ()
