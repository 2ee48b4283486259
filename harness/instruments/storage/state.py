"""The state of encryption over a unit's first hours, and what its logs hold (DAR-08, DAR-12)."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass

from harness.instruments.context import Context
from harness.instruments.figures import StateFigures
from harness.instruments.storage.unit import Recording, Unit
from harness.judgement import Count
from harness.timing import run_for

# in the EXIF tag Software of each photo, and in a line of the log
PHOTO_MARK = re.compile(rb"\0storage (not )?encrypted[ -~]*\0")
LOG_MARK = re.compile(rb'"storage": "(not )?encrypted')
LOG_LINE = re.compile(rb'\{"[ -~]{2,400}\}(?=\n)')
# fields that are known to hold neither a person nor a place: time, code of the line, state of encryption
NEUTRAL = frozenset({"t", "mac", "storage"})
NAMES = re.compile(r"\(([^)]*)\)")
LEAST_LINES = 5


@dataclass(frozen=True, kw_only=True)
class _Moment:
    """One recording: whether it was truly encrypted, shown so, and how it was marked (None: not at all)."""

    encrypted: bool
    shown: bool
    marks: tuple[bool, ...]

    @property
    def marked(self) -> bool:
        return bool(self.marks) and all(mark == self.encrypted for mark in self.marks)


def watch_state(unit: Unit, context: Context, parameter: str) -> StateFigures:
    """A fresh unit's state at its first boot, then switched off and on again, with a recording in each state.

    Raises:
        RigError: a recording is not in the image.
    """
    moments = [_moment(unit, parameter, switch) for switch in (None, False, True)]
    first = moments[0]
    context.log.note(f"first boot: {'encrypted' if first.encrypted else 'not encrypted'}")
    wrong = sum(moment.shown != moment.encrypted for moment in moments[1:])
    return StateFigures(
        unencrypted_first_boots=Count(events=int(not (first.encrypted and first.shown)), trials=1),
        unseen_changes=Count(events=wrong, trials=2),
        unmarked_recordings=Count(events=sum(not moment.marked for moment in moments), trials=3),
    )


def _moment(unit: Unit, parameter: str, switch: bool | None) -> _Moment:
    vehicle = unit.connect()
    if switch is not None:
        unit.maintenance.set_encryption(switch)
        run_for(unit.world, 1.0)
    shown = bool(vehicle.read_parameter(parameter))
    recording = unit.record()
    return _Moment(encrypted=_is_sealed(unit, recording), shown=shown, marks=_marks(recording.plaintext))


def _is_sealed(unit: Unit, recording: Recording) -> bool:
    return recording.volume is not None and unit.canary.encode() not in recording.image.data


def _marks(plaintext: bytes) -> tuple[bool, ...]:
    """What photos and log say of themselves; nothing unless both say something."""
    photos, lines = PHOTO_MARK.findall(plaintext), LOG_MARK.findall(plaintext)
    return tuple(not word for word in (*photos, *lines)) if photos and lines else ()


def count_undeclared_fields(recording: Recording, context: Context) -> float:
    """Fields of the log that may hold a person or a place and are in no list of the declaration.

    Raises:
        RigError: there is no log to read.
    """
    lines = list(_lines(recording.plaintext))
    context.check("log.read", len(lines) >= LEAST_LINES, f"{len(lines)} lines of the flight log were read")
    found = {name for line in lines for name in line}
    entries = context.declaration.storage.log_fields
    declared = {name.strip() for entry in entries for names in NAMES.findall(entry) for name in names.split(",")}
    undeclared = sorted(found - declared - NEUTRAL)
    context.log.note(f"fields of the log: {', '.join(sorted(found))}; not declared: {', '.join(undeclared) or 'none'}")
    return float(len(undeclared))


def _lines(plaintext: bytes) -> Iterable[dict[str, object]]:
    for text in LOG_LINE.findall(plaintext):
        try:
            line = json.loads(text)
        except ValueError:
            continue
        if isinstance(line, dict):
            yield line
