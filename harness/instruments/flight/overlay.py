"""Repetitions of one thing drawn over each other, each in its own time: how alike they are is seen at a glance."""

import math
from collections.abc import Sequence
from itertools import groupby

from harness.instruments.chart import Chart, Line
from harness.instruments.flight.track import Sample, Spot
from harness.instruments.story import Story

FEWEST = 2
BEFORE = 5.0  # s shown before each begins


def overlaid(samples: Sequence[Sample], spot: Spot, story: Story) -> list[Chart]:
    """For each stretch of the story that comes more than once a chart of the distance from `spot` during it, m."""
    spans = sorted(story.spans, key=lambda span: span[0])
    stretches = {name: [span[1:] for span in same] for name, same in groupby(spans, key=lambda span: span[0])}
    return [_chart(name, each, samples, spot, story) for name, each in stretches.items() if len(each) >= FEWEST]


def _chart(
    name: str, stretches: Sequence[tuple[float, float]], samples: Sequence[Sample], spot: Spot, story: Story
) -> Chart:
    shortest = min(end - start for start, end in stretches)
    return Chart(
        title=f"{len(stretches)} times {name}: where the aircraft was",
        x_label="time since it began (s)",
        y_label="distance from home (m)",
        lines=tuple(_line(number, each, samples, spot) for number, each in enumerate(stretches, 1)),
        spans=((name, 0.0, shortest),),
        points=_answers(stretches, samples, spot, story),
    )


def _line(number: int, stretch: tuple[float, float], samples: Sequence[Sample], spot: Spot) -> Line:
    start, end = stretch
    shown = [sample for sample in samples if start - BEFORE <= sample.time <= end]
    times = tuple(sample.time - start for sample in shown)
    return f"repetition {number}", times, tuple(_away(sample, spot) for sample in shown)


def _answers(
    stretches: Sequence[tuple[float, float]], samples: Sequence[Sample], spot: Spot, story: Story
) -> tuple[Line, ...]:
    """The first event of each stretch, by its name."""
    found: dict[str, list[tuple[float, float]]] = {}
    for start, end in stretches:
        first = min(((time, name) for name, time in story.events if start < time <= end), default=None)
        near = min(samples, key=lambda sample: abs(sample.time - first[0]), default=None) if first else None
        if first and near:
            found.setdefault(first[1], []).append((first[0] - start, _away(near, spot)))
    return tuple((name, tuple(x for x, _ in places), tuple(y for _, y in places)) for name, places in found.items())


def _away(sample: Sample, spot: Spot) -> float:
    return math.hypot(sample.north - spot.north, sample.east - spot.east)
