"""Whom the article talks to at other dates, in other places and over many boots, beside a baseline."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from harness.instruments.gateway import EPOCH
from harness.instruments.network.line import Line, Window, read_reports
from harness.judgement.counts import zero_failure_bound
from harness.network.audit import AuditReport, JudgedFlow
from harness.timing import run_for

STUCK, LAZY = "clock-stuck", "lazy"
DAY = 86_400.0
# s by which a date may differ from the one that was set, and deg by which a place may
DATE_BAND, PLACE_BAND = 120.0, 0.01
# address of a far end, port, protocol, server name
FarEnd = tuple[str, int, str, str]


class Positioner(Protocol):
    """What a tour needs of the gnss role."""

    def place_at(self, *, latitude: float, longitude: float) -> None:
        """Give the article, which is off, the satellites of that place, deg."""
        ...


@dataclass(frozen=True, kw_only=True)
class Stay:
    """How long the article stands after a boot, and how far reboots on end are apart, s."""

    idle: float
    gap: float


@dataclass(frozen=True, kw_only=True)
class Stop:
    """One variation: its name and when it was."""

    name: str
    window: Window


class Tour:
    """A baseline, then variations of it; each begins with a boot, after which it stands.

    Faults ``clock-stuck``: no clock is set. ``lazy``: the article is not restarted when it is said to be.
    """

    def __init__(self, line: Line, stay: Stay, audit: Callable[[], AuditReport]) -> None:
        self._line, self._idle, self._gap, self._audit = line, stay.idle, stay.gap, audit
        self._boots = 0
        self._stand()
        self.stops = [Stop(name="baseline", window=Window(start=0.0, end=line.now()))]

    def later(self, days: float) -> None:
        """Set clock and time servers `days` ahead, restart the article and let it stand.

        Raises:
            RigError: the article's reports do not show that date.
        """
        line, ahead = self._line, days * DAY
        if line.context.fault != STUCK:
            line.date.ahead = ahead
            line.companion.set_clock(ahead)
        window = self._variation(f"{days:g} days later")
        dates = [report["date"] for report in self._reports(window) if "date" in report]
        wanted = EPOCH + ahead + window.end
        ok = bool(dates) and abs(dates[-1] - wanted) < DATE_BAND + self._idle
        told = f"reports say day {(dates[-1] - EPOCH) / DAY:.2f}" if dates else "no report came"
        line.context.check("clock.seen", ok, f"set {days:g} days ahead, {told} (of the test)")

    def visit(self, gnss: Positioner, place: Mapping[str, Any]) -> None:
        """Switch the article off, give it the satellites of another place (name, deg), and let it stand there.

        Raises:
            RigError: the article's reports do not show that place.
        """
        wanted = float(place["latitude"]), float(place["longitude"])
        self._line.context.world.power_off()
        gnss.place_at(latitude=wanted[0], longitude=wanted[1])
        window = self._variation(f"at {place['name']}")
        places = [(item["latitude"], item["longitude"]) for item in self._reports(window) if "latitude" in item]
        ok = bool(places) and _is_near(places[-1], wanted)
        told = f"{places[-1][0]:.3f}, {places[-1][1]:.3f}" if places else "nothing"
        detail = f"{place['name']} is {wanted[0]:.3f}, {wanted[1]:.3f}; reports say {told}"
        self._line.context.check("place.seen", ok, detail)

    def reboot(self, times: int) -> None:
        """Restart the companion so often, some seconds apart.

        Raises:
            RigError: not every boot was seen at the gateway.
        """
        line, start = self._line, self._line.now()
        line.companion.stand_by()
        for _ in range(times):
            if line.context.fault != LAZY:
                line.companion.reboot()
            run_for(line.context.world, self._gap)
        window = Window(start=start, end=line.now())
        self.stops.append(Stop(name=f"{times} boots", window=window))
        seen = sum(report.get("uptime_s", self._gap) < self._gap for report in self._reports(window))
        line.context.check("boots.seen", seen >= times, f"{times} boots, {seen} first reports at the gateway")
        self._boots += times
        line.companion.wake()

    def new_endpoints(self) -> float:
        """Far ends of undeclared flows in any variation that the baseline does not have.

        Raises:
            RigError: the capture is not whole, or the audit is blind.
        """
        report, log = self._audit(), self._line.context.log
        baseline, *variations = self.stops
        known = set(_far_ends(report.undeclared, baseline.window))
        found: dict[FarEnd, str] = {}
        for stop in variations:
            for end in _far_ends(report.undeclared, stop.window):
                if end not in known:
                    found.setdefault(end, stop.name)
        for (address, port, protocol, server), where in found.items():
            log.note(f"new endpoint {where}: {address}:{port} by {protocol} {server}".rstrip())
        self._tell()
        return float(len(found))

    def _tell(self) -> None:
        log, names = self._line.context.log, ", ".join(stop.name for stop in self.stops)
        log.note(
            f"variations: {names}; {self._idle:g} s on the ground in each but the reboots, the autopilot in "
            "standby, simulated time"
        )
        if self._boots:
            bound = zero_failure_bound(self._boots)
            log.note(
                f"detection power over boots: what acts at every n-th boot is seen for n up to {self._boots}; "
                f"of what acts at random, 0 of {self._boots} leaves at most {bound:.3g} a boot (95 %)"
            )
        log.note("not shown: another SIM and another account, which this article does not have")

    def _variation(self, name: str) -> Window:
        start = self._line.now()
        if self._line.context.fault != LAZY:
            self._line.restart()
        self._boots += 1
        self._stand()
        window = Window(start=start, end=self._line.now())
        self.stops.append(Stop(name=name, window=window))
        return window

    def _stand(self) -> None:
        run_for(self._line.context.world, self._gap)
        self._line.companion.stand_by()
        run_for(self._line.context.world, self._idle)

    def _reports(self, window: Window) -> list[dict[str, float]]:
        return read_reports(self._line.sessions(window))


def _far_ends(flows: Iterable[JudgedFlow], window: Window) -> Iterable[FarEnd]:
    for flow in flows:
        if window.holds(flow.first_time - EPOCH):
            address, port = flow.responder
            yield address, port, flow.protocol, flow.server_name


def _is_near(place: tuple[float, float], wanted: tuple[float, float]) -> bool:
    return all(abs(got - want) <= PLACE_BAND for got, want in zip(place, wanted, strict=True))
