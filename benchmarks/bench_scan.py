"""Speed and recall of the scan beside yara, binwalk -E, ent and sha256sum one after another, as far as installed.

``python benchmarks/bench_scan.py [MiB]``; default 1024. The image is mostly random, as an encrypted card is, with text,
zeros and planted patterns, some across the borders of pieces, pages and sectors.
"""

import hashlib
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from harness.storage import CanarySet, CoordinateCanary, Secret, TextCanary, acquire, scan
from harness.storage.image.window import Steps

MIB = 1 << 20
GOAL, RATIO = 300.0, 5.0
PLANTED = 71
TEXT = TextCanary.random("scene")
PLACE = CoordinateCanary("field", 35.6762, 139.6503)
KEY = Secret(name="key", value=os.urandom(64))
LINE = b"$GPGGA,123519,4807.038,N,01131.000,E,1,08,0.9,545.4,M,46.9,M,,*47\r\n"


def main():
    size = int(sys.argv[1]) if len(sys.argv) > 1 else 1024
    with tempfile.TemporaryDirectory(prefix="bench-scan-") as folder:
        path = Path(folder) / "card.img"
        planted = make_image(path, size * MIB)
        scan(acquire(os.urandom(MIB)), CanarySet(), ())
        start, used = time.perf_counter(), time.process_time()
        report = scan(acquire(path), CanarySet(texts=(TEXT,), coordinates=(PLACE,)), (KEY,))
        seconds, used = time.perf_counter() - start, time.process_time() - used
        check_recall(report, planted)
        speed = size * MIB / 1e6 / seconds
        print(f"scan{'':<16} {seconds:7.1f} s  {speed:6.0f} MB/s   goal {GOAL:.0f}   {report.engine}")
        print(f"processor time {used / (size * MIB / 1e9):.1f} ns a byte: on two idle cores half of it passes")
        print(f"recall: {sum(map(len, planted.values()))} of {sum(map(len, planted.values()))} planted patterns found")
        others = beside(path, Path(folder))
    print(f"one after another {others:9.1f} s; scan is {others / seconds:.1f} x as fast   goal {RATIO:.0f} x")
    print(f"SHA-256 alone {sha256_speed():.0f} MB/s on one core")


def make_image(path, size):
    """Write the image; gives the planted offsets by encoding."""
    rng = random.Random(1)
    needles = [(item.encoding, item.needle) for item in (*TEXT.patterns(), *KEY.patterns()[:4])]
    step = Steps().piece
    borders = [step * number for number in range(1, size * 3 // 4 // step)] + [512 * 99, 4096 * 77]
    planted = {}
    with path.open("wb") as file:
        for start in range(0, size, 16 * MIB):
            file.write(content(start / size, min(16 * MIB, size - start)))
        for number in range(PLANTED):
            encoding, needle = needles[number % len(needles)]
            place = borders[number] - len(needle) // 2 if number < len(borders) else rng.randrange(size * 3 // 4)
            file.seek(place)
            file.write(needle)
            planted.setdefault(encoding, []).append(place)
    return planted


def content(share, size):
    if 0.75 <= share < 0.80:
        return (LINE * (size // len(LINE) + 1))[:size]
    return bytes(size) if 0.80 <= share < 0.90 else os.urandom(size)


def check_recall(report, planted):
    found = {}
    for hit in report.hits:
        found.setdefault(hit.encoding, []).append(hit.offset)
    lost = {name: set(places) - set(found.get(name, ())) for name, places in planted.items()}
    assert not any(lost.values()), f"planted patterns were missed: {lost}"


def beside(path, folder):
    """Run the peers one after another; gives their seconds together."""
    rules = folder / "rules.yar"
    strings = "\n".join(
        f"$a{number} = {{ {item.needle.hex()} }}" for number, item in enumerate((*TEXT.patterns(), *KEY.patterns()))
    )
    rules.write_text(f"rule planted {{ strings:\n{strings}\ncondition: any of them }}\n")
    total = 0.0
    commands = {
        "yara": ["yara", "-s", str(rules), str(path)],
        "binwalk -E": ["binwalk", "-E", "-N", "-q", str(path)],
        "ent": ["ent", str(path)],
        "sha256sum": ["sha256sum", str(path)],
    }
    for name, command in commands.items():
        if shutil.which(command[0]) is None:
            print(f"{name:<20} not installed, left out of the sum")
            continue
        start = time.perf_counter()
        done = subprocess.run(command, capture_output=True, cwd=folder, check=False)
        seconds = time.perf_counter() - start
        failed = "" if done.returncode == 0 else f"   exit {done.returncode}, left out of the sum"
        total += 0.0 if failed else seconds
        print(f"{name:<20} {seconds:7.1f} s  {path.stat().st_size / 1e6 / seconds:6.0f} MB/s{failed}")
    return total


def sha256_speed():
    data = os.urandom(64 * MIB)
    start = time.perf_counter()
    hashlib.sha256(data)
    return len(data) / 1e6 / (time.perf_counter() - start)


if __name__ == "__main__":
    main()
