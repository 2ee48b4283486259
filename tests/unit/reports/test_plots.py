import dataclasses
import io
import math
import subprocess
import sys

import pytest
from PIL import Image

from harness.errors import EvidenceError
from harness.reports.plots import MOST_POINTS, Plot, decimated, render_png

PLOT = Plot(
    title="Error",
    x_label="time (s)",
    y_label="error (m)",
    lines=(("error", tuple(range(10)), tuple(range(10))),),
    limits=(("limit", 8.0),),
    guard_bands=(("guard band", 7.5, 8.0),),
    spans=(("gust", 2.0, 4.0),),
    events=(("arm", 1.0),),
)


def size(png):
    return Image.open(io.BytesIO(png)).size


def test_equal_plots_give_equal_bytes_and_others_do_not():
    assert render_png(PLOT) == render_png(PLOT)
    moved = dataclasses.replace(PLOT, limits=(("limit", 7.0),))
    assert render_png(PLOT) != render_png(moved)


def test_line_and_track_have_their_size():
    assert size(render_png(PLOT)) == (990, 396)
    assert size(render_png(dataclasses.replace(PLOT, kind="track"))) == (704, 572)


def test_hostile_and_empty_text_is_drawn_literally():
    names = "$\\frac{1}{0$ 日本 😀 \x07 _hidden"
    plot = dataclasses.replace(
        PLOT, title=names, x_label=names, y_label=names, events=((names, 1.0),), limits=((f"_{names}", 1.0),)
    )
    assert render_png(plot)
    assert render_png(Plot(title="", x_label="", y_label="", lines=()))


def test_gaps_are_drawn():
    assert render_png(dataclasses.replace(PLOT, lines=(("e", (0.0, 1.0, 2.0), (1.0, math.nan, 2.0)),)))


def test_thinning_keeps_peaks_and_is_bounded():
    y = [math.sin(index / 50) for index in range(100_000)]
    y[41_234], y[77_777] = 9.0, -9.0
    x = tuple(float(index) for index in range(len(y)))
    kept_x, kept_y = decimated(x, tuple(y))
    assert max(kept_y) == 9.0 and min(kept_y) == -9.0
    assert len(kept_x) <= MOST_POINTS + 4 and kept_x == sorted(kept_x)
    assert decimated(x[:10], tuple(y[:10])) == (list(x[:10]), y[:10])


def test_a_stretch_without_numbers_stays_a_gap():
    y = (math.nan,) * 5000
    assert all(math.isnan(value) for value in decimated(tuple(map(float, range(5000))), y)[1])


def test_lines_of_unequal_length_are_refused():
    with pytest.raises(EvidenceError, match="3 x and 2 y"):
        Plot(title="t", x_label="x", y_label="y", lines=(("a", (1.0, 2.0, 3.0), (1.0, 2.0)),))


def test_matplotlib_and_typst_load_on_first_use_only():
    code = "import sys, harness.reports.views, harness.reports.plots; print({'matplotlib', 'typst'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
