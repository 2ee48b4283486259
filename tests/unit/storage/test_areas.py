import os
import struct

from harness.storage.areas import areas_of
from harness.storage.image import acquire
from harness.storage.ranges import Range

MIB = 1 << 20


def table(*entries):
    rows = b"".join(struct.pack("<B3xB3xII", 0, *entry) for entry in entries)
    return bytes(446) + rows.ljust(64, b"\0") + b"\x55\xaa"


def states(data, finds=(), plain=()):
    return [(area.name, area.offset, area.state) for area in areas_of(acquire(data), (), finds, tuple(plain))]


def test_partitions_and_gaps_cover_all_but_the_table():
    data = table((0x83, 8, 8), (0x83, 24, 8)).ljust(4096, b"\0") + os.urandom(4096) + bytes(4096) + os.urandom(8192)
    assert states(data) == [
        ("unpartitioned", 512, "empty"),
        ("partition 1", 4096, "cannot be told"),
        ("unpartitioned", 8192, "empty"),
        ("partition 2", 12288, "cannot be told"),
        ("unpartitioned", 16384, "cannot be told"),
    ]


def test_a_find_outranks_low_entropy_and_that_outranks_doubt():
    data = os.urandom(MIB)
    assert states(data) == [("whole image", 0, "cannot be told")]
    assert states(data, plain=[Range(4096, 10)]) == [("whole image", 0, "low entropy")]
    assert states(data, finds=[5000], plain=[Range(4096, 10)]) == [("whole image", 0, "readable")]
    assert states(data, finds=[MIB]) == [("whole image", 0, "cannot be told")]


def test_a_written_last_page_is_not_empty():
    assert states(bytes(3 * MIB))[0][2] == "empty"
    assert states(bytes(3 * MIB) + os.urandom(7))[0][2] == "cannot be told"
