"""The test clock: one notion of time for everything a run does.

Only this package waits. Other packages hold a :class:`World` and ask it to advance; they never sleep and
never read another clock. Only :class:`Pacer`, :class:`RealTime`, :class:`Metronome` and :class:`LiveClock` read the
wall clock, for worlds that outsiders fly in, for real articles and for processes with real sockets. Must not import
anything of the harness but ``harness.errors``.
"""

from harness.timing.beating import Beating
from harness.timing.inputs import Inputs
from harness.timing.live import LiveClock
from harness.timing.metronome import Metronome
from harness.timing.pacing import Pacer, require_speedup
from harness.timing.realtime import LONGEST_GAP, Gap, RealTime
from harness.timing.schedule import Handle, Schedule
from harness.timing.waiting import Deadline, Wait, hold_for, run_for, wait_until
from harness.timing.world import Clock, World

__all__ = [
    "LONGEST_GAP",
    "Beating",
    "Clock",
    "Deadline",
    "Gap",
    "Handle",
    "Inputs",
    "LiveClock",
    "Metronome",
    "Pacer",
    "RealTime",
    "Schedule",
    "Wait",
    "World",
    "hold_for",
    "require_speedup",
    "run_for",
    "wait_until",
]
