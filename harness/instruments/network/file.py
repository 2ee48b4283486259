"""The network role served from a capture file that another tap took: tcpdump or dumpcap on a mirrored port.

What needs no more than to have listened is judged. What needs a bench that answers, poses as a server, or acts on the
article is not offered.
"""

from contextlib import AbstractContextManager
from pathlib import Path

from harness.errors import NotOffered, RigError
from harness.instruments.context import Context
from harness.instruments.figures import (
    Egress,
    EndpointFigures,
    LoginFigures,
    PeerFigures,
    ServiceFigures,
    UpdateFigures,
)
from harness.instruments.network.offline import Silence
from harness.instruments.network.policy import policy_of
from harness.instruments.network.services import Evidence, read_operators
from harness.instruments.network.tape import Tape, read_tape
from harness.instruments.network.tour import Tour
from harness.instruments.settings import PcapSettings
from harness.judgement import Count
from harness.network.policy import Parties

# of seeded packets, whose cards are nobody's: an address for documentation (RFC 5737)
SEEDED_ADDRESS = "192.0.2.77"
MOST_EXHIBITED = 256 << 20
PCAPNG = b"\x0a\x0d\x0d\x0a"


class RecordedNetwork:
    """A capture file in the place of a network; it has no fault to seed, since a file can be spoilt itself."""

    def __init__(self, context: Context) -> None:
        """Nothing is read yet."""
        self._context, self._settings = context, PcapSettings(**context.settings)

    def identify(self) -> str:
        """The file and what is in it.

        Raises:
            RigError: it does not show what the article sent since its power-on.
        """
        tape = self._read()
        return (
            f"{tape.name}, SHA-256 {tape.sha256}, {len(tape.packets)} frames, {tape.sent} of the article, "
            f"{tape.length:.0f} s from power-on"
        )

    def watch_services(self, *, over: float) -> ServiceFigures:
        """Judge names, time and addressing in all that was sent from power-on to the end of the file.

        Raises:
            RigError: the capture is not whole, is shorter than `over` s, or a seeded packet is not counted.
        """
        return self._evidence(over).watch_services()

    def watch_operators(self, *, over: float) -> EndpointFigures:
        """Judge who runs every endpoint that was declared or called.

        Raises:
            RigError: as above, or the rig has no snapshot of operators.
        """
        snapshot = read_operators(self._context)
        return self._evidence(over).watch_operators(snapshot)

    def _read(self) -> Tape:
        with self._context.aside():
            return read_tape(self._context.bench / self._settings.file, self._settings)

    def _evidence(self, over: float) -> Evidence:
        tape = self._prove(over)
        self._exhibit(tape)
        with self._context.aside():
            pcap = tape.as_classic()
        stations = frozenset(self._settings.stations)
        return Evidence(
            context=self._context,
            transcripts=None,
            pcap=pcap,
            policy=policy_of(self._context.declaration),
            parties=Parties(macs=frozenset(self._settings.article), rig_macs=stations),
            article=SEEDED_ADDRESS,
            epoch=tape.power_on,
        )

    def _prove(self, over: float) -> Tape:
        context = self._context
        try:
            tape = self._read()
        except RigError as error:
            context.check("capture.complete", False, str(error))
            raise
        seen = f"{tape.length:.1f} s from power-on are in {tape.name}, the method wants {over:g} s"
        context.check("capture.complete", tape.length >= over, seen)
        printed = context.sockets.label().get("mac", "") if context.sockets.label else ""
        if printed:
            ours = printed.lower() in self._settings.article
            context.check("capture.article", ours, f"the unit's label says {printed}, the capture is of {self._macs}")
        return tape

    @property
    def _macs(self) -> str:
        return ", ".join(self._settings.article)

    def _exhibit(self, tape: Tape) -> None:
        log = self._context.log
        if len(tape.data) <= MOST_EXHIBITED:
            kind = "application/x-pcapng" if tape.data.startswith(PCAPNG) else "application/vnd.tcpdump.pcap"
            with self._context.aside():
                log.exhibit("network capture", kind, tape.data, "capture")
        log.note(
            f"captured by another tap: {tape.name}, {len(tape.data)} bytes, SHA-256 {tape.sha256}; it began "
            f"{tape.power_on - tape.began:.3f} s before power-on, the article was first heard "
            f"{tape.first - tape.power_on:.3f} s after it, 0 packets lost"
        )
        log.note(f"cards of the bench: {', '.join(self._settings.stations)}; every other one counts as the article")
        for state in self._settings.states:
            start, end = state.start.timestamp(), state.end.timestamp()
            count = sum(start <= packet.time <= end for packet in tape.packets)
            log.note(f"state {state.name}, as the tap's log says: {end - start:.0f} s, {count} frames")

    # -- what no file can show

    def audit(self) -> Egress:
        """Raises: NotOffered: always."""
        raise _not_offered("states that the article is led through")

    def state(self, name: str) -> AbstractContextManager[None]:
        """Raises: NotOffered: always."""
        raise _not_offered(f"the state {name!r}, which begins now")

    def boot(self, *, until: float) -> None:
        """Raises: NotOffered: always."""
        raise _not_offered("a boot that begins now")

    def check_for_update(self, *, within: float) -> None:
        """Raises: NotOffered: always."""
        raise _not_offered("a look for updates that begins now")

    def restart(self) -> None:
        """Raises: NotOffered: always."""
        raise _not_offered("a restart")

    def offline(self) -> AbstractContextManager[Silence]:
        """Raises: NotOffered: always."""
        raise _not_offered("an offline mode that is switched on now")

    def soak(self, *, awake: float, longest: float) -> None:
        """Raises: NotOffered: always."""
        raise _not_offered("a soak that begins now")

    def touring(self, *, idle: float, gap: float = 0.0) -> Tour:
        """Raises: NotOffered: always."""
        raise _not_offered("other dates and places")

    def blocked(self, *, restart: bool) -> AbstractContextManager[None]:
        """Raises: NotOffered: always."""
        raise _not_offered("a network that is blocked")

    def try_peers(self) -> PeerFigures:
        """Raises: NotOffered: always."""
        raise _not_offered("servers with bad certificates")

    def try_logins(self, published: Path) -> LoginFigures:
        """Raises: NotOffered: always."""
        raise _not_offered("logins that are tried")

    def try_updates(self) -> UpdateFigures:
        """Raises: NotOffered: always."""
        raise _not_offered("bad updates")

    def offer_bad_images(self) -> Count:
        """Raises: NotOffered: always."""
        raise _not_offered("bad images")

    def interrupt_updates(self, *, cuts: int, within: float) -> Count:
        """Raises: NotOffered: always."""
        raise _not_offered("updates that are cut off")


def _not_offered(what: str) -> NotOffered:
    return NotOffered(f'a capture file does not show {what}: put make = "gateway" into the role network')
