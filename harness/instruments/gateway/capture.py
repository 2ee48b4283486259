"""The network tap: every frame on the segment, as a classic pcap that tshark and Wireshark read."""

import math
import struct
from collections import Counter
from enum import Enum

from harness.errors import RigError
from harness.link.ethernet import Wire
from harness.timing import Clock

HEADER = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1)
"""What a classic pcap of Ethernet frames begins with: little-endian, microseconds, whole packets."""

EPOCH = 1_767_225_600
"""The test clock's zero in captures and in the gateway's NTP: 2026-01-01 00:00:00 UTC, s since 1970."""

_MEMORY = 256 << 20
_AWAKE = 3600.0


class Fault(Enum):
    """Rig faults that a simulated tap can have."""

    LATE = "late"
    LOSSY = "lossy"
    ASLEEP = "asleep"


FAULTS = tuple(fault.value for fault in Fault)


class Capture:
    """Captures a segment from ``start()`` to ``stop()``.

    Attributes:
        captured: frames written.
        sources: how many of them bear which source address.
        first: when the first of them came, s on the test clock; None before.
        started_at: s on the test clock, None before the start.

    Args:
        wire: the segment.
        clock: test clock; its zero is :data:`EPOCH` in the file.
        fault: seeded rig fault: ``"late"`` begins 60 s after ``start()``, ``"lossy"`` loses each 20th frame,
            ``"asleep"`` ends after an hour without a word.

    Raises:
        RigError: `fault` is unknown.
    """

    def __init__(self, wire: Wire, clock: Clock, fault: str | None = None) -> None:
        if fault not in (None, *(known.value for known in Fault)):
            raise RigError(f"a capture has no fault {fault!r}: known are {', '.join(known.value for known in Fault)}")
        self.captured, self._missed, self._wire = 0, 0, wire
        self.sources: Counter[bytes] = Counter()
        self.started_at: float | None = None
        self.first: float | None = None
        self._fault = None if fault is None else Fault(fault)
        self._clock, self._running, self._size = clock, False, 0
        self._records: list[bytes] = []
        wire.tap(self._take)

    @property
    def lost(self) -> int:
        """Frames that passed while capturing and were not written."""
        return self._missed + self._wire.lost

    def start(self) -> None:
        """Begin; to prove anything of the article this is before its power-on."""
        self.started_at = self._clock.now() + (60.0 if self._fault is Fault.LATE else 0.0)
        self._running = True

    def stop(self) -> None:
        """End; what was captured stays readable."""
        self._running = False

    def read_pcap(self) -> bytes:
        """The capture so far: pcap 2.4, little-endian, microseconds, Ethernet."""
        return HEADER + b"".join(self._records)

    def assert_begun(self, power_on: float) -> None:
        """Check that it has seen all since `power_on`, s on the test clock; minus infinity where nobody knows.

        Raises:
            RigError: it never started, started after power-on, or was not silent before it.
        """
        if self.started_at is None:
            raise RigError("the network capture was never started: start it before the article is powered on")
        if power_on == -math.inf:
            raise RigError(
                "nobody knows when the article was powered on, so the network capture may have missed what it sent "
                "first: add [roles.relay] to the rig file"
            )
        if self.started_at > power_on:
            late = self.started_at - power_on
            raise RigError(
                f"the network capture started {late:.3f} s after power-on ({power_on:.3f} s, test clock): "
                "what was sent before is unknown; start it first"
            )
        if self.first is not None and self.first < power_on:
            raise RigError(
                f"a frame came {power_on - self.first:.3f} s before power-on ({power_on:.3f} s, test clock): the "
                "article was not off, or something else is on its network; switch it off, or take that away"
            )

    def assert_complete(self, power_on: float) -> None:
        """Check that nothing since `power_on` (s, test clock) can have been missed.

        Raises:
            RigError: it has not seen the begin, or lost frames.
        """
        self.assert_begun(power_on)
        if self.lost:
            raise RigError(
                f"the network capture lost {self.lost} of {self.lost + self.captured} frames: wanted 0; "
                "a zero of anything cannot be shown with it"
            )

    def _take(self, time: float, frame: bytes) -> None:
        if not self._running or self.started_at is None or time < self.started_at:
            return
        if self._fault is Fault.ASLEEP and time > self.started_at + _AWAKE:
            return
        lossy = self._fault is Fault.LOSSY and (self.captured + self._missed) % 20 == 19
        if lossy or self._size + len(frame) > _MEMORY:
            self._missed += 1
            return
        micros = round((EPOCH + time) * 1e6)
        size = len(frame)
        self._records.append(struct.pack("<IIII", micros // 1_000_000, micros % 1_000_000, size, size) + frame)
        self.first = time if self.first is None else self.first
        self._size += size + 16
        self.captured += 1
        self.sources[frame[6:12]] += 1
