"""The offline mode under watch: switched on, soaked, switched off, with the traffic before and after as twins."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from harness.instruments.gateway.gateway import ADDRESS, MAC
from harness.instruments.network.line import Line, Window
from harness.instruments.undo import Undo
from harness.link.ethernet import BROADCAST, IPV4, UDP, Ethernet, Ipv4, Udp
from harness.network.decode import Frame
from harness.timing import run_for
from harness.vehicle.vehicle import Vehicle

UNSWITCHED = "unswitched"
SETTLING, MARGIN = 1.0, 60.0
MARKER_PERIOD, MARKER_PORT, MARK = 60.0, 9, b"dronecert marker "
_MARKER = re.compile(re.escape(MARK) + rb"([0-9]{8})")
HOUR = 3600.0
# s after the last marker
LATEST = 0.05
MOST_TOLD = 5


@dataclass
class Silence:
    """What was seen while the offline mode was on; complete when its context has ended.

    Attributes:
        packets: that the article sent.
        hours: for which the capture is known to have run.
    """

    packets: float = 0.0
    hours: float = 0.0


class Markers:
    """Frames of the bench, one a minute, numbered: where they are in the capture, it ran."""

    def __init__(self, line: Line) -> None:
        self._line, self.sent = line, 0
        world = line.context.world
        self.stop = world.schedule.every(MARKER_PERIOD, self.send, start=world.now())

    def send(self) -> None:
        """The next one."""
        text = MARK + f"{self.sent:08d}".encode()
        datagram = Udp(MARKER_PORT, MARKER_PORT, text).encode(ADDRESS, "255.255.255.255")
        packet = Ipv4(ADDRESS, "255.255.255.255", UDP, datagram).encode()
        self.sent += 1
        self._line.valve.send_past(Ethernet(BROADCAST, MAC, IPV4, packet).encode())

    def seen(self, frames: list[Frame]) -> dict[int, float]:
        """Number and time (s since 1970) of those in the capture."""
        marks = [(frame, _MARKER.fullmatch(frame.payload)) for frame in frames if frame.source_mac == MAC]
        return {int(found[1]): frame.time for frame, found in marks if found}


def observed(seen: dict[int, float]) -> float:
    """Hours between markers that follow each other: without the one between, the time is not known to be watched."""
    return sum(seen[number + 1] - seen[number] for number in seen if number + 1 in seen) / HOUR


class OfflineWatch:
    """The network role's part for the offline mode. Fault ``unswitched``: it does not switch the mode on."""

    def __init__(self, line: Line, seed: Callable[[float], bytes]) -> None:
        self._line, self._seed = line, seed
        self._began = 0.0

    @contextmanager
    def offline(self) -> Iterator[Silence]:
        """Offline mode, switched on as the manual says, while the context lasts.

        Raises:
            RigError: the mode is not confirmed, the article was not heard before and after, or the capture has gaps.
        """
        line, silence = self._line, Silence()
        self._assert_talks("before")
        if line.context.fault != UNSWITCHED:
            line.companion.set_offline(True)
        self._confirm()
        run_for(line.context.world, SETTLING)
        markers, self._began = Markers(line), line.now()

        def end() -> None:
            markers.send()
            markers.stop()
            window = Window(start=self._began, end=line.now() + LATEST)
            run_for(line.context.world, SETTLING)
            line.companion.set_offline(False)
            line.companion.wake()
            self._assert_talks("after")
            self._judge(silence, markers, window)

        with Undo(end):
            yield silence

    def soak(self, *, awake: float, longest: float) -> None:
        """Let the article stand for what is left of its declared offline time: `awake` s with all on, then in standby.

        Raises:
            RigError: more than `longest` h are declared, which this depth does not soak.
        """
        context, world = self._line.context, self._line.context.world
        hours = context.claim(context.declaration.network.offline_duration, "network.offline_duration")
        supported = f"{hours:g} h declared, this depth soaks at most {longest:g} h"
        context.check("soak.supported", hours <= longest, supported)
        run_for(world, awake)
        self._line.companion.stand_by()
        left = self._began + hours * HOUR + MARGIN - world.now()
        run_for(world, max(0.0, left))
        context.log.note(
            f"soak: {awake:g} s with everything on, then {max(0.0, left) / HOUR:.2f} h in standby: the companion runs "
            "in full, autopilot and payload are off; simulated time"
        )

    def _assert_talks(self, when: str) -> None:
        talks = self._line.talks()
        detail = f"{when} the offline mode the article {'asked' if talks else 'did not ask'} a declared server"
        self._line.context.check(f"twin.talks_{when}", talks, detail)

    def _confirm(self) -> None:
        context, world = self._line.context, self._line.context.world
        name = context.need(context.declaration.network.offline_parameter, "parameter that shows the offline mode")
        station = Vehicle(world.lay_cable(radio=False).ground, world)
        station.connect()
        told = station.read_parameter(name)
        station.close()
        shown = self._line.companion.is_offline()
        detail = f"telemetry says {name} = {told:g}, the companion {'offline' if shown else 'online'}"
        context.check("mode.confirmed", told == 1.0 and shown, detail)

    def _judge(self, silence: Silence, markers: Markers, window: Window) -> None:
        line, context = self._line, self._line.context
        line.assert_lossless()
        seen = markers.seen(line.frames(window))
        detail = f"{len(seen)} of {markers.sent} markers of the bench, one a minute, are in the capture"
        context.check("capture.alive", len(seen) == markers.sent, detail)
        sent = line.sent(window)
        found = len(line.sent(window, self._seed(window.start + SETTLING))) - len(sent)
        context.check("audit.sees_frame", found == 1, f"of one seeded datagram of 8 bytes, {found} was counted")
        silence.packets, silence.hours = float(len(sent)), observed(seen)
        context.log.note(
            f"detection power: 1 interface captured for {silence.hours:.3f} h, {len(seen)} markers, "
            f"{line.capture.lost} lost; smallest seeded frame found: 8 bytes of UDP payload"
        )
        for frame in sent[:MOST_TOLD]:
            context.log.note(f"sent in offline mode: {frame.protocol} to {frame.destination or 'the segment'}")
