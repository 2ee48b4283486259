"""Plots of measured series against their limits, as PNG; equal plots give equal bytes."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from harness.errors import EvidenceError
from harness.reports.grids import Cell, draw_grid, grid_size
from harness.reports.text import escaped, visible

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Series = tuple[str, tuple[float, ...], tuple[float, ...]]
Area = tuple[str, tuple[float, ...], tuple[float, ...], tuple[float, ...]]
Arrow = tuple[float, float, float, float]
DPI = 110
# of zlib: a fifth less time than its default for a tenth more bytes
QUICK = 3
SIZE_INCHES = {"line": (9.0, 3.6), "track": (6.4, 5.2), "polar": (7.8, 5.2)}
MOST_POINTS = 2000
COLOURS = ("#0550ae", "#bc4c00", "#116329", "#6639ba", "#57606a", "#9a6700")
LIMIT_COLOUR = "#cf222e"
GUARD_COLOUR = "#ffcecb"
ARROW_COLOUR = "#57606a"
ARROW_SHARE, NO_LENGTH = 8.0, 1e-9
MARKS = ("o", "^", "s", "D", "v", "P")
# deg, between two azimuths that are usually flown
RADIUS_AXIS = 22.5
MOST_NAME = 60
# share of the width between two names of moments
LEAST_APART = 0.018


@dataclass(frozen=True, kw_only=True)
class Plot:
    """What to draw.

    Attributes:
        title: heading.
        x_label: label of the x axis with its unit.
        y_label: label of the y axis with its unit.
        lines: (name, x values, y values); NaN leaves a gap.
        limits: (name, y value), drawn as dashed lines. On a track, a circle of that radius about the origin.
        guard_bands: (name, y from, y to), shaded; rings where limits are circles.
        spans: (name, x from, x to), shaded stretches such as a gust or a cut of the link.
        events: (name, x value), vertical lines.
        points: (name, x values, y values), marks without a line between them.
        bands: (name, x values, y from, y to), areas between two lines.
        arrows: (x, y, x component, y component), scaled so that the longest is plain to see.
        arrow_name: what an arrow shows.
        cells: (row, column, text, whether it is as it should be or None where that is not judged) of a grid.
        kind: ``line`` for a series, ``track`` for a path with equal axes, ``polar`` for values over an azimuth, whose
            x is in deg clockwise from the top, ``grid`` for counted results by row and column.
    """

    title: str
    x_label: str
    y_label: str
    lines: tuple[Series, ...] = ()
    limits: tuple[tuple[str, float], ...] = ()
    guard_bands: tuple[tuple[str, float, float], ...] = ()
    spans: tuple[tuple[str, float, float], ...] = ()
    events: tuple[tuple[str, float], ...] = ()
    points: tuple[Series, ...] = ()
    bands: tuple[Area, ...] = ()
    arrows: tuple[Arrow, ...] = ()
    arrow_name: str = ""
    cells: tuple[Cell, ...] = ()
    kind: Literal["line", "track", "polar", "grid"] = "line"

    def __post_init__(self) -> None:
        for name, x, y in (*self.lines, *self.points):
            if len(x) != len(y):
                raise EvidenceError(f"plot {self.title!r}: line {name!r} has {len(x)} x and {len(y)} y values")
        for name, x, low, high in self.bands:
            if not len(x) == len(low) == len(high):
                raise EvidenceError(f"plot {self.title!r}: band {name!r} has {len(x)}, {len(low)}, {len(high)} values")


def render_png(plot: Plot) -> bytes:
    """Draw `plot` at 110 dpi; series are thinned to about 2,000 points, keeping every extreme."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from PIL import Image

    size = grid_size(plot.cells) if plot.kind == "grid" else SIZE_INCHES[plot.kind]
    figure = Figure(figsize=size, dpi=DPI, layout="constrained")
    axes = figure.add_subplot(projection="polar" if plot.kind == "polar" else None)
    _draw_lines(axes, plot)
    if plot.kind == "track":
        _draw_circles(axes, plot)
    elif plot.kind == "polar":
        _draw_rings(axes, plot)
    elif plot.kind == "grid":
        draw_grid(axes, tuple((_label(row, 100), _label(column), text, good) for row, column, text, good in plot.cells))
    else:
        _draw_limits(axes, plot)
    _draw_marks(axes, plot)
    _draw_arrows(axes, plot)
    _dress(axes, plot)
    # savefig would draw it twice, for the layout and for good
    canvas: Any = FigureCanvasAgg(figure)
    image = BytesIO()
    canvas.draw()
    picture = Image.fromarray(np.asarray(canvas.buffer_rgba())[..., :3])
    picture.save(image, format="png", dpi=(DPI, DPI), compress_level=QUICK)
    return image.getvalue()


def decimated(x: tuple[float, ...], y: tuple[float, ...], most: int = MOST_POINTS) -> tuple[list[float], list[float]]:
    """About `most` points at most: of each bin of the series the extremes of y, and of x, in their order."""
    if len(x) <= most:
        return list(x), list(y)
    size = math.ceil(4 * len(x) / most)
    kept: list[int] = []
    for start in range(0, len(x), size):
        bin_ = [i for i in range(start, min(start + size, len(x))) if math.isfinite(x[i]) and math.isfinite(y[i])]
        ends = {pick(bin_, key=axis.__getitem__) for axis in (x, y) for pick in (min, max)} if bin_ else {start}
        kept.extend(sorted(ends))
    return [x[index] for index in kept], [y[index] for index in kept]


def _draw_lines(axes: "Axes", plot: Plot) -> None:
    for number, (name, x, low, high) in enumerate(plot.bands):
        colour = COLOURS[number % len(COLOURS)]
        axes.fill_between(_across(plot, x), low, high, color=colour, alpha=0.18, linewidth=0, label=_label(name))
    most = MOST_POINTS * (4 if plot.kind == "track" else 1)
    for number, (name, x, y) in enumerate(plot.lines):
        shown_x, shown_y = (x, y) if plot.kind == "polar" else decimated(x, y, most)
        colour = COLOURS[number % len(COLOURS)]
        axes.plot(_across(plot, shown_x), shown_y, color=colour, linewidth=1.1, label=_label(name), zorder=3)
    for number, (name, x, y) in enumerate(plot.points):
        colour, mark = COLOURS[(len(plot.lines) + number) % len(COLOURS)], MARKS[number % len(MARKS)]
        axes.plot(
            _across(plot, x), y, linestyle="", marker=mark, markersize=5, color=colour, label=_label(name), zorder=4
        )


def _across(plot: Plot, x: Sequence[float]) -> list[float]:
    return [math.radians(value) for value in x] if plot.kind == "polar" else list(x)


def _draw_limits(axes: "Axes", plot: Plot) -> None:
    for name, value in plot.limits:
        axes.axhline(value, color=LIMIT_COLOUR, linestyle="--", linewidth=1.4, label=_label(name), zorder=2)
    for name, low, high in plot.guard_bands:
        axes.axhspan(low, high, color=GUARD_COLOUR, alpha=0.6, linewidth=0, label=_label(name), zorder=1)


def _draw_circles(axes: "Axes", plot: Plot) -> None:
    from matplotlib.patches import Annulus, Circle

    for name, radius in plot.limits:
        circle = Circle(
            (0.0, 0.0), radius, fill=False, color=LIMIT_COLOUR, linestyle="--", linewidth=1.4, label=_label(name)
        )
        axes.add_patch(circle)
    for name, low, high in plot.guard_bands:
        ring = Annulus(
            (0.0, 0.0), high, high - low, color=GUARD_COLOUR, alpha=0.6, linewidth=0, label=_label(name), zorder=1
        )
        axes.add_patch(ring)
    axes.set_aspect("equal", adjustable="datalim")
    axes.autoscale_view()


def _draw_rings(axes: "Axes", plot: Plot) -> None:
    around = [math.radians(degrees) for degrees in range(0, 361, 3)]
    for name, radius in plot.limits:
        flat = [radius] * len(around)
        axes.plot(around, flat, color=LIMIT_COLOUR, linestyle="--", linewidth=1.4, label=_label(name), zorder=2)
    for name, low, high in plot.guard_bands:
        axes.fill_between(around, low, high, color=GUARD_COLOUR, alpha=0.6, linewidth=0, label=_label(name), zorder=1)


def _draw_arrows(axes: "Axes", plot: Plot) -> None:
    if not plot.arrows:
        return
    longest = max(math.hypot(dx, dy) for _, _, dx, dy in plot.arrows)
    x, y, dx, dy = zip(*plot.arrows, strict=True)
    # the longest takes an eighth of the picture, whatever its unit
    scale = ARROW_SHARE * max(longest, NO_LENGTH)
    axes.quiver(x, y, dx, dy, color=ARROW_COLOUR, scale=scale, width=0.004, zorder=2, label=_label(plot.arrow_name))


def _draw_marks(axes: "Axes", plot: Plot) -> None:
    named: set[str] = set()
    for name, start, end in plot.spans:
        label = None if name in named else _label(name)  # one line in the legend for all of a name
        named.add(name)
        axes.axvspan(start, end, color="#ddf4ff", alpha=0.9, linewidth=0, label=label, zorder=0)
    left, right = axes.get_xlim()
    last = -math.inf
    for name, x in sorted(plot.events, key=lambda event: event[1]):
        axes.axvline(x, color="#57606a", linestyle=":", linewidth=1.0, zorder=2)
        # two names in one place cannot be read; the first stands for what follows at once
        if x - last < LEAST_APART * (right - left):
            continue
        last = x
        axes.annotate(
            _label(name),
            (x, 1.0),
            xycoords=("data", "axes fraction"),
            xytext=(3, -3),
            textcoords="offset points",
            fontsize=7.5,
            rotation=90,
            va="top",
            color="#57606a",
            parse_math=False,
        )


def _dress(axes: "Axes", plot: Plot) -> None:
    axes.set_title(_label(plot.title, 110), fontsize=10, loc="left", fontweight="bold", parse_math=False)
    axes.set_xlabel(_label(plot.x_label), fontsize=9, parse_math=False)
    if plot.kind != "grid":
        axes.grid(True, color="#d0d7de", linewidth=0.6)
    axes.tick_params(labelsize=8)
    if plot.kind == "polar":
        _turn_to_the_top(axes, plot)
    else:
        axes.set_ylabel(_label(plot.y_label), fontsize=9, parse_math=False)
        axes.spines[["top", "right"]].set_visible(False)
    if axes.get_legend_handles_labels()[0]:
        legend = axes.legend(loc="upper left", bbox_to_anchor=(1.01, 1.0), fontsize=8, frameon=False)
        for text in legend.get_texts():
            text.set_parse_math(False)


def _turn_to_the_top(axes: "Axes", plot: Plot) -> None:
    """Azimuth as a pilot reads it: 0 ahead, clockwise; what the radius is stands at its axis."""
    polar: Any = axes
    polar.set_theta_zero_location("N")
    polar.set_theta_direction(-1)
    # where every value is nothing, the axis would have no length
    polar.set_rlim(bottom=0.0, top=polar.get_ylim()[1] if polar.get_ylim()[1] > 0.0 else 1.0)
    polar.set_rlabel_position(RADIUS_AXIS)
    axes.set_xlabel(f"{_label(plot.x_label)}; radius: {_label(plot.y_label)}", fontsize=9, parse_math=False)


def _label(text: str, longest: int = MOST_NAME) -> str:
    from matplotlib.font_manager import findfont, get_font

    known = get_font(findfont("DejaVu Sans")).get_charmap()
    shown = visible(text, longest).removesuffix(" ... (cut, whole text in the record)")
    shown = "".join(letter if ord(letter) in known else escaped(letter) for letter in shown)
    # a leading underscore would keep the name out of the legend
    return f" {shown}" if shown.startswith("_") else shown
