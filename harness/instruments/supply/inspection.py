"""The inspection role: reads what the fitted parts tell on their buses, plates and wire."""

import hashlib

from harness.instruments.context import Context
from harness.instruments.gateway.gateway import MAC as GATEWAY_MAC
from harness.instruments.gateway.scanner import DECOY_MAC, SCANNER_MAC
from harness.supply.hbom import Identifier
from harness.timing import run_for

CACHED, BLIND = "cached", "blind"
OF_THE_RIG = frozenset((GATEWAY_MAC, SCANNER_MAC, DECOY_MAC))
# how long the wire is listened to for further addresses, s
LISTENED = 60.0


class BenchInspection:
    """Adapters for USB and CAN, a camera for plates, and a tap on the wire, with a part of the bench as control.

    Faults: ``cached`` (shows for ever what it read first) and ``blind`` (sees nothing).
    """

    def __init__(self, context: Context) -> None:
        self._context = context
        self._addresses: set[bytes] = set()
        self._first: tuple[Identifier, ...] | None = None
        if context.sockets.wire is not None:
            context.sockets.wire.tap(self._hear)

    def read_identifiers(self) -> tuple[Identifier, ...]:
        """USB and CAN identifiers, plates of the radios, and addresses seen on the wire.

        Raises:
            RigError: the reader does not see a part of the bench when it is fitted, or sees it when it is not.
        """
        context = self._context
        context.need(context.sockets.identifiers, "way to its buses and plates")
        run_for(context.world, LISTENED)
        self._prove()
        found = self._read(None)
        context.log.note(f"the wire was listened to since power-on, to {context.world.now():.0f} s")
        context.log.note(f"read of fitted parts: {', '.join(map(str, found)) or 'nothing'}")
        return found

    def _hear(self, _: float, frame: bytes) -> None:
        if frame[6:12] not in OF_THE_RIG:
            self._addresses.add(frame[6:12])

    def _prove(self) -> None:
        """Each of two parts of the bench is seen while it is fitted, and only then."""
        tags = [Identifier(kind="usb", value=f"bench:{self._tag(number)}") for number in range(2)]
        wrong = [tag for tag in tags if {item for item in self._read(tag) if item in tags} != {tag}]
        detail = (
            f"{len(tags) - len(wrong)} of {len(tags)} parts of the bench were seen while they were fitted, only then"
        )
        self._context.check("inspection.sees_part", not wrong, detail)

    def _tag(self, number: int) -> str:
        return hashlib.sha256(f"{self._context.seed} {number}".encode()).hexdigest()[:4]

    def _read(self, tag: Identifier | None) -> tuple[Identifier, ...]:
        fitted = self._context.need(self._context.sockets.identifiers, "way to its buses and plates")()
        found = [Identifier(kind=kind, value=value.lower()) for kind, value in fitted]
        found += [Identifier(kind="mac", value=address.hex(":")) for address in sorted(self._addresses)]
        read = tuple(found) if tag is None else (*found, tag)
        if self._context.fault == BLIND:
            return ()
        self._first = read if self._first is None else self._first
        return self._first if self._context.fault == CACHED else read
