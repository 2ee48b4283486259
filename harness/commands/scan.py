"""``dronecert scan``: is there readable data on the image of a medium?"""

import json
import os
import re
import sys
import time
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path

from harness.commands.output import new_folder, say, tell
from harness.errors import MaterialError
from harness.reports.plots import Plot, render_png
from harness.storage import CanarySet, Image, Options, ScanReport, acquire, scan
from harness.storage.image.found import Windowed
from harness.storage.image.ranges import Range
from harness.storage.searchfile import read_canaries, read_keys

EXIT_CODES = {"clean": 0, "findings": 1, "not fully examined": 2}
MEBIBYTE = 1 << 20
LINES_SHOWN = 40
MOST_MARKS, MARKS_ACROSS, MOST_CARVED = 12, 50, 200
BEFORE, CARVED = 256, 4096
# Drawn again so often, in seconds.
BETWEEN = 0.5


def scan_image(arguments: Namespace) -> int:
    """Print what was found; returns 0 clean, 1 findings, 2 not fully examined.

    Raises:
        UsageError: a file of canaries or keys is wrong, the image is none, or the folder is not empty.
    """
    canaries = read_canaries(Path(arguments.canaries)) if arguments.canaries else CanarySet()
    keys = read_keys(Path(arguments.keys)) if arguments.keys else ()
    detectors = (_rules(arguments.yara),) if arguments.yara else ()
    folder = _folder(arguments.report)
    try:
        image = acquire(Path(arguments.image), stated_size=arguments.size)
        report = scan(image, canaries, keys, Options(progress=_Progress(), detectors=detectors))
    except MaterialError as error:
        return _unexamined(arguments, str(error))
    if folder is not None:
        _write(folder, image, report)
    if arguments.json:
        say(json.dumps(report.to_json(), allow_nan=False))
    else:
        _print(report)
    return EXIT_CODES[report.level]


def _rules(name: str) -> Windowed:
    from harness.storage.search.yara import load_rules

    return load_rules(Path(name)).detector


def _unexamined(arguments: Namespace, problem: str) -> int:
    tell(f"dronecert: {problem}")
    level = "not fully examined"
    if arguments.json:
        say(json.dumps({"image": Path(arguments.image).name, "level": level, "reasons": [], "doubts": [problem]}))
    return EXIT_CODES[level]


def _print(report: ScanReport) -> None:
    say(f"{report.image}: {report.size} bytes, {report.coverage:.4%} read, SHA-256 {report.sha256}")
    say(f"engine: {report.engine}")
    for area in report.areas:
        say(f"{area.name}: {area.state}, {area.size} bytes at {area.offset:#x}")
    for word, lines in (("found", report.reasons), ("doubt", report.doubts)):
        for line in lines[:LINES_SHOWN]:
            say(f"{word}: {line}")
        if len(lines) > LINES_SHOWN:
            say(f"{word}: {len(lines) - LINES_SHOWN} more, see --json")
    say(report.level.upper())


def _folder(name: str) -> Path | None:
    if not name:
        return None
    return new_folder("--report", name)


def _write(folder: Path, image: Image, report: ScanReport) -> None:
    (folder / "scan.json").write_text(json.dumps(report.to_json(), indent=1, allow_nan=False), encoding="utf-8")
    (folder / "entropy.png").write_bytes(entropy_plot(report))
    carved = folder / "carved"
    carved.mkdir()
    for hit in [hit for hit in report.hits if hit.kind != "key"][:MOST_CARVED]:
        first = max(hit.offset - BEFORE, 0)
        # what may be a key is blanked: evidence is handed on
        data = _blanked(image.read(first, CARVED), first, report.hidden)
        name = re.sub(r"[^A-Za-z0-9]+", "-", f"{hit.kind} {hit.name}")[:60]
        (carved / f"{hit.offset:#014x}-{name}.bin").write_bytes(data)
        (carved / f"{hit.offset:#014x}-{name}.txt").write_text(_dump(data, first), encoding="ascii")


def _blanked(data: bytes, first: int, hidden: tuple[Range, ...]) -> bytes:
    blanked = bytearray(data)
    for part in hidden:
        start, end = max(part.offset - first, 0), min(part.end - first, len(data))
        if start < end:
            blanked[start:end] = bytes(end - start)
    return bytes(blanked)


def _dump(data: bytes, first: int) -> str:
    """Offset, bytes in hex and as text, 16 in a line."""
    lines = []
    for start in range(0, len(data), 16):
        row = data[start : start + 16]
        text = "".join(chr(byte) if 32 <= byte < 127 else "." for byte in row)
        lines.append(f"{first + start:012x}  {row.hex(' '):<47}  {text}")
    return "\n".join(lines) + "\n"


def entropy_plot(report: ScanReport) -> bytes:
    """Entropy over offset as PNG, with the finds on it; shaded is what is neither empty nor a sound volume."""
    size, values = report.statistics.block_size, report.statistics.entropy
    offsets = tuple(number * size / MEBIBYTE for number in range(len(values)))
    shaded = [area for area in report.areas if area.state not in ("empty", "luks1", "luks2")][:MOST_MARKS]
    return render_png(
        Plot(
            title=f"{report.image}: {report.level}",
            x_label="offset (MiB)",
            y_label="entropy (bit per byte)",
            lines=((f"lowest per {size // 1024} KiB", offsets, values),),
            spans=tuple(
                (f"{area.name}: {area.state}", area.offset / MEBIBYTE, (area.offset + area.size) / MEBIBYTE)
                for area in shaded
            ),
            events=tuple(_marks(report))[:MOST_MARKS],
        )
    )


def _marks(report: ScanReport) -> Iterator[tuple[str, float]]:
    """Names of the finds and where the first of each lies (MiB); those that would be drawn over each other together."""
    firsts: dict[str, int] = {}
    for hit in report.hits:
        firsts.setdefault(f"{hit.kind} {hit.name}", hit.offset)
    together: list[tuple[int, list[str]]] = []
    for name, offset in firsts.items():
        if together and offset - together[-1][0] < report.size / MARKS_ACROSS:
            together[-1][1].append(name)
        else:
            together.append((offset, [name]))
    for offset, names in together:
        yield ", ".join(names[:2]) + (f" and {len(names) - 2} more" if len(names) > 2 else ""), offset / MEBIBYTE


class _Progress:
    """One line on a terminal: share done, speed, time to go."""

    def __init__(self) -> None:
        self._start = self._shown = time.monotonic()
        self._wanted = os.isatty(sys.stderr.fileno()) if _has_handle() else False

    def __call__(self, done: int, total: int) -> None:
        now = time.monotonic()
        if not self._wanted or (now - self._shown < BETWEEN and done < total):
            return
        self._shown = now
        speed = done / max(now - self._start, 1e-6)
        line = f"{done / total:6.1%}  {speed / 1e6:5.0f} MB/s  {(total - done) / max(speed, 1.0):5.0f} s to go"
        sys.stderr.write(f"\r{line}" + ("\r" + " " * len(line) + "\r" if done >= total else ""))
        sys.stderr.flush()


def _has_handle() -> bool:
    try:
        sys.stderr.fileno()
    except (OSError, ValueError):
        return False
    return True
