"""A chart as an instrument hands it over: data only, no drawing."""

from dataclasses import dataclass
from typing import Literal

Line = tuple[str, tuple[float, ...], tuple[float, ...]]
Band = tuple[str, tuple[float, ...], tuple[float, ...], tuple[float, ...]]
Arrow = tuple[float, float, float, float]
Cell = tuple[str, str, str, bool | None]


@dataclass(frozen=True, kw_only=True)
class Chart:
    """Measured series for the report.

    Attributes:
        title: heading.
        x_label: label of the x axis with its unit.
        y_label: label of the y axis with its unit.
        lines: (name, x values, y values).
        quantities: quantities whose limits belong on the y axis; on a track or in a polar chart they are circles.
        spans: (name, x from, x to), stretches to shade.
        events: (name, x), moments to mark.
        points: (name, x values, y values), marks without a line between them.
        bands: (name, x values, y from, y to), an area between two lines.
        arrows: (x, y, x component, y component), such as the wind along a track; scaled to fit.
        arrow_name: what an arrow shows, with the size of the longest.
        cells: (row, column, text, whether it is as it should be or None where that is not judged) of a grid.
        kind: ``line``; ``track`` for a map with equal axes; ``polar`` with x in deg clockwise from the top; ``grid``
            for counted results by row and column.
    """

    title: str
    x_label: str
    y_label: str
    lines: tuple[Line, ...] = ()
    quantities: tuple[str, ...] = ()
    spans: tuple[tuple[str, float, float], ...] = ()
    events: tuple[tuple[str, float], ...] = ()
    points: tuple[Line, ...] = ()
    bands: tuple[Band, ...] = ()
    arrows: tuple[Arrow, ...] = ()
    arrow_name: str = ""
    cells: tuple[Cell, ...] = ()
    kind: Literal["line", "track", "polar", "grid"] = "line"
