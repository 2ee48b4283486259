"""A second ground station tries to take the article over, and to pair; then it is paired by a physical act."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field

from harness.instruments.intruder.campaign import ANSWER_TIME, TARGET, Bench, Order, is_obeyed, orders
from harness.instruments.intruder.line import Line
from harness.judgement import Count
from harness.timing import run_for
from harness.vehicle.codec import KEY_LENGTH, Message
from harness.vehicle.forging import Seal, arm, pack, set_key

PAIRED = ("first before", "second after the handover", "first, handed back")
DISMISSED = ("first after the handover", "second, handed back")
OWN_SYSTEM, FIRST_SYSTEM, LINK = 250, 255, 98


@dataclass
class Takeover:
    """What a second station achieved.

    Attributes:
        orders: for each order of the unpaired station, whether it was obeyed.
        pairings: for each attempt to pair without touching the article, whether it succeeded.
        obeyed: whether the first station was obeyed before; the second after its pairing; the first no longer then, and
            again after it was paired anew.
        twins: what was tried, and whether the same of the paired station was obeyed, right after the refusals.
        rows: link, what was tried, and what came of it, for the report.
    """

    orders: list[bool] = field(default_factory=list)
    pairings: list[bool] = field(default_factory=list)
    obeyed: dict[str, bool] = field(default_factory=dict)
    twins: list[tuple[str, bool]] = field(default_factory=list)
    rows: list[tuple[str, str, bool]] = field(default_factory=list)

    @property
    def deaf_to(self) -> list[str]:
        """What was not obeyed although its sender was paired: then its refusals show nothing."""
        return [who for who in PAIRED if not self.obeyed[who]] + [what for what, yes in self.twins if not yes]

    @property
    def takeovers(self) -> Count:
        """Orders of a station that is not paired, or no longer, that were obeyed."""
        dismissed = [yes for who, yes in self.obeyed.items() if who in DISMISSED]
        tried = [*self.orders, *dismissed]
        return Count(events=sum(tried), trials=len(tried))

    @property
    def unattended_pairings(self) -> Count:
        """Pairings without a physical act."""
        return Count(events=sum(self.pairings), trials=len(self.pairings))


class Usurper:
    """The second station; it has a key of its own and may claim the first one's system id."""

    def __init__(self, bench: Bench) -> None:
        self._bench, self._own = bench, secrets.token_bytes(KEY_LENGTH)
        self.result = Takeover()

    def give_orders(self, line: Line) -> None:
        """Orders of the unpaired station, under both ids, unsigned and with its own key; then the paired one's."""
        for order in orders():
            self._send(line, order.undo, self._bench.twin_key)
            for system in (OWN_SYSTEM, FIRST_SYSTEM):
                for name, key in (("unsigned", None), ("own key", self._own)):
                    obeyed = self._try(line, order, key, system)
                    self.result.orders.append(obeyed)
                    self.result.rows.append((line.name, f"{order.name}, {name}, as system {system}", obeyed))
            twin = self._try(line, order, self._bench.twin_key, FIRST_SYSTEM)
            self.result.twins.append((f"{order.name} ({line.name})", twin))

    def pair(self, line: Line) -> None:
        """Try to pair over the radio, touching nothing; each attempt is followed by an order under the new key."""
        for name, key in (("unsigned", None), ("own key", self._own)):
            self._send(line, self._key_order(self._own), key)
            succeeded = self._is_obeyed(line, self._own)
            self.result.pairings.append(succeeded)
            self.result.rows.append((line.name, f"pairing, {name}", succeeded))
            # who has paired locks the first station out
            if not any(self.result.pairings):
                obeyed = self._is_obeyed(line, self._bench.twin_key)
                self.result.twins.append((f"arm after a pairing that was refused ({line.name})", obeyed))

    def hand_over(self, line: Line, port: Line) -> None:
        """Pair on the trusted port, by touch: the second station is obeyed, the first no longer; and back."""
        obeyed = self.result.obeyed
        obeyed["first before"] = self._is_obeyed(line, self._bench.twin_key)
        self._send(port, self._key_order(self._own), None)
        obeyed["second after the handover"] = self._is_obeyed(line, self._own)
        obeyed["first after the handover"] = self._is_obeyed(line, self._bench.key)
        self._send(port, self._key_order(self._bench.key), None)
        obeyed["first, handed back"] = self._is_obeyed(line, self._bench.twin_key)
        obeyed["second, handed back"] = self._is_obeyed(line, self._own)

    def restore(self, lines: Sequence[Line], port: Line) -> bool:
        """Give the article its first station's key back, over the trusted port and signed; whether it obeys it."""
        self._send(port, self._key_order(self._bench.key), None)
        for line in lines:
            self._send(line, self._key_order(self._bench.key), self._own)
        return is_obeyed(self._bench, lines[0])

    def _try(self, line: Line, order: Order, key: bytes | None, system: int) -> bool:
        before = self._bench.witness()
        self._send(line, order.do, key, system)
        changed = self._bench.witness() != before
        if changed:
            self._send(line, order.undo, self._bench.twin_key)
        return changed

    def _is_obeyed(self, line: Line, key: bytes) -> bool:
        before = self._bench.witness()
        self._send(line, arm(TARGET, on=True), key)
        changed = self._bench.witness() != before
        self._send(line, arm(TARGET, on=False), key)
        return changed

    def _key_order(self, key: bytes) -> Message:
        return set_key(TARGET, key, self._bench.now())

    def _send(self, line: Line, message: Message, key: bytes | None, system: int = FIRST_SYSTEM) -> None:
        time = self._bench.now()
        line.send(pack(message, Seal(key=key, link=LINK, time=time) if key else None, system=system))
        run_for(self._bench.world, ANSWER_TIME)
