import zlib

import pytest

from harness.drone.recorder.fat import FatVolume, format_fat
from harness.drone.recorder.medium import BLOCK, MEBIBYTE, Medium, Region
from harness.drone.recorder.stores import LOG_NAME, FileStore, SequentialStore
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
    assert second.next_photo() == 2
    assert device.read(1 + 2 * 3 + 4)[:8] == b"one\ntwo\n"


def test_sequential_store_goes_on_behind_what_is_there():
    medium, device = region(MEBIBYTE)
    SequentialStore(device, compress=True).append_log(b"one\n")
    store = SequentialStore(device, compress=True)
    store.add_photo(1, PHOTO)
    assert zlib.decompress(medium.read(0, BLOCK), wbits=31) == b"one\n"
    assert medium.read(BLOCK, len(PHOTO)) == PHOTO
    assert SequentialStore(device, compress=True).next_photo() == 2


def test_uncompressed_log_is_readable():
    medium, device = region(MEBIBYTE)
    SequentialStore(device, compress=False).append_log(b"one\n")
    assert medium.read(0, 4) == b"one\n"


def test_what_is_larger_than_a_sequential_store_is_refused():
    _, device = region(2 * BLOCK)
    store = SequentialStore(device, compress=False)
    with pytest.raises(VehicleError, match="do not fit"):
        store.add_photo(1, bytes(3 * BLOCK))
    assert store.next_photo() == 1


def test_full_sequential_store_begins_anew():
    medium, device = region(3 * BLOCK)
    store = SequentialStore(device, compress=False)
    names = [store.add_photo(number, PHOTO + bytes((number,))) for number in range(1, 4)]
    assert names == [f"block 0 (photo {number})" for number in range(1, 4)]
    assert medium.read(len(PHOTO), 1) == b"\3"
    SequentialStore(device, compress=False).append_log(b"log")
    assert medium.read(2 * BLOCK, 3) == b"log"


def files_of(device):
    return sorted(file.name for file in FatVolume(device).files())


@pytest.mark.parametrize("size", [1000, 1_000_000], ids=["full directory", "full medium"])
def test_the_oldest_photo_makes_room(size):
    _, device = region(17 * MEBIBYTE)
    format_fat(device)
    store = FileStore(device)
    for number in range(1, 521):
        store.add_photo(number, bytes(size))
    kept = files_of(device)
    # the label and the log take one entry each; 15 and a half of 17 MiB hold clusters
    assert len(kept) == (511 if size == 1000 else 18)
    assert kept[0] == LOG_NAME and kept[-1] == "IMG_0520.JPG"
    assert kept[1] == f"IMG_{520 - len(kept) + 2:04d}.JPG"
    assert FileStore(device).next_photo() == 521


def test_the_log_goes_before_the_photos_and_says_when_nothing_is_left():
    _, device = region(17 * MEBIBYTE)
    format_fat(device)
    store = FileStore(device)
    store.add_photo(1, bytes(MEBIBYTE))
    for _ in range(16):
        store.append_log(bytes(MEBIBYTE))
    assert files_of(device) == [LOG_NAME]
    for write in (lambda: store.append_log(bytes(MEBIBYTE)), lambda: store.add_photo(2, bytes(MEBIBYTE))):
        with pytest.raises(VehicleError, match="medium is full"):
            write()
    assert files_of(device) == [LOG_NAME]
    store.add_photo(2, bytes(1000))
    assert store.next_photo() == 3


def test_numbers_go_on_where_a_short_name_has_no_more_figures():
    _, device = region(17 * MEBIBYTE)
    format_fat(device)
    store = FileStore(device)
    assert [store.add_photo(number, PHOTO) for number in (9999, 10000)] == ["IMG_9999.JPG", "IMG_0000.JPG"]
    assert store.next_photo() == 1


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
    assert (store.next_photo(), store.sizes()) == (1, {"FLIGHT.LOG": 0})
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
