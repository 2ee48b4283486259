import io

import pytest
from PIL import Image

from harness.drone.recorder.photos import Exposure, photograph
from harness.errors import UsageError


def exposure(**changed):
    values = {"time": 61.5, "latitude": 35.6762, "longitude": 139.6503, "altitude": 52.5, "scene": "CANARY tower"}
    return Exposure(**values | changed)


def read(data):
    with Image.open(io.BytesIO(data)) as picture:
        picture.load()
        tags = picture.getexif()
        return picture.size, dict(tags), tags.get_ifd(0x8769), tags.get_ifd(0x8825)


def degrees(parts):
    return float(parts[0]) + float(parts[1]) / 60 + float(parts[2]) / 3600


def test_it_holds_picture_scene_and_position():
    size, main, exif, gps = read(photograph(exposure(), 1))
    assert size == (480, 320)
    assert (main[0x010E], exif[0x9286], exif[0x9003]) == (
        "CANARY tower",
        b"ASCII\0\0\0CANARY tower",
        "2026:01:01 00:01:01",
    )
    assert (gps[1], gps[3], gps[5]) == ("N", "E", b"\0")
    assert (degrees(gps[2]), degrees(gps[4]), float(gps[6])) == pytest.approx((35.6762, 139.6503, 52.5), abs=1e-7)


def test_south_west_and_below_sea_level():
    _, _, _, gps = read(photograph(exposure(latitude=-0.5, longitude=-70.25, altitude=-3.0), 1))
    assert (gps[1], gps[3], gps[5], float(gps[6])) == ("S", "W", b"\1", 3.0)
    assert (degrees(gps[2]), degrees(gps[4])) == pytest.approx((0.5, 70.25), abs=1e-7)


def test_a_scene_in_any_script_stays_readable():
    assert "東京タワー".encode() in photograph(exposure(scene="東京タワー"), 1)


def test_photos_differ_by_number_and_repeat_by_number():
    assert photograph(exposure(), 1) == photograph(exposure(), 1) != photograph(exposure(), 2)


def test_scene_that_does_not_fit_is_refused():
    with pytest.raises(UsageError, match="at most 16384"):
        photograph(exposure(scene="x" * 20000), 1)


def test_a_photo_tells_how_it_is_stored_only_when_asked_to():
    assert read(photograph(exposure(storage="not encrypted"), 1))[1][0x0131] == "storage not encrypted"
    assert 0x0131 not in read(photograph(exposure(), 1))[1]
