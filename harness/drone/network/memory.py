"""What the companion keeps while its power is off: the date, how often it has booted, and its mode."""

import struct

MADE = 1_767_225_600.0
"""The date at the zero of the test clock on a unit whose clock is right: 2026-01-01 00:00:00 UTC, s since 1970."""

_NTP_TO_UNIX = 2_208_988_800


class CompanionMemory:
    """A buffered clock and a few bytes of flash.

    Attributes:
        offline: whether the offline mode is on; it holds over reboots.
        boots: how often the companion has booted.
        date_offset: its date (s since 1970) less the test clock.
        first_date: its date at the first boot, s since 1970; None before it.
    """

    def __init__(self) -> None:
        self.offline = False
        self.boots = 0
        self.date_offset = MADE
        self.first_date: float | None = None

    def read_date(self, now: float) -> float:
        """The date at `now` (test clock, s) as the companion has it, s since 1970."""
        return self.date_offset + now

    def begin_boot(self, now: float) -> None:
        """Count a boot at `now` (test clock, s)."""
        self.boots += 1
        if self.first_date is None:
            self.first_date = self.read_date(now)

    def take_time(self, answer: bytes, now: float) -> None:
        """Set the date by the answer of a time server (RFC 5905); a damaged one changes nothing."""
        if len(answer) >= 48 and answer[0] & 7 == 4:
            seconds, fraction = struct.unpack_from(">II", answer, 40)
            self.date_offset = seconds - _NTP_TO_UNIX + fraction / (1 << 32) - now
