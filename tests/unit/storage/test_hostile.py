"""Any image gets an answer, in bounded memory, and none that holds something is called clean."""

import os
import struct
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.storage.image.image import acquire
from harness.storage.image.window import Steps
from harness.storage.scan import Options, scan
from harness.storage.search.canary import CanarySet, CoordinateCanary, TextCanary
from harness.storage.search.keysearch import Secret

ROOT = Path(__file__).parents[3]
CANARIES = CanarySet(
    texts=(TextCanary("text", "the hidden bridge"),), coordinates=(CoordinateCanary("place", 35.6762, 139.6503),)
)
KEYS = (Secret(name="pass", value=b"aaaaaaaa"),)
TINY = Options(steps=Steps(piece=4096, back=4096, ahead=4096))
BEGINNINGS = [
    *(
        b"LUKS\xba\xbe\0\1",
        b"LUKS\xba\xbe\0\2",
        b"SKUL\xba\xbe\0\2",
        b"EFI PART",
        b"-FVE-FS-",
        b"\x53\xef",
        b"\x55\xaa",
    ),
    *(b"\xff\xd8\xff\xe1", b"....ftyp", b"\xa3\x95\x80", b"ULog\x01\x12\x35", b"$GPGGA,", b'{"', b"PK\x03\x04"),
    *(b"\x1f\x8b\x08", b"-----BEGIN ", b"\xfd\x09\0\0", b"\xfe\x09", b"35.", b"aaaaaaaa", b"SQLite format 3\0"),
]
TABLE = bytes(446) + struct.pack("<B3xB3xII", 0, 5, 1, 9) + bytes(48) + b"\x55\xaa"


@settings(max_examples=80, deadline=None)
@given(
    st.lists(
        st.binary(max_size=64) | st.sampled_from([*BEGINNINGS, TABLE, bytes(512), b"\xff" * 4096, bytes(4095)]),
        min_size=1,
        max_size=14,
    )
)
def test_any_image_gets_an_answer_and_only_fill_is_clean(parts):
    data = b"".join(parts) + b"\0"
    report = scan(acquire(data), CANARIES, KEYS, TINY)
    assert report.size == len(data)
    # without a volume, nothing but fill and partition tables can be clean
    tables = {at for part in acquire(data).layout.tables for at in range(part.offset, part.end)}
    written = any(byte not in (0, 255) for at, byte in enumerate(data) if at not in tables)
    assert report.level != "clean" or not written


@pytest.mark.parametrize(
    "filler",
    [
        b"aaaaaaaa",
        b"\xff\xd8\xff",
        b'{"',
        b"$G",
        b"\xfd\0\0\0\0\1\0\0\0\0\0\0",
        b"35.67 139.65\n",
        b"LUKS\xba\xbe\0\2".ljust(512),
    ],
    ids=["secret", "jpeg", "json", "nmea", "mavlink", "place", "luks"],
)
def test_a_medium_filled_to_keep_a_judge_busy_ends(filler):
    report = scan(acquire(filler * ((2 << 20) // len(filler))), CANARIES, KEYS)
    assert report.level == "findings"
    assert max(entry.count for entry in report.counts) <= 110_000


# of this process alone: what getrusage says begins with the memory of the process that started it
PEAK = """
def peak():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) // 1024
"""
MEASURE = """
import sys
from harness.storage import CanarySet, CoordinateCanary, TextCanary, acquire, scan
canaries = CanarySet(texts=(TextCanary.random("t"),), coordinates=(CoordinateCanary("p", 35.6, 139.6),))
report = scan(acquire(sys.argv[1]), canaries)
print(report.level, report.size, peak())
"""


def peak(path, program=MEASURE):
    """Level, size and peak of memory (MiB) of a scan in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", PEAK + program, str(path)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    level, size, memory = done.stdout.rsplit(maxsplit=2)
    return level, int(size), int(memory)


def test_memory_does_not_grow_with_the_image(tmp_path):
    for name, size in (("small", 16 << 20), ("large", 192 << 20)):
        with (tmp_path / name).open("wb") as file:
            file.truncate(size)
            for offset in range(0, size, 16 << 20):
                file.seek(offset)
                file.write(os.urandom(1 << 20))
    (_, _, small), (level, size, large) = peak(tmp_path / "small"), peak(tmp_path / "large")
    assert (level, size) == ("not fully examined", 192 << 20)
    assert large < 400 and large - small < 150


def test_memory_that_was_taken_is_seen_also_when_it_was_given_back(tmp_path):
    *_, memory = peak(tmp_path, "held = bytes(1) * (500 << 20)\ndel held\nprint('held', 0, peak())")
    assert 500 <= memory < 600
