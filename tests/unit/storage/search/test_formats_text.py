import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.storage.search.formats_text import LONGEST_LINE, check_gpx, check_kml, check_xmp, find_tables

GPX = b'<trkpt lat="35.1234567" lon="-139.7654321"><ele>12.5</ele></trkpt>'
KML = b"<coordinates>\n  139.7654321,35.1234567,12.5 139.8,35.2,13\n</coordinates>"


def table(lines=20, separator=", ", before="12.5"):
    rows = (
        f"{n},{before},{47.397742 + n * 1e-5:.6f}{separator}{8.545594 + n * 1e-5:.6f},488.1\r\n" for n in range(lines)
    )
    return "".join(rows).encode()


def test_gpx_and_kml_points_are_recognised():
    found = check_gpx(b"  " + GPX, 2)
    assert found is not None and found.position == (35.1234567, -139.7654321)
    found = check_kml(KML, 0)
    assert found is not None and found.position == (35.1234567, 139.7654321)


@pytest.mark.parametrize(
    ("check", "data"),
    [
        (check_gpx, GPX.replace(b"35.1", b"95.1")),
        (check_gpx, GPX.replace(b"lon", b"len")),
        (check_gpx, b"<trkpt lat=12.5>"),
        (check_kml, KML.replace(b"139.76", b"239.76")),
        (check_kml, b"<coordinates>here and there</coordinates>"),
        (check_xmp, b"GPSLatitude in a manual"),
    ],
)
def test_what_is_no_place_is_not(check, data):
    assert check(data, 0) is None


@pytest.mark.parametrize("text", [b'GPSLatitude="35,39.512N"', b'GpsLatitude="+35.658581"', b"GPSLatitude>35,39.5N<"])
def test_latitude_among_properties_is_recognised(text):
    assert check_xmp(b"exif:" + text, 5) is not None


@pytest.mark.parametrize("separator", [",", ", ", ";", "\t", '","'])
def test_table_of_positions_is_recognised(separator):
    data = b"time,alt,lat,lon\n" + table(separator=separator)
    (found,) = find_tables(data, 1000)
    assert found.detail in ("20 lines", "19 lines") and found.position is not None
    assert found.position == pytest.approx((47.3978, 8.5456), abs=1e-4) and found.offset >= 1017


def test_short_table_on_a_page_of_other_text_is_recognised():
    data = (b"a line of prose.\n" * 240 + table(3) + b"more prose.\n" * 300).ljust(16384, b"\0")
    assert [found.detail for found in find_tables(data, 0)] == ["3 lines"]


def test_other_tables_are_not():
    assert list(find_tables(table(2), 0)) == []
    unit = "".join(f"{n},{0.70710 + n * 1e-5:.6f},{0.70711:.6f}\n" for n in range(50)).encode()
    jumps = "".join(f"{(n * 37) % 89 + 0.123456:.6f},{(n * 71) % 179 + 0.123456:.6f}\n" for n in range(50)).encode()
    coarse = "".join(f"{n},47.39,8.54\n" for n in range(50)).encode()
    far = "".join(f"{n},147.397742,8.545594\n" for n in range(50)).encode()
    for data in (unit, jumps, coarse, far, b"one 1.234567, 8.123456 place in prose\n" * 1):
        assert list(find_tables(data, 0)) == []


def test_noise_and_numbers_in_noise_hold_no_table():
    noise = np.random.default_rng(8).bytes(4 << 20)
    assert list(find_tables(noise, 0)) == []


def test_a_table_over_the_border_of_a_window_is_found_from_both_sides():
    data = b"x" * 8000 + table(300) + b"y" * 8000
    left, right = data[:12288], data[8192:]
    assert [len(list(find_tables(part, 0))) for part in (left, right)] == [1, 1]


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=400), st.sampled_from([GPX, KML, b'GPSLatitude="', table(5)]), st.integers(0, 60))
def test_any_bytes_are_survived(noise, head, cut):
    data = head[: len(head) - cut] + noise
    for check in (check_gpx, check_kml, check_xmp):
        check(data, 0)
        check(data, len(data) - 1)
    list(find_tables(data, 0))


def test_work_on_lines_without_end_grows_with_the_length_only():
    """Counts the bytes looked at behind each number: a text without line ends once made the work quadratic."""

    class Counted(bytes):
        looked = 0

        def rfind(self, needle, first, last):
            Counted.looked += last - first
            return super().rfind(needle, first, last)

        def count(self, needle, first, last):
            Counted.looked += last - first
            return super().count(needle, first, last)

    for text in (b"47.12345,8.12345,", b"1.23456,", b"9." + b"9" * 15):
        data = Counted(text * (400_000 // len(text)))
        Counted.looked = 0
        assert list(find_tables(data, 0)) == []
        assert Counted.looked <= 2 * LONGEST_LINE * (len(data) // len(text) + 1)
