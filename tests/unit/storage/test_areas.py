import os
import struct

from harness.storage.areas import areas_of
from harness.storage.image.image import acquire
from harness.storage.image.ranges import Range
from harness.storage.volumes.luks_model import LuksHeader, Segment

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


def volume(offset, *segments, reserved=8192):
    parts = tuple(
        Segment(number=0, type="crypt", cipher="c", offset=start, size=size, sector_size=512, iv_tweak=0)
        for start, size in segments
    )
    fields = dict.fromkeys(("keyslots", "digests", "metadata", "problems"), ())
    return LuksHeader(version=2, offset=offset, uuid="u", header_size=4096, segments=parts, reserved=reserved, **fields)


def around(found):
    noise = os.urandom(65536)
    return [(area.name, area.offset, area.state) for area in areas_of(acquire(noise), (found,), (), ())]


def test_a_volume_accounts_for_its_header_and_segments_and_for_nothing_else():
    assert around(volume(0, (8192, None))) == [("whole image", 0, "luks2")]
    rest = ("whole image, not of its volume", 12288, "cannot be told")
    assert around(volume(0, (8192, 4096))) == [("whole image", 0, "luks2"), rest]
    gap = ("whole image, not of its volume", 8192, "cannot be told")
    assert around(volume(0, (16384, None))) == [("whole image", 0, "luks2"), gap, ("whole image", 16384, "luks2")]


def test_a_detached_header_and_one_whose_data_lie_behind_the_end_account_for_no_data():
    rest = ("whole image, not of its volume", 8192, "cannot be told")
    assert around(volume(0, (0, None))) == [("whole image", 0, "luks2"), rest]
    assert around(volume(0, (1 << 40, None))) == [("whole image", 0, "luks2"), rest]


def test_a_volume_of_one_partition_accounts_for_nothing_in_the_next():
    data = table((0x83, 8, 8), (0x83, 16, 8)).ljust(4096, b"\0") + os.urandom(8192)
    found = areas_of(acquire(data), (volume(4096, (0, None), (4096, None), reserved=4096),), (), ())
    assert [(area.name, area.state) for area in found if area.state != "empty"] == [
        ("partition 1", "luks2"),
        ("partition 2", "cannot be told"),
    ]
