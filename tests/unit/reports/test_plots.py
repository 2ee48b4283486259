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


# -- kinds, bands, points, arrows

OVER_AZIMUTH = Plot(
    title="Envelope",
    x_label="azimuth (deg)",
    y_label="wind (m/s)",
    lines=(("found", (0.0, 90.0, 180.0, 270.0, 0.0), (18.0, 17.0, 18.0, 17.5, 18.0)),),
    points=(("measured", (0.0, 90.0), (18.0, 17.0)),),
    bands=(("not decided", (0.0, 90.0, 180.0), (18.0, 17.0, 18.0), (19.0, 18.0, 19.0)),),
    limits=(("declared", 12.0),),
    guard_bands=(("guard band", 11.5, 12.5),),
    kind="polar",
)


def changed(plot, **fields):
    return render_png(dataclasses.replace(plot, **fields)) != render_png(plot)


@pytest.mark.parametrize("field", ["lines", "points", "bands", "limits", "guard_bands"])
def test_each_part_of_a_polar_plot_is_drawn(field):
    assert size(render_png(OVER_AZIMUTH)) == (858, 572)
    assert changed(OVER_AZIMUTH, **{field: ()})


@pytest.mark.parametrize("value", [0.0, 1e-300, 3.0])
def test_a_polar_plot_of_equal_values_is_drawn(value):
    lines = (("all", (0.0, 90.0, 180.0), (value, value, value)),)
    assert render_png(dataclasses.replace(OVER_AZIMUTH, lines=lines, limits=(), guard_bands=(), points=(), bands=()))


def test_in_a_polar_plot_azimuth_goes_clockwise_from_the_top():
    """A mark at 90 deg is on the right of one at 270 deg: the right half differs, the left one does not."""
    plain = dataclasses.replace(OVER_AZIMUTH, points=(), bands=(), lines=(("all", (0.0, 180.0), (20.0, 20.0)),))
    right = dataclasses.replace(plain, points=(("", (90.0,), (15.0,)),))
    left = dataclasses.replace(plain, points=(("", (270.0,), (15.0,)),))
    marks = [Image.open(io.BytesIO(render_png(plot))).convert("RGB").getcolors(10**6) for plot in (right, left)]
    assert marks[0] and marks[1]
    assert _colour_centre(right) > _colour_centre(left) + 100


def _colour_centre(plot):
    """Mean x of the pixels in the colour of the marks, left of the legend."""
    image = Image.open(io.BytesIO(render_png(plot))).convert("RGB")
    wide, high = image.size
    pixels = image.load()
    found = [x for x in range(wide * 4 // 5) for y in range(high) if pixels[x, y] == (0xBC, 0x4C, 0x00)]
    assert found
    return sum(found) / len(found)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("points", (("touchdown", (0.1, -0.2), (0.0, 0.3)),)),
        ("arrows", ((0.0, 0.0, 1.0, 0.0), (1.0, 1.0, 0.0, 2.0))),
        ("bands", (("range", (0.0, 1.0), (0.0, 1.0), (2.0, 3.0)),)),
        ("guard_bands", (("guard", 1.0, 1.5),)),
    ],
)
@pytest.mark.parametrize("kind", ["line", "track"])
def test_each_addition_is_drawn(kind, field, value):
    plot = dataclasses.replace(PLOT, guard_bands=(), kind=kind)
    assert changed(plot, **{field: value})


def test_arrows_of_no_length_are_drawn_without_a_warning():
    assert render_png(dataclasses.replace(PLOT, kind="track", arrows=((0.0, 0.0, 0.0, 0.0),)))


def test_points_and_bands_of_unequal_length_are_refused():
    with pytest.raises(EvidenceError, match="1 x and 2 y"):
        dataclasses.replace(PLOT, points=(("a", (1.0,), (1.0, 2.0)),))
    with pytest.raises(EvidenceError, match="1, 2, 1 values"):
        dataclasses.replace(PLOT, bands=(("a", (1.0,), (1.0, 2.0), (1.0,)),))
