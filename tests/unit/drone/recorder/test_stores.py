import zlib

import pytest

from harness.drone.recorder.fat import format_fat
from harness.drone.recorder.medium import BLOCK, MEBIBYTE, Medium, Region
from harness.drone.recorder.stores import FileStore, SequentialStore
from harness.errors import VehicleError

PHOTO = b"\xff\xd8\xff" + b"p" * 5000


def region(size):
    medium = Medium(size=size)
    return medium, Region(medium, 0, size)


def test_file_store_goes_on_after_a_new_mount():
    _, device = region(17 * MEBIBYTE)
    format_fat(device)
    first = FileStore(device)
    first.append_log(b"one\n")
    assert first.add_photo(1, PHOTO) == "IMG_0001.JPG"
    second = FileStore(device)
    second.append_log(b"two\n")
    assert second.photos() == 1
    assert device.read(1 + 2 * 3 + 4)[:8] == b"one\ntwo\n"


def test_sequential_store_goes_on_behind_what_is_there():
    medium, device = region(MEBIBYTE)
    SequentialStore(device, compress=True).append_log(b"one\n")
    store = SequentialStore(device, compress=True)
    store.add_photo(1, PHOTO)
    assert zlib.decompress(medium.read(0, BLOCK), wbits=31) == b"one\n"
    assert medium.read(BLOCK, len(PHOTO)) == PHOTO
    assert SequentialStore(device, compress=True).photos() == 1


def test_uncompressed_log_is_readable():
    medium, device = region(MEBIBYTE)
    SequentialStore(device, compress=False).append_log(b"one\n")
    assert medium.read(0, 4) == b"one\n"


def test_full_sequential_store_is_said():
    _, device = region(2 * BLOCK)
    store = SequentialStore(device, compress=False)
    with pytest.raises(VehicleError, match="medium is full"):
        store.add_photo(1, bytes(3 * BLOCK))


def test_files_are_listed_read_and_the_log_begun_anew():
    _, device = region(17 * MEBIBYTE)
    format_fat(device)
    store = FileStore(device)
    store.append_log(b"one\ntwo\n")
    store.add_photo(1, PHOTO)
    assert store.sizes() == {"FLIGHT.LOG": 8, "IMG_0001.JPG": len(PHOTO)}
    assert store.read("FLIGHT.LOG", 4, 99) == b"two\n" and store.read("IMG_0001.JPG", 0, 3) == PHOTO[:3]
    with pytest.raises(VehicleError, match=r"no file FLIGHT\.TXT"):
        store.read("FLIGHT.TXT", 0, 1)
    store.erase_log()
    store.append_log(b"three\n")
    assert FileStore(device).read("FLIGHT.LOG", 0, 99) == b"three\n"
    assert FileStore(device).read("IMG_0001.JPG", 0, 9999) == PHOTO


def test_a_photo_that_does_not_fit_leaves_nothing():
    _, device = region(17 * MEBIBYTE)
    format_fat(device)
    store = FileStore(device)
    with pytest.raises(VehicleError, match="medium is full"):
        store.add_photo(1, bytes(17 * MEBIBYTE))
    assert (store.photos(), store.sizes()) == (0, {"FLIGHT.LOG": 0})
    assert store.read_room()[0] == store.read_room()[1]


def test_without_a_file_system_nothing_can_be_read_by_name():
    _, device = region(MEBIBYTE)
    store = SequentialStore(device, compress=True)
    store.append_log(b"one\n")
    assert store.sizes() == {} and store.read_room() == (MEBIBYTE, MEBIBYTE - BLOCK)
    with pytest.raises(VehicleError, match="no file"):
        store.read("FLIGHT.LOG", 0, 1)
    with pytest.raises(VehicleError, match="cannot erase"):
        store.erase_log()
