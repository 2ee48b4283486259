"""What the parts of the network bench share: the wire with its tap and gateway, and what the article said on it."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from harness.errors import RigError, RigTimeout
from harness.instruments.context import Context
from harness.instruments.gateway import EPOCH, BenchDate, Capture, Gateway, Session, Valve
from harness.instruments.gateway.gateway import MAC as GATEWAY_MAC
from harness.instruments.gateway.scanner import DECOY_MAC, SCANNER_MAC
from harness.network.decode import Frame, decode
from harness.network.pcap import read_capture
from harness.targets.companion import Companion
from harness.timing import Wait, run_for, wait_until

RIG_MACS = (GATEWAY_MAC, SCANNER_MAC, DECOY_MAC)
BOOT_TIME, TALK_WITHIN = 10.0, 60.0


@dataclass(frozen=True, kw_only=True)
class Window:
    """A stretch of the test clock, s."""

    start: float
    end: float

    def holds(self, time: float) -> bool:
        """Whether it holds a time of the test clock."""
        return self.start <= time <= self.end


@dataclass(frozen=True, kw_only=True)
class Line:
    """The wire of one case.

    Attributes:
        context: of the instrument.
        capture: the tap.
        gateway: at the far end.
        valve: before the gateway.
        date: of the gateway's servers.
    """

    context: Context
    capture: Capture
    gateway: Gateway
    valve: Valve
    date: BenchDate

    @property
    def companion(self) -> Companion:
        """The article's companion.

        Raises:
            RigError: the target offers none.
        """
        return self.context.need(self.context.sockets.companion, "companion computer")

    def now(self) -> float:
        """The test clock, s."""
        return self.context.world.now()

    def frames(self, window: Window, extra: bytes = b"") -> list[Frame]:
        """Every frame captured within `window`, and records of a capture that are put behind it."""
        packets = read_capture(self.capture.read_pcap() + extra).packets
        return [decode(packet) for packet in packets if window.holds(packet.time - EPOCH)]

    def sent(self, window: Window, extra: bytes = b"") -> list[Frame]:
        """Those that the article sent."""
        return [frame for frame in self.frames(window, extra) if frame.source_mac not in RIG_MACS]

    def sessions(self, window: Window) -> list[Session]:
        """Sessions with declared servers that began within `window`."""
        ahead = self.date.ahead
        return [session for session in self.gateway.sessions if window.holds(session.opened_at - ahead)]

    def restart(self) -> None:
        """Switch the article off and on, and let it boot."""
        self.context.world.power_off()
        self.context.world.power_on()
        run_for(self.context.world, BOOT_TIME)

    def talks(self) -> bool:
        """Whether a declared server is asked for something within a minute from now."""
        before = self._requests()
        return self.happens(lambda: self._requests() > before, TALK_WITHIN)

    def happens(self, condition: Callable[[], bool], within: float) -> bool:
        """Whether something comes true within so many s."""
        try:
            wait_until(self.context.world, condition, Wait(name="the article", within=within, blame=RigTimeout))
        except RigTimeout:
            return False
        return True

    def assert_lossless(self) -> None:
        """Check that the capture ran since before power-on and lost nothing.

        Raises:
            RigError: it did not.
        """
        prove_whole(self.context, self.capture, self.valve)

    def _requests(self) -> int:
        return sum(len(session.requests) for session in self.gateway.sessions)


def prove_begun(context: Context, capture: Capture) -> None:
    """Check that a capture ran since before power-on, before hours are spent on it: control ``capture.complete``.

    Raises:
        RigError: it did not.
    """
    try:
        capture.assert_begun(power_on=context.powered_at)
    except RigError as error:
        context.check("capture.complete", False, str(error))


def prove_whole(context: Context, capture: Capture, valve: Valve) -> None:
    """Check that a capture ran since before power-on, heard somebody, and lost nothing: control ``capture.complete``.

    What bears the gateway's address counts as the gateway's, so there must be no more of it than the gateway sent.

    Raises:
        RigError: it did not, or somebody else uses that address.
    """
    try:
        capture.assert_complete(power_on=context.powered_at)
    except RigError as error:
        context.check("capture.complete", False, str(error))
    seen = f"{capture.captured} frames since before power-on, {capture.lost} lost"
    context.check("capture.complete", capture.captured > 0, seen)
    borne = capture.sources[GATEWAY_MAC]
    if borne > valve.sent:
        detail = f"{borne} frames bear the address of the gateway, which sent {valve.sent}: the article uses it"
        context.check("capture.senders", False, detail)


def read_reports(sessions: list[Session]) -> list[dict[str, Any]]:
    """The article's own reports in what it sent to declared servers, decrypted there."""
    found: list[dict[str, Any]] = []
    for body in (body for session in sessions for body in session.bodies if body):
        try:
            report = json.loads(body)
        except (ValueError, RecursionError):
            # a body that is no report is another service's
            continue
        if isinstance(report, dict):
            found.append(report)
    return found
