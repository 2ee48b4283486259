import pytest

from harness.errors import MaterialError, RigError, VehicleError
from harness.instruments.storage.unit import Unit, open_volume_of
from harness.storage.image.image import acquire


def test_a_recording_is_recovered_from_the_encrypted_medium(bench):
    scene, storage = bench()
    unit = storage._unit
    recording = unit.record()
    assert unit.canary.encode() in recording.plaintext and unit.canary.encode() not in recording.image.data
    assert recording.sealed == recording.image.data[recording.volume.payload.offset : recording.volume.payload.end]
    assert scene.log.controls == [("canary.recovered", True)]


def test_a_locked_unit_takes_no_photo_until_the_login(bench):
    scene, storage = bench()
    unit = storage._unit
    scene.world.power_off()
    vehicle = unit.connect()
    with pytest.raises(VehicleError, match="could not store"):
        unit.take_photo(vehicle)
    assert unit.log_in()
    unit.take_photo(vehicle)
    assert unit.read_alarms(vehicle) == frozenset()


def test_a_target_without_media_or_procedures_cannot_be_judged(bench):
    scene, _ = bench()
    unit = Unit(scene.world, scene.context(sockets={"media": (), "maintenance": None}), "canary")
    with pytest.raises(RigError, match="media one by one"):
        _ = unit.media
    with pytest.raises(RigError, match="procedures"):
        _ = unit.maintenance


def test_the_volume_that_opens_is_found_behind_one_that_does_not(bench):
    _, storage = bench("header-backup")
    unit = storage._unit
    unit.record()
    unit.world.power_on()
    unit.maintenance.erase()
    unit.world.power_off()
    recording = unit.record()
    assert recording.volume.header.offset == 1 << 20
    with pytest.raises(MaterialError):
        open_volume_of(recording.image, "another")
    assert open_volume_of(recording.image, "") is None
    assert open_volume_of(acquire(bytes(1 << 20)), "any") is None
