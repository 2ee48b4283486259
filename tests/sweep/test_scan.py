"""Long runs of the scan: an image larger than memory may be, and a fuzzer that follows the branches of the code."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from seeds import scan_seeds, supply_seeds

ROOT = Path(__file__).parents[2]
SIZE = 3 << 30
MEASURE = """
import resource, sys
from harness.storage import CanarySet, TextCanary, acquire, scan
report = scan(acquire(sys.argv[1]), CanarySet(texts=(TextCanary("t", "the hidden bridge"),)))
with open('/proc/self/status') as status:
    peak = next(int(line.split()[1]) for line in status if line.startswith('VmHWM')) // 1024
print(report.count("canary"), report.size, peak)
"""


@pytest.mark.timeout(3600)
def test_three_gigabytes_are_scanned_in_400_megabytes(tmp_path):
    with (tmp_path / "card.img").open("wb") as file:
        file.truncate(SIZE)
        for offset in range(0, SIZE, 64 << 20):
            file.seek(offset)
            file.write(os.urandom(1 << 20))
        file.seek(SIZE - 1000)
        file.write(b"the hidden bridge")
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, str(tmp_path / "card.img")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    found, size, memory = map(int, done.stdout.split())
    assert (found, size) == (1, SIZE)
    assert memory < 400


@pytest.mark.timeout(3600)
@pytest.mark.parametrize(("target", "seeds"), [("fuzz_scan.py", scan_seeds), ("fuzz_supply.py", supply_seeds)])
def test_the_fuzzer_finds_no_crash(fuzz, target, seeds):
    fuzz(target, seeds())
