"""Stages that damage the bytes of a piece: flipped bits, cut ends. Seeded; they count what they did."""

import math
from random import Random

from harness.link.impair_loss import check_share
from harness.link.port import Receiver


class BitFlips:
    """Flips each bit with the same probability, as a noisy channel without coding does.

    Attributes:
        bits: bits that came.
        flipped: bits that were flipped.
    """

    def __init__(self, rate: float, rng: Random) -> None:
        """Flip with the bit error rate `rate`.

        Raises:
            RigError: it is no probability.
        """
        self._rate, self._rng = check_share("bit error rate", rate), rng
        self._next = self._gap()
        self.bits = self.flipped = 0

    def _gap(self) -> float:
        """Good bits before the next bad one: geometric, by inversion; infinite where a float cannot hold so many."""
        if self._rate in (0.0, 1.0):
            return math.inf if self._rate == 0.0 else 0.0
        gap = math.log(1.0 - self._rng.random()) / math.log1p(-self._rate)
        return gap if math.isinf(gap) else math.floor(gap)

    def __call__(self, data: bytes, forward: Receiver) -> None:
        """Forward `data` with its bad bits flipped."""
        damaged, size = bytearray(data), 8 * len(data)
        while self._next < size:
            place = int(self._next)
            damaged[place // 8] ^= 1 << place % 8
            self.flipped += 1
            self._next += 1 + self._gap()
        self._next -= size
        self.bits += size
        forward(bytes(damaged))


class Truncation:
    """Cuts off the end of some pieces, at a place drawn evenly; at least one byte stays and one goes.

    Attributes:
        offered: pieces that came.
        cut: pieces that were cut; a piece of one byte never is.
    """

    def __init__(self, probability: float, rng: Random) -> None:
        """Cut with `probability`.

        Raises:
            RigError: it is no probability.
        """
        self._probability, self._rng = check_share("truncation", probability), rng
        self.offered = self.cut = 0

    def __call__(self, data: bytes, forward: Receiver) -> None:
        """Forward `data` or its beginning."""
        self.offered += 1
        if len(data) > 1 and self._rng.random() < self._probability:
            self.cut += 1
            data = data[: self._rng.randrange(1, len(data))]
        forward(data)
