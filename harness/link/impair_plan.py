"""An impairment as a table of conditions states it, and the stages that make it."""

from dataclasses import dataclass
from random import Random

from harness.errors import RigError
from harness.link.impair_bytes import BitFlips, Truncation
from harness.link.impair_frames import Framing
from harness.link.impair_loss import GilbertElliott, IndependentLoss, loss_spread
from harness.link.impair_time import Bandwidth, Cap, Duplication, Jitter, Reordering, Spread
from harness.link.mavframes import LONGEST_FRAME
from harness.link.port import Stage
from harness.timing import Clock, Schedule


@dataclass(frozen=True, kw_only=True)
class Impairment:
    """How bad one direction of a link is. Shares are from 0 to 1, of whole frames; times in s.

    Attributes:
        loss: share of frames lost.
        burst: frames in a mean burst of losses, Gilbert-Elliott; 0: each frame for itself.
        delay: mean delay on top of the link's own.
        jitter: greatest departure from it, evenly spread; order is kept.
        reorder: share of frames held back, so that later ones overtake.
        hold: for how long they are held.
        duplicate: share of frames that arrive twice.
        rate: greatest rate, bytes/s; 0: no cap.
        queue: bytes that may wait for it.
        bit_errors: share of bits flipped.
        truncate: share of frames cut short.
        whole_frames: frame-true; False acts on bytes as the sender put them together.
    """

    loss: float = 0.0
    burst: float = 0.0
    delay: float = 0.0
    jitter: float = 0.0
    reorder: float = 0.0
    hold: float = 0.1
    duplicate: float = 0.0
    rate: float = 0.0
    queue: float = 4096.0
    bit_errors: float = 0.0
    truncate: float = 0.0
    whole_frames: bool = True

    def make_stages(self, clock: Clock, schedule: Schedule, seed: str) -> list[Stage]:
        """The stages, in the order of a radio: frames are lost and doubled, queue, travel, and are damaged.

        Each draws from a generator of its own, seeded by `seed` and its purpose, so that one more impairment leaves
        the draws of the others as they are.

        Raises:
            RigError: there is no such impairment.
        """
        if self.rate < 0.0 or self.delay < 0.0:
            raise RigError(f"an impairment cannot have the rate {self.rate} bytes/s or the delay {self.delay} s")
        whole: list[Stage] = [Framing()] if self.whole_frames else []
        return whole + self._losing(seed) + self._timing(clock, schedule, seed) + self._damaging(seed)

    def _losing(self, seed: str) -> list[Stage]:
        stages: list[Stage] = []
        rng = Random(f"{seed} loss")
        if self.loss:
            burst = self.burst
            stages.append(GilbertElliott(self.loss, burst, rng) if burst else IndependentLoss(self.loss, rng))
        if self.duplicate:
            stages.append(Duplication(self.duplicate, Random(f"{seed} duplicate")))
        return stages

    def _timing(self, clock: Clock, schedule: Schedule, seed: str) -> list[Stage]:
        stages: list[Stage] = []
        if self.rate:
            stages.append(Bandwidth(clock, schedule, Cap(rate=self.rate, bucket=LONGEST_FRAME, queue=self.queue)))
        if self.delay or self.jitter:
            spread = Spread(mean=self.delay, half=self.jitter)
            stages.append(Jitter(clock, schedule, spread, Random(f"{seed} jitter")))
        if self.reorder:
            stages.append(Reordering(clock, schedule, (self.reorder, self.hold), Random(f"{seed} reorder")))
        return stages

    def _damaging(self, seed: str) -> list[Stage]:
        stages: list[Stage] = []
        if self.bit_errors:
            stages.append(BitFlips(self.bit_errors, Random(f"{seed} bits")))
        if self.truncate:
            stages.append(Truncation(self.truncate, Random(f"{seed} truncate")))
        return stages

    def loss_bounds(self, frames: int, sigmas: float) -> tuple[float, float]:
        """Between which numbers the losses among `frames` lie, `sigmas` standard deviations about their mean."""
        wide = sigmas * loss_spread(self.loss, self.burst, frames)
        return self.loss * frames - wide, self.loss * frames + wide
