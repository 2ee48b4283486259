"""The audit at length: fuzzing by coverage, and a capture that is larger than the memory that reading it may take."""

import os
import struct
import subprocess
import sys
from pathlib import Path

import pytest
from seeds import audit_seeds

ROOT = Path(__file__).parents[2]
PACKETS = 2_000_000
MEASURE = """
import sys
from pathlib import Path
from harness.network import Parties, Policy, examine, open_capture
source = open_capture(Path(sys.argv[1]))
report = examine(source, Policy(endpoints=()), Parties(macs=frozenset({"02:00:00:00:00:02"})))
private = sum(int(line.split()[1]) for line in open("/proc/self/smaps_rollup") if line.startswith("Private_Dirty"))
print(report.power.packets, report.undeclared_flows, private // 1024)
"""


@pytest.mark.skipif(
    not Path("/proc/self/smaps_rollup").exists(), reason="needs Linux to tell memory from a mapped file"
)
@pytest.mark.timeout(1800)
def test_memory_does_not_grow_with_a_large_capture(tmp_path):
    ends = bytes((10, 77, 0, 2, 203, 0, 113, 9))
    datagram = struct.pack(">HHHH", 5000, 9, 908, 0) + bytes(900)
    packet = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(datagram), 0, 0, 64, 17, 0) + ends + datagram
    frame = bytes.fromhex("020000000001020000000002") + b"\x08\0" + packet
    record = struct.pack("<IIII", 1000, 0, len(frame), len(frame)) + frame
    path = tmp_path / "large.pcap"
    with path.open("wb") as file:
        file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1))
        for _ in range(PACKETS // 1000):
            file.write(record * 1000)
        file.flush()
        # pages of a file that is not yet on the disk count as dirty where they are mapped
        os.fsync(file.fileno())
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, str(path)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    packets, undeclared, memory = map(int, done.stdout.split())
    assert (packets, undeclared) == (PACKETS, 1)
    assert memory < 400


@pytest.mark.timeout(3600)
def test_the_fuzzer_finds_no_crash(fuzz):
    fuzz("fuzz_audit.py", audit_seeds())
