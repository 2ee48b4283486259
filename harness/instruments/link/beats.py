"""The ground station's heartbeats as they reach the far side of the link: the silences between them."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from harness.link.mavframes import MAGIC_V1, MAGIC_V2
from harness.vehicle.codec import message_id

_HEARTBEAT = 0
_SHORTEST = 17  # bytes of the shortest frame that can be one


@dataclass(frozen=True, kw_only=True)
class Silence:
    """Between two heartbeats, or from one to the end of watching: s of the test clock."""

    start: float
    end: float

    @property
    def duration(self) -> float:
        """How long it lasted, s."""
        return self.end - self.start


def is_heartbeat(frame: bytes) -> bool:
    """Whether a whole frame is a heartbeat, by its header alone."""
    return len(frame) >= _SHORTEST and frame[0] in (MAGIC_V1, MAGIC_V2) and message_id(frame) == _HEARTBEAT


def read_silences(beats: Sequence[float], since: float, until: float) -> tuple[Silence, ...]:
    """The silences from `since` to `until` between heartbeats at the times `beats`, in order of time.

    The first begins with the last heartbeat before `since`, since that is when the article last heard one.
    """
    before = [beat for beat in beats if beat <= since][-1:] or [since]
    times = [*before, *(beat for beat in beats if since < beat < until), until]
    return tuple(Silence(start=start, end=end) for start, end in pairwise(times))
