"""A capture that another tap took, read whole; refused where it cannot show what the article sent since power-on."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from harness.errors import MaterialError, RigError
from harness.instruments.gateway import EPOCH
from harness.instruments.gateway.capture import HEADER
from harness.instruments.network.seeds import as_record
from harness.instruments.settings import PcapSettings
from harness.network.pcap import ETHERNET, CaptureFile, Packet, read_capture

MOST_BYTES = 512 << 20
# s that two clocks of one machine may differ by
ROUNDING = 1e-3


@dataclass(frozen=True, kw_only=True)
class Tape:
    """A capture that holds all that the article sent from its power-on to the end.

    Attributes:
        name: of its file.
        data: the file as it is.
        packets: in its order.
        sent: how many of them have the article's MAC addresses.
        began: when the capture began, s since 1970, and so on.
        power_on: when the article was switched on.
        ended: when the capture ended.
        first: when the first frame of the article came.
    """

    name: str
    data: bytes
    packets: tuple[Packet, ...]
    sent: int
    began: float
    power_on: float
    ended: float
    first: float

    @property
    def sha256(self) -> str:
        """Of the file."""
        return hashlib.sha256(self.data).hexdigest()

    @property
    def length(self) -> float:
        """From power-on to the end of the capture, s."""
        return self.ended - self.power_on

    def as_classic(self) -> bytes:
        """The same packets as a classic pcap, so that others can be put behind them."""
        return HEADER + b"".join(as_record(packet.time - EPOCH, packet.data) for packet in self.packets)


def read_tape(path: Path, settings: PcapSettings) -> Tape:
    """Read a capture.

    Raises:
        RigError: it cannot be read, is cut, lost something, says nothing of losses, or began after power-on; or the
            article is not in it, or was in it before its power-on.
    """
    data = _read(path)
    try:
        told = read_capture(data)
    except MaterialError as error:
        raise RigError(f"{path}: {error}") from error
    problem = _find_cut(told) or _find_loss(told, settings)
    if problem:
        raise RigError(f"{path}: {problem}")
    tape = _time(path, data, told, settings)
    problem = _find_mistimed(tape) or _find_stray(tape, settings)
    if problem:
        raise RigError(f"{path}: {problem}")
    return tape


def _read(path: Path) -> bytes:
    try:
        size = path.stat().st_size
        if size > MOST_BYTES:
            raise RigError(f"{path} has {size} bytes, at most {MOST_BYTES} are read: cut it with editcap -A and -B")
        return path.read_bytes()
    except OSError as error:
        raise RigError(f"{path}: the capture cannot be read ({error.strerror}): put it there") from error


def _find_cut(told: CaptureFile) -> str:
    """What is not whole in it."""
    for packet in told.packets:
        if packet.link != ETHERNET:
            return f"packet {packet.number} is of link type {packet.link}: capture on the Ethernet port, not on any"
        if len(packet.data) < packet.size:
            return (
                f"packet {packet.number} is cut, {len(packet.data)} of {packet.size} bytes are there: capture whole "
                "packets (snapshot length 262144)"
            )
    return "" if told.packets else "there is no packet in it: capture again"


def _find_loss(told: CaptureFile, settings: PcapSettings) -> str:
    if not told.counted and settings.lost is None:
        return "nothing says how many packets were lost: write pcapng with dumpcap, or state lost as the tap told it"
    lost = max(told.lost, settings.lost or 0)
    return f"{lost} packets were lost while capturing, wanted 0: capture again" if lost else ""


def _time(path: Path, data: bytes, told: CaptureFile, settings: PcapSettings) -> Tape:
    own = {bytes.fromhex(mac.replace(":", "")) for mac in settings.article}
    sent = [packet.time for packet in told.packets if packet.data[6:12] in own]
    if not sent:
        raise RigError(
            f"{path}: no frame of the article ({', '.join(settings.article)}) is in the capture, so it shows nothing "
            "about it: capture on its port, or correct its address"
        )
    times = [packet.time for packet in told.packets]
    # what the file says goes before what a person says
    stated = settings.started.timestamp() if settings.started else min(times)
    began = min(min(times), stated) if told.started is None else told.started
    until = settings.ended.timestamp() if settings.ended else max(times)
    return Tape(
        name=path.name,
        data=data,
        packets=told.packets,
        sent=len(sent),
        began=began,
        power_on=settings.power_on.timestamp(),
        ended=max(max(times), until) if told.ended is None else told.ended,
        first=min(sent),
    )


def _find_mistimed(tape: Tape) -> str:
    if tape.began > tape.power_on + ROUNDING:
        late = tape.began - tape.power_on
        return (
            f"the capture began {late:.3f} s after power-on ({_told(tape.power_on)}): start it first, or state started"
        )
    if tape.first < tape.power_on - ROUNDING:
        early = tape.power_on - tape.first
        return f"the article sent {early:.3f} s before its power-on ({_told(tape.power_on)}): correct power_on"
    return ""


def _find_stray(tape: Tape, settings: PcapSettings) -> str:
    for state in settings.states:
        start, end = state.start.timestamp(), state.end.timestamp()
        if not tape.power_on - ROUNDING <= start < end <= tape.ended + ROUNDING:
            return f"the state {state.name!r} is not between power-on and the end of the capture: correct states"
    return ""


def _told(time: float) -> str:
    return datetime.fromtimestamp(time, UTC).isoformat(timespec="milliseconds")
