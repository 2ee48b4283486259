import pickle

import pytest

from harness.drone.recorder.medium import BLOCK, Medium, Region
from harness.errors import UsageError


def test_write_reaches_the_image_at_its_place():
    medium = Medium(size=4 * BLOCK)
    Region(medium, BLOCK, 2 * BLOCK).write(1, b"x" * BLOCK)
    assert medium.image() == bytes(2 * BLOCK) + b"x" * BLOCK + bytes(BLOCK)


def test_contents_survive_in_a_new_medium():
    medium = Medium(size=2 * BLOCK)
    medium.write(5, b"abc")
    assert Medium(contents=medium.image()).read(5, 3) == b"abc"


@pytest.mark.parametrize("offset", [-1, 4 * BLOCK - 2])
def test_write_beyond_the_medium_is_refused(offset):
    with pytest.raises(UsageError, match="leaves the medium"):
        Medium(size=4 * BLOCK).write(offset, b"abc")


@pytest.mark.parametrize("size", [0, 1000])
def test_medium_of_part_blocks_is_refused(size):
    with pytest.raises(UsageError, match="whole blocks"):
        Medium(size=size)


def test_region_has_hard_bounds():
    medium = Medium(size=4 * BLOCK)
    region = Region(medium, BLOCK, 2 * BLOCK)
    with pytest.raises(UsageError, match="leave a region"):
        region.write(2, bytes(BLOCK))
    with pytest.raises(UsageError, match="leave a region"):
        region.read(-1)
    with pytest.raises(UsageError, match="does not fit"):
        Region(medium, BLOCK, 4 * BLOCK)


def test_part_begins_further_on():
    medium = Medium(size=4 * BLOCK)
    medium.write(3 * BLOCK, b"end")
    assert Region(medium, BLOCK, 3 * BLOCK).part(2 * BLOCK).read(0)[:3] == b"end"


def test_what_was_under_way_is_lost_with_the_power_and_nothing_after_an_orderly_end():
    medium = Medium(4 * BLOCK)
    for number in range(3):
        medium.write(number * BLOCK, bytes([number + 1]) * BLOCK)
    medium.lose(2)
    assert medium.image() == (b"\1" * BLOCK).ljust(4 * BLOCK, b"\0")
    medium.write(BLOCK, b"\2" * BLOCK)
    medium.settle()
    medium.lose(8)
    assert medium.read(BLOCK, 1) == b"\2"


def test_what_is_written_later_is_there_for_whoever_looks_and_made_once():
    made = []

    def make():
        made.append(1)
        return b"late" * (BLOCK // 4)

    medium = Medium(4 * BLOCK)
    medium.write_later(BLOCK, BLOCK, make)
    medium.write(3 * BLOCK, b"x" * BLOCK)
    assert medium.read(0, BLOCK) == bytes(BLOCK) and not made
    assert medium.read(2 * BLOCK - 4, 8) == b"late" + bytes(4)
    assert medium.image() == bytes(BLOCK) + b"late" * (BLOCK // 4) + bytes(BLOCK) + b"x" * BLOCK
    assert len(made) == 1


def test_what_is_written_later_keeps_its_place_among_the_writes():
    medium = Medium(2 * BLOCK)
    medium.write_later(0, BLOCK, lambda: b"a" * BLOCK)
    medium.write(8, b"second")
    assert medium.read(0, 16) == b"aaaaaaaasecondaa"
    medium.write_later(BLOCK, BLOCK, lambda: b"c" * BLOCK)
    medium.lose(2)
    assert medium.image() == b"a" * BLOCK + bytes(BLOCK)
    with pytest.raises(UsageError):
        medium.write_later(BLOCK, BLOCK + 1, lambda: b"")


def test_a_medium_kept_in_a_file_has_its_bytes_there_at_once(tmp_path):
    medium = Medium(2 * BLOCK)
    medium.write(0, b"before")
    medium.keep_in(tmp_path / "m")
    medium.write(8, b"after")
    medium.write_later(BLOCK, BLOCK, lambda: b"c" * BLOCK)
    assert (tmp_path / "m").read_bytes() == b"before\0\0after".ljust(BLOCK, b"\0") + b"c" * BLOCK
    other = Medium(2 * BLOCK)
    other.keep_in(tmp_path / "m")
    assert other.read(8, 5) == b"after"
    # what is kept apart from its bytes takes them from there again
    again = pickle.loads(pickle.dumps(medium))
    assert again.read(8, 5) == bytes(5)
    again.keep_in(tmp_path / "m")
    assert again.image() == medium.image()


def test_a_file_of_another_size_is_no_medium(tmp_path):
    (tmp_path / "m").write_bytes(bytes(BLOCK))
    with pytest.raises(UsageError, match="has 4096 bytes, the medium has 8192"):
        Medium(2 * BLOCK).keep_in(tmp_path / "m")
