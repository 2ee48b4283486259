"""A grid of counted results, such as forged orders by kind and link: text in coloured cells."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# row, column, text, and whether it is as it should be; None where it is told and not judged
Cell = tuple[str, str, str, bool | None]
FILLS = {True: "#dafbe1", False: "#ffcecb", None: "#eaeef2"}
ROW_INCHES, HEAD_INCHES, WIDTH_INCHES = 0.3, 2.3, 9.0
MOST_SIZE = 8.0


def grid_size(cells: tuple[Cell, ...]) -> tuple[float, float]:
    """Width and height of the picture, inches."""
    return WIDTH_INCHES, HEAD_INCHES + ROW_INCHES * max(len(_rows(cells)), 1)


def draw_grid(axes: "Axes", cells: tuple[Cell, ...]) -> None:
    """Draw rows and columns in the order in which they first come."""
    from matplotlib.patches import Rectangle

    rows, columns = _rows(cells), list(dict.fromkeys(cell[1] for cell in cells))
    size = min(MOST_SIZE, 84.0 / max(len(columns), 1))
    for row, column, text, good in cells:
        x, y = columns.index(column), rows.index(row)
        axes.add_patch(Rectangle((x - 0.5, y - 0.5), 1, 1, facecolor=FILLS[good], edgecolor="white", linewidth=1.0))
        axes.text(x, y, text, ha="center", va="center", fontsize=size, parse_math=False)
    axes.set_xlim(-0.5, max(len(columns), 1) - 0.5)
    axes.set_ylim(max(len(rows), 1) - 0.5, -0.5)
    axes.set_xticks(range(len(columns)), columns, fontsize=MOST_SIZE, rotation=60, ha="right", parse_math=False)
    axes.set_yticks(range(len(rows)), rows, fontsize=MOST_SIZE, parse_math=False)
    axes.tick_params(length=0)


def _rows(cells: tuple[Cell, ...]) -> list[str]:
    return list(dict.fromkeys(cell[0] for cell in cells))
