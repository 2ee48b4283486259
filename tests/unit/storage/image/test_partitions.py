import struct
import zlib

from hypothesis import given
from hypothesis import strategies as st

from harness.storage.image.image import acquire
from harness.storage.image.partitions import MOST_LOGICAL
from harness.storage.image.ranges import Range

SECTOR = 512


def table(*entries):
    rows = b"".join(struct.pack("<B3xB3xII", 0, *entry) for entry in entries)
    return bytes(446) + rows.ljust(64, b"\0") + b"\x55\xaa"


def disk(sectors, **places):
    """A disk of so many sectors, with bytes at some of them: ``s8=...``."""
    data = bytearray(sectors * SECTOR)
    for name, content in places.items():
        at = int(name[1:]) * SECTOR
        data[at : at + len(content)] = content
    return bytes(data)


def test_logical_drives_are_partitions_from_5_and_their_container_is_marked():
    data = disk(400, s0=table((0x05, 10, 300), (0x83, 320, 10)), s10=table((0x83, 1, 20), (0x05, 50, 60)))
    data = data[: 60 * SECTOR] + table((0x0C, 2, 30)) + data[61 * SECTOR :]
    image = acquire(data)
    names = {part.name: (part.offset // SECTOR, part.size // SECTOR, part.container) for part in image.partitions}
    assert names == {"5": (11, 20, False), "6": (62, 30, False), "1": (10, 300, True), "2": (320, 10, False)}
    assert Range(60 * SECTOR, SECTOR) in image.layout.tables and image.problems == ()
    assert image.end_of_area(70 * SECTOR) == 92 * SECTOR
    assert image.end_of_area(200 * SECTOR) == 310 * SECTOR


def test_a_circle_of_logical_drives_ends_and_is_told():
    data = disk(
        100, s0=table((0x0F, 10, 80)), s10=table((0x83, 1, 5), (0x05, 20, 9)), s30=table((0x83, 1, 5), (0x05, 20, 9))
    )
    image = acquire(data)
    assert [part.name for part in image.partitions] == ["5", "6", "1"]
    assert image.problems == ("the logical drives of partition 1 run in a circle at 0x3c00",)


def test_an_endless_chain_is_given_up():
    chain = {f"s{10 + number}": table((0x83, 1, 1), (0x05, number + 1, 1)) for number in range(300)}
    image = acquire(disk(400, s0=table((0x05, 10, 380)), **chain))
    assert len(image.partitions) == MOST_LOGICAL + 1
    assert image.problems == (f"partition 1 holds more than {MOST_LOGICAL} logical drives",)


def test_a_broken_chain_is_told():
    image = acquire(disk(100, s0=table((0x05, 10, 80))))
    assert image.problems == ("the logical drives of partition 1 break off at 0x1400",)


def test_a_table_inside_a_partition_is_read_three_deep():
    inner = table((0x83, 2, 8))
    data = disk(100, s0=table((0x83, 10, 80)), s10=table((0x83, 10, 60)), s20=table((0x83, 10, 40)), s30=inner)
    assert [part.name for part in acquire(data).partitions] == ["1.1.1", "1.1", "1"]
    assert [part.offset // SECTOR for part in acquire(data).partitions] == [30, 20, 10]


def test_a_cut_partition_is_a_problem():
    image = acquire(disk(20, s0=table((0x83, 10, 80))))
    assert image.problems == ("partition 1 reaches beyond the image: the image is cut off",)


def gpt(sectors, first, last, *, primary=True, copy=True):
    rows = struct.pack("<16s16sQQ", b"type", b"id", first, last).ljust(128, b"\0") * 1
    rows = rows.ljust(4 * 128, b"\0")

    def head(at, table_at):
        fields = (b"EFI PART", 0x10000, 92, 0, 0, table_at, 4, 128, zlib.crc32(rows))
        made = bytearray(struct.pack("<8sIIII48xQIII", *fields))
        made[16:20] = struct.pack("<I", zlib.crc32(made))
        return bytes(made)

    places = {"s0": table((0xEE, 1, sectors - 1))}
    places |= {"s1": head(1, 2), "s2": rows} if primary else {}
    places |= {f"s{sectors - 1}": head(sectors - 1, sectors - 3), f"s{sectors - 3}": rows} if copy else {}
    return disk(sectors, **places)


def test_both_copies_of_a_gpt_are_tables():
    image = acquire(gpt(200, 40, 59))
    assert [(part.offset, part.size) for part in image.partitions] == [(40 * SECTOR, 20 * SECTOR)]
    assert image.problems == ()
    assert {part.offset // SECTOR for part in image.layout.tables} == {0, 1, 2, 199, 197}


def test_the_copy_stands_in_for_a_lost_gpt_and_that_is_told():
    image = acquire(gpt(200, 40, 59, primary=False))
    assert [part.offset for part in image.partitions] == [40 * SECTOR]
    assert image.problems == ("the first GUID partition table is missing or damaged",)


@given(st.binary(max_size=80), st.integers(440, 600), st.binary(max_size=80), st.integers(440, 512))
def test_any_tables_end_and_stay_on_the_image(patch, at, inner, inner_at):
    data = bytearray(disk(64, s0=table((0x05, 10, 50), (0xEE, 1, 60)), s10=table((0x83, 1, 9), (0x05, 20, 9))))
    data[at : at + len(patch)] = patch
    data[10 * SECTOR + inner_at : 10 * SECTOR + inner_at + len(inner)] = inner
    image = acquire(bytes(data))
    assert all(0 <= part.offset < part.end <= image.size for part in image.partitions)
    assert all(isinstance(problem, str) for problem in image.problems)
