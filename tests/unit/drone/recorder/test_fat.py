import shutil
import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.drone.recorder.fat import FatVolume, format_fat
from harness.drone.recorder.medium import BLOCK, MEBIBYTE, Medium, Region
from harness.errors import UsageError, VehicleError

SIZE = 17 * MEBIBYTE


def fresh():
    medium = Medium(size=SIZE)
    device = Region(medium, 0, SIZE)
    format_fat(device)
    return medium, device


def test_mtools_reads_the_files(tmp_path):
    if shutil.which("mtype") is None:
        pytest.skip("mtools is not installed")
    medium, device = fresh()
    volume = FatVolume(device)
    log = volume.create("FLIGHT.LOG")
    text = b"".join(b"line %05d\n" % number for number in range(2000))
    volume.append(log, text[:5000])
    volume.append(volume.create("OTHER.BIN"), bytes(9000))
    volume.append(log, text[5000:])
    path = tmp_path / "image"
    path.write_bytes(medium.image())
    listed = subprocess.run(["mdir", "-b", "-i", path, "::"], capture_output=True, text=True, check=True).stdout
    assert listed.split() == ["::/FLIGHT.LOG", "::/OTHER.BIN"]
    assert subprocess.run(["mtype", "-i", path, "::FLIGHT.LOG"], capture_output=True, check=True).stdout == text


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["A.LOG", "B.JPG"]), st.integers(0, 3 * BLOCK)), max_size=8))
def test_appends_read_back_after_a_new_mount(pieces):
    _, device = fresh()
    volume, wanted, files = FatVolume(device), {}, {}
    for number, (name, size) in enumerate(pieces):
        data = bytes((number + 1,)) * size
        files[name] = files.get(name) or volume.create(name)
        volume.append(files[name], data)
        wanted[name] = wanted.get(name, b"") + data
    again = FatVolume(device)
    assert {file.name: again.read(file) for file in again.files()} == wanted


def test_both_tables_are_kept_alike():
    medium, device = fresh()
    volume = FatVolume(device)
    volume.append(volume.create("A.LOG"), bytes(5 * BLOCK))
    blocks = 3
    assert medium.read(BLOCK, blocks * BLOCK) == medium.read((1 + blocks) * BLOCK, blocks * BLOCK)
    assert any(medium.read(BLOCK + 4, 64))


def test_full_medium_is_said_and_left_as_it_was():
    medium, device = fresh()
    volume = FatVolume(device)
    file = volume.create("BIG.BIN")
    volume.append(file, bytes(SIZE - 2 * MEBIBYTE))
    before = medium.image()
    with pytest.raises(VehicleError, match=r"medium is full: 501 of .* 512 are wanted"):
        volume.append(file, bytes(2 * MEBIBYTE))
    assert medium.image() == before


def test_what_was_removed_makes_room_and_the_rest_stays(tmp_path):
    medium, device = fresh()
    volume, kept = FatVolume(device), bytes(range(256)) * 9000
    for number in range(20):
        name = f"{number}.BIN"
        if number > 4:
            volume.remove(next(file for file in volume.files() if file.name == f"{number - 5}.BIN"))
        volume.append(volume.create(name), kept[number:])
    again = FatVolume(device)
    assert {file.name: again.read(file) for file in again.files()} == {f"{n}.BIN": kept[n:] for n in range(15, 20)}
    if shutil.which("mtype") is None:
        pytest.skip("mtools is not installed")
    path = tmp_path / "image"
    path.write_bytes(medium.image())
    assert subprocess.run(["mtype", "-i", path, "::19.BIN"], capture_output=True, check=True).stdout == kept[19:]


def test_full_directory_is_said():
    _, device = fresh()
    volume = FatVolume(device)
    with pytest.raises(VehicleError, match="directory is full"):
        for number in range(600):
            volume.create(f"{number}.BIN")


def test_device_that_fits_no_fat16_is_refused():
    medium = Medium(size=4 * MEBIBYTE)
    with pytest.raises(UsageError, match="no FAT16"):
        format_fat(Region(medium, 0, medium.size))


@pytest.mark.parametrize(
    ("offset", "length"), [(0, 10), (BLOCK - 3, 6), (BLOCK, BLOCK), (9000, 1), (9000, 9999), (10_000, 5), (99_999, 5)]
)
def test_a_piece_of_a_file(offset, length):
    _, device = fresh()
    volume, data = FatVolume(device), bytes(range(250)) * 40
    file = volume.create("A.LOG")
    volume.append(file, data)
    assert volume.read(file, offset, length) == data[offset : offset + length]


def test_what_is_removed_makes_room_again():
    _, device = fresh()
    volume = FatVolume(device)
    total, free = volume.read_room()
    assert total == free
    first = volume.create("A.LOG")
    volume.append(first, bytes(MEBIBYTE))
    second = volume.create("B.LOG")
    volume.append(second, b"b" * 9000)
    assert volume.read_room() == (total, total - MEBIBYTE - 3 * BLOCK)
    volume.remove(first)
    assert volume.read_room() == (total, total - 3 * BLOCK)
    big = volume.create("C.LOG")
    volume.append(big, b"c" * (total - 3 * BLOCK))
    again = FatVolume(device)
    assert {file.name: file.size for file in again.files()} == {"C.LOG": big.size, "B.LOG": 9000}
    assert again.read(again.files()[1]) == b"b" * 9000 and again.read_room()[1] == 0


def test_what_does_not_fit_is_refused_whole():
    _, device = fresh()
    volume = FatVolume(device)
    free = volume.read_room()[1]
    file = volume.create("A.LOG")
    volume.append(file, bytes(100))
    with pytest.raises(VehicleError, match="medium is full"):
        volume.append(file, bytes(free - 99))
    assert volume.read_room()[1] == free - BLOCK
    volume.append(file, bytes(free - 100))
    assert volume.read_room()[1] == 0
