import pytest

from harness.reports.grids import grid_size
from harness.reports.plots import Plot, render_png

CELLS = (
    ("unsigned", "radio: arm", "0 of 3", True),
    ("unsigned", "usb: arm", "3 of 3", None),
    ("old", "radio: arm", "1 of 3", False),
)


def picture(cells):
    return render_png(Plot(title="Orders obeyed", x_label="", y_label="", kind="grid", cells=cells))


def test_every_part_of_a_cell_is_drawn():
    sound = picture(CELLS)
    assert sound == picture(CELLS)
    for changed in (
        ("unsigned", "radio: arm", "0 of 3", False),
        ("unsigned", "radio: arm", "0 of 4", True),
        ("$x^2", "radio: arm", "0 of 3", True),
    ):
        assert picture((changed, *CELLS[1:])) != sound


def test_a_grid_grows_with_its_rows():
    assert grid_size(CELLS)[1] - grid_size(CELLS[:2])[1] == pytest.approx(0.3)
    assert grid_size(())[1] > 1.0


def test_an_empty_grid_and_many_columns_are_drawn():
    assert picture(()).startswith(b"\x89PNG")
    assert picture(tuple(("row", f"column {number}", "0", True) for number in range(40))).startswith(b"\x89PNG")
