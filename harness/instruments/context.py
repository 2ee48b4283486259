"""What an instrument is given when a bench is set up."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, TypeVar

from harness.catalogue import Declaration
from harness.errors import NotOffered, RigError
from harness.instruments.chart import Chart
from harness.instruments.operator import Attendance
from harness.judgement import Exposure
from harness.targets.base import Sockets, TargetWorld
from harness.vehicle.codec import Identity

T = TypeVar("T")


class CaseLog(Protocol):
    """Where an instrument leaves what it saw: the record of the running case."""

    def control(self, name: str, kind: str, ok: bool, detail: str) -> None:
        """Record a control, ``"positive"`` or ``"negative"``."""
        ...

    def exposed(self, exposure: Exposure) -> None:
        """Record how hard the article was really tried: a PASS is credited at that, not at what was commanded."""
        ...

    def note(self, text: str) -> None:
        """Record a remark, such as the detection power behind a zero."""
        ...

    def exhibit(self, name: str, media_type: str, data: bytes, kind: str) -> None:
        """Record a file of evidence; kind is capture, image, log, series or document."""
        ...

    def chart(self, chart: Chart) -> None:
        """Record a chart."""
        ...


@dataclass(frozen=True, kw_only=True)
class CalibratedRange:
    """Where an instrument is calibrated, and its standard uncertainty there; all in its unit."""

    low: float
    high: float
    uncertainty: float


@dataclass(frozen=True, kw_only=True)
class Context:
    """The surroundings of one instrument in one case.

    Attributes:
        world: the test clock and what is due on it.
        sockets: what the target offers to plug into.
        log: the record of the case.
        seed: seed of the instrument's reproducible choices.
        declaration: what the maker claims, such as the endpoints to serve.
        documents: folder that the declaration's file names are relative to.
        bench: folder that the rig's file names are relative to.
        fault: name of the seeded fault, or "".
        uncertainty: standard uncertainty from the calibration, in the instrument's unit; it holds in all ranges.
        ranges: what was calibrated; empty where one uncertainty holds for all readings.
        settings: the free settings of the rig file.
        devices: service devices of the bench that were set up before (relay, anemometer, ...), by role.
        attendance: who attends the rig, and how they are asked.
        real: a real article stands on the bench, so that people can be hurt and what is changed must be put back.
        quiet: nobody asked for the links of the article in this case, so who is not used need not listen to them: all
            that a drone tells in hours on the ground costs time, and nobody reads it.
    """

    world: TargetWorld
    sockets: Sockets
    log: CaseLog
    seed: int
    declaration: Declaration
    documents: Path
    bench: Path = Path()
    fault: str = ""
    uncertainty: float = 0.0
    ranges: tuple[CalibratedRange, ...] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)
    devices: Mapping[str, Any] = field(default_factory=dict)
    attendance: Attendance = field(default_factory=Attendance)
    real: bool = False
    quiet: bool = False

    @property
    def epoch(self) -> float:
        """Unix time of zero on the test clock, s; signatures and logs are dated by it."""
        return float(getattr(self.world, "epoch", Identity().epoch))

    @property
    def powered_at(self) -> float:
        """When the article was first powered, s of the test clock; minus infinity where nobody knows."""
        # where a world begins before its article is powered, it tells when that was
        return float(getattr(self.world, "powered_at", 0.0))

    def aside(self) -> AbstractContextManager[None]:
        """Lets a clock in real time go on while the caller is busy with what takes its time; no other clock minds."""
        aside: Callable[[], AbstractContextManager[None]] | None = getattr(self.world, "aside", None)
        return nullcontext() if aside is None else aside()

    def station(self, link: int = 0) -> Identity:
        """The ground station on this bench, with the key of the paired radio; `link` is one of its signing streams."""
        return Identity(key=self.sockets.radio_key, link=link, epoch=self.epoch)

    def need(self, thing: T | None, name: str) -> T:
        """The socket `thing`, which this make cannot do without.

        Raises:
            NotOffered: the target has no such socket.
        """
        if thing is None:
            raise NotOffered(f"this target offers no {name}: put another make into the role")
        return thing

    def claim(self, value: float | None, key: str) -> float:
        """A number that the declaration must state.

        Raises:
            RigError: it does not.
        """
        if value is None:
            raise RigError(f"the declaration does not state {key}, which this instrument needs")
        return value

    def device(self, role: str) -> Any:  # noqa: ANN401 - a make from elsewhere is of any type
        """The service device in `role`, which this make cannot do without.

        Raises:
            RigError: the rig file names none.
        """
        if role not in self.devices:
            raise RigError(f"this make needs the role {role} on the rig: add [roles.{role}] to the rig file")
        return self.devices[role]

    def uncertainty_at(self, reading: float, what: str) -> float:
        """Standard uncertainty of a reading.

        Raises:
            RigError: the instrument is not calibrated there; the control ``calibration.range`` says so.
        """
        if not self.ranges:
            return self.uncertainty
        found = [each.uncertainty for each in self.ranges if each.low <= reading <= each.high]
        if not found:
            spans = ", ".join(f"{each.low:g} to {each.high:g}" for each in self.ranges)
            detail = f"{what} of {reading:.4g} is outside of what was calibrated ({spans}): take another instrument"
            self.check("calibration.range", False, detail)
        return max(found)

    def check(self, name: str, ok: bool, detail: str, *, kind: str = "positive") -> None:
        """Record a control and refuse to go on when it failed.

        Raises:
            RigError: the control failed.
        """
        self.log.control(name, kind, ok, detail)
        if not ok:
            raise RigError(f"control {name} failed: {detail}")
