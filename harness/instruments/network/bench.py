"""The network role with everything that one segment shows: the audit, states, offline mode, tours and outages."""

from contextlib import AbstractContextManager

from harness.instruments.context import Context
from harness.instruments.figures import Egress
from harness.instruments.network.line import Line
from harness.instruments.network.network import GatewayTap
from harness.instruments.network.offline import OfflineWatch, Silence
from harness.instruments.network.outage import Outage
from harness.instruments.network.states import States
from harness.instruments.network.tour import Stay, Tour
from harness.network.audit import AuditReport

# enough for the boot of a companion and its first reports, s
REBOOT_GAP = 3.0


class NetworkBench(GatewayTap):
    """The gateway with its tap, and hands on the companion.

    Faults of the tap: ``late`` and ``lossy``, ``asleep`` after an hour. ``unswitched`` leaves the offline mode off,
    ``clock-stuck`` sets no clock, ``lazy`` restarts nothing, ``porous`` blocks nothing. Of the servers: ``mute``, none
    answers; ``honest``, one that should show a bad certificate or a weak offer shows the good one; ``undamaged``, bad
    updates are the good one. ``codeless``: a wrong code is entered where the right one belongs.
    """

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._line = Line(
            context=context, capture=self._capture, gateway=self._gateway, valve=self._valve, date=self._date
        )
        self._states, self._watch = States(self._line), OfflineWatch(self._line, self._seeded_leak)

    def audit(self) -> Egress:
        """Judge everything that was sent so far against the declared endpoints.

        Raises:
            RigError: the capture is not whole, or the audit does not see what is known to be there.
        """
        self._states.tell()
        return super().audit()

    def state(self, name: str) -> AbstractContextManager[None]:
        """Book the body as that state of the article."""
        return self._states.state(name)

    def boot(self, *, until: float) -> None:
        """Let the first boot go on until so many s after power-on."""
        self._states.boot(until)

    def check_for_update(self, *, within: float) -> None:
        """Let the article look for updates."""
        self._states.check_for_update(within)

    def restart(self) -> None:
        """Switch the article off and on, and let it boot."""
        self._line.restart()

    def offline(self) -> AbstractContextManager[Silence]:
        """Offline mode while the context lasts."""
        return self._watch.offline()

    def soak(self, *, awake: float, longest: float) -> None:
        """Let the article stand for what is left of its declared offline time."""
        self._watch.soak(awake=awake, longest=longest)

    def touring(self, *, idle: float, gap: float = REBOOT_GAP) -> Tour:
        """Take the baseline of a tour: the boot of this case and `idle` s of standing; reboots are `gap` s apart."""
        return Tour(self._line, Stay(idle=idle, gap=gap), self._judge)

    def _judge(self) -> AuditReport:
        report = self._examine()
        self._tell(report)
        return report

    def blocked(self, *, restart: bool) -> AbstractContextManager[None]:
        """Drop all but the command link while the context lasts."""
        return Outage(self._line).blocked(restart=restart)
