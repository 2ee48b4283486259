import pytest

from harness.drone.station import GroundStation


@pytest.mark.parametrize("keeps", [False, True])
def test_photos_are_counted_and_kept_only_by_a_station_that_does(keeps):
    station = GroundStation(keeps_photos=keeps)
    assert not any(station.medium.image())
    for scene in (b"first scene", b"second scene"):
        station.show(b"\xff\xd8\xff" + scene)
    image = station.medium.image()
    assert b"photos_shown=2" in image
    assert (b"first scene" in image, b"second scene" in image) == (keeps, keeps)
