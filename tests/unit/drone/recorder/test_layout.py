import shutil
import struct
import subprocess

import pytest

from harness.drone.recorder.config import RecorderConfig
from harness.drone.recorder.layout import is_partitioned, layout, write_table
from harness.drone.recorder.medium import MEBIBYTE, Medium
from harness.errors import UsageError

ALL = RecorderConfig(plaintext_log_partition=True, key_beside_data=True)


def entries(image):
    return [struct.unpack_from("<B3xB3xII", image, 446 + 16 * number) for number in range(4)]


def test_healthy_table_has_one_luks_partition():
    medium = Medium()
    write_table(RecorderConfig(), medium)
    assert entries(medium.image())[0] == (0, 0xE8, 2048, 23 * 2048)
    assert entries(medium.image())[1:] == [(0, 0, 0, 0)] * 3


def test_partitions_do_not_overlap_and_end_with_the_medium():
    medium = Medium()
    write_table(ALL, medium)
    starts = [(start, size) for _, kind, start, size in entries(medium.image()) if kind]
    assert [start + size for start, size in starts] == [21 * 2048 + 2048, 23 * 2048, 24 * 2048]
    plan = layout(ALL, medium)
    assert [region.offset // 512 for region in (plan.main, plan.log, plan.keys)] == [start for start, _ in starts]


def test_blank_medium_is_not_partitioned():
    medium = Medium()
    assert not is_partitioned(medium)
    write_table(RecorderConfig(), medium)
    assert is_partitioned(medium)


def test_too_small_a_medium_is_refused():
    with pytest.raises(UsageError, match="too small"):
        layout(ALL, Medium(size=3 * MEBIBYTE))


def test_file_program_reads_the_table(tmp_path):
    if shutil.which("file") is None:
        pytest.skip("the program file is not installed")
    medium = Medium()
    write_table(RecorderConfig(), medium)
    (tmp_path / "image").write_bytes(medium.image())
    said = subprocess.run(["file", tmp_path / "image"], capture_output=True, text=True, check=True).stdout
    assert "partition 1 : ID=0xe8" in said and "startsector 2048" in said
