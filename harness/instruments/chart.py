"""A chart as an instrument hands it over: data only, no drawing."""

from dataclasses import dataclass

Line = tuple[str, tuple[float, ...], tuple[float, ...]]


@dataclass(frozen=True, kw_only=True)
class Chart:
    """Measured series for the report.

    Attributes:
        title: heading.
        x_label: label of the x axis with its unit.
        y_label: label of the y axis with its unit.
        lines: (name, x values, y values).
        quantities: quantities whose limits belong on the y axis.
        spans: (name, x from, x to), stretches to shade.
        events: (name, x), moments to mark.
    """

    title: str
    x_label: str
    y_label: str
    lines: tuple[Line, ...]
    quantities: tuple[str, ...] = ()
    spans: tuple[tuple[str, float, float], ...] = ()
    events: tuple[tuple[str, float], ...] = ()
