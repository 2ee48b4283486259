"""The intruder role: a second radio within reach of the article, with the words of an attacker and of a referee."""

import math
import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from harness.errors import RigError
from harness.instruments.attendant import PROPELLERS_OFF, PROPELLERS_ON, Attendant
from harness.instruments.context import Context
from harness.instruments.intruder.campaign import Bench, Campaign, Witness
from harness.instruments.intruder.line import Line
from harness.instruments.intruder.listening import Readable, examine, read_addresses
from harness.instruments.intruder.matrix import Matrix, Standing
from harness.instruments.intruder.usurping import Takeover, Usurper
from harness.instruments.settings import ListenerSettings
from harness.link.pcapng import PCAPNG, encode_pcapng
from harness.link.taping import Direction, Tape
from harness.link.virtual import VirtualCable
from harness.storage.search.canary import CanarySet, CoordinateCanary, TextCanary
from harness.timing import run_for
from harness.vehicle.codec import KEY_LENGTH, Identity

SILENT, KEYLESS, DEAF = "silent", "keyless", "deaf"
READY_AFTER = 6.0
WINDOW = 60.0  # mavlink.io "Message Signing": a new stream may begin that many seconds back
OFF = 90.0


@dataclass
class Heard:
    """A capture: `canary` is to be said over the link meanwhile; `readable` is known when the context has ended."""

    canary: TextCanary
    readable: Readable | None = None

    @property
    def found(self) -> Readable:
        """What a stranger can read.

        Raises:
            RigError: the context has not ended.
        """
        if self.readable is None:
            raise RigError("the capture is searched when it has ended: leave the context first")
        return self.readable


class SecondRadio:
    """A second radio in the band. Fault ``silent``: it sends nothing; ``keyless``: its twins are wrongly signed;
    ``deaf``: it hears nothing.
    """

    def __init__(self, context: Context) -> None:
        self._context, self._world = context, context.world
        context.need(context.sockets.radio, "radio link")
        self._radio: Line | None = None
        self._lines_used: list[Line] = []
        self._air, self._plain = Tape(context.world), Tape(context.world)
        self._attendant = Attendant(context)
        self._wingless, self._lost = False, ""

    def forge(self, witness: Witness, *, repetitions: int) -> Matrix:
        """Forge, replay and downgrade orders on every link, over two power cycles; the state is seen by `witness`.

        Raises:
            RigError: a rightly signed twin was not obeyed, a frame was not seen on the far side, or time ran away; on a
                real bench also when nobody takes the propellers off, or the station's key cannot be given back.
        """
        self._make_safe(cycles=True)
        campaign = Campaign(self._make_bench(witness))
        lines = self._lines()
        campaign.forge_all(lines, repetitions)
        campaign.delay_all(lines)
        self._use_exempt(campaign)
        campaign.record(lines)
        self._cycle_power(0.0)
        campaign.replay_all(self._lines(), "replayed after a reboot, within a minute", Standing.IN_WINDOW)
        self._check_ages(campaign.ages, 0.0, WINDOW)
        self._cycle_power(OFF)
        lines = self._lines()
        campaign.replay_all(lines, "replayed after a reboot, after a minute", Standing.ILLEGITIMATE)
        self._check_ages(campaign.ages, WINDOW, math.inf)
        campaign.set_keys(lines)
        self._leave(lambda: campaign.restore(lines))
        self._conclude(campaign.matrix)
        return campaign.matrix

    def usurp(self, witness: Witness) -> Takeover:
        """Order and pair as a second station, then take the command over by a physical act and give it back.

        Raises:
            RigError: who is paired was not obeyed, or a frame was not seen on the far side; on a bench also as above.
        """
        self._make_safe(cycles=False)
        usurper = Usurper(self._make_bench(witness))
        lines = self._lines()
        for line in lines:
            usurper.give_orders(line)
        port = self._lay("trusted port", radio=False)
        usurper.hand_over(lines[0], port)
        # last: who succeeds locks the first station out
        for line in lines:
            usurper.pair(line)
        self._leave(lambda: usurper.restore(lines, port))
        self._judge_handover(usurper.result)
        return usurper.result

    def _make_safe(self, *, cycles: bool) -> None:
        """On a real bench: no propellers while orders are forged, and a relay where the power is cycled.

        A refusal that is to be shown is not proven yet: a forged order may start the motors.
        """
        if not self._context.real:
            return
        if cycles:
            self._context.device("relay")
        hands = self._attendant.need("hands that take the propellers off before orders are forged")
        self._world.power_off()
        hands.confirm(PROPELLERS_OFF, "see that the article is off, and take all of its propellers off")
        self._wingless = True
        self._world.power_on()
        run_for(self._world, READY_AFTER)

    def _leave(self, restore: Callable[[], bool]) -> None:
        """A real article keeps the key of its station, whatever was set meanwhile: no bench can read it back."""
        if self._context.real and not restore():
            self._lost = "the article no longer obeys its station: pair it anew by the maker's procedure"

    def close(self) -> None:
        """Have the propellers put back.

        Raises:
            RigError: the operator does not answer, or the article could not be left with the key that it had.
        """
        if self._wingless:
            self._wingless = False
            self._attendant.confirm(PROPELLERS_ON, "see that the article is off, and put its propellers back on")
        if self._lost:
            raise RigError(self._lost)

    def _judge_handover(self, result: Takeover) -> None:
        rows = "".join(f"{link};{what};{'obeyed' if yes else 'refused'}\n" for link, what, yes in result.rows)
        text = f"link;order;outcome\n{rows}".replace(",", " ").replace(";", ",")
        self._context.log.exhibit("orders of the second station", "text/csv", text.encode(), "document")
        for who, yes in result.obeyed.items():
            self._context.log.note(f"station in command: {who}: {'obeyed' if yes else 'refused'}")
        self._prove_sent()
        wrong = result.deaf_to
        detail = f"not obeyed though paired: {', '.join(wrong)}" if wrong else "who was paired by touch was obeyed"
        self._context.check("twin.obeys", not wrong, detail)

    def _make_bench(self, witness: Witness) -> Bench:
        key = self._context.need(self._context.sockets.radio_key, "key of the paired station")
        twin_key = secrets.token_bytes(KEY_LENGTH) if self._context.fault == KEYLESS else key
        epoch = self._context.epoch
        return Bench(world=self._world, key=key, twin_key=twin_key, witness=witness, epoch=epoch)

    @contextmanager
    def listening(self) -> Iterator[Heard]:
        """Capture the air while the context lasts, and search the capture on leaving; yields what to say meanwhile.

        Raises:
            RigError: nothing was captured in a direction, or the same search does not see what is on this side of the
                article's modem.
        """
        settings = ListenerSettings(**self._context.settings)
        self._tap_sides()
        heard = Heard(canary=TextCanary.random("canary text"))
        yield heard
        place = CoordinateCanary("place of the flight", settings.parallel, settings.meridian)
        canaries = CanarySet(texts=(heard.canary,), coordinates=(place,))
        addresses = read_addresses(self._plain.pieces)
        self._prove_sight(examine(self._plain.pieces, 0, canaries, addresses))
        self._show_capture(settings.header)
        heard.readable = examine(self._air.pieces, settings.header, canaries, addresses)

    def _tap_sides(self) -> None:
        airwave = self._context.need(self._context.sockets.airwave, "way to listen to the air")
        radio = self._context.need(self._context.sockets.radio, "radio link")
        if self._context.fault != DEAF:
            airwave.up.append(self._air.up)
            airwave.down.append(self._air.down)
        radio.up.append(self._plain.up)
        radio.down.append(self._plain.down)

    def _prove_sight(self, plain: Readable) -> None:
        ok = plain.protocol_hits > 0 and plain.canary_hits > 1 and plain.compressible_payloads > 0
        detail = (
            f"before the modem the same search finds {plain.protocol_hits} frames, {plain.canary_hits} canaries and "
            f"{plain.compressible_payloads} streams that compress"
        )
        self._context.check("search.sees_plain", ok, detail)

    def _show_capture(self, header: int) -> None:
        sizes = {way: [len(p.data) for p in self._air.pieces if p.direction is way] for way in Direction}
        told = ", ".join(f"{way.value} {len(each)} datagrams, {sum(each)} bytes" for way, each in sizes.items())
        self._context.check("capture.complete", all(sizes.values()) and self._air.full_at is None, f"captured: {told}")
        self._context.log.note(f"captured in the air: {told}; a header of {header} bytes each may repeat")
        data = encode_pcapng(self._air.pieces, Identity().epoch)
        self._context.log.exhibit("air, as captured", PCAPNG, data, "capture")

    def _lines(self) -> list[Line]:
        """The links as they are since the last power-on; a second one must be laid anew."""
        sockets = self._context.sockets
        if self._radio is None:
            self._radio = self._tap("radio link", self._context.need(sockets.radio, "radio link"))
        if sockets.lay_cable is None:
            return [self._radio]
        return [self._radio, self._lay("second radio link", radio=True)]

    def _lay(self, name: str, *, radio: bool) -> Line:
        lay = self._context.need(self._context.sockets.lay_cable, "further links")
        cable = lay(radio=radio)
        cable.ground.listen(_hear_nothing)
        return self._tap(name, cable)

    def _tap(self, name: str, cable: VirtualCable) -> Line:
        line = Line(name, cable, self._world, silent=self._context.fault == SILENT)
        self._lines_used.append(line)
        return line

    def _use_exempt(self, campaign: Campaign) -> None:
        if self._context.sockets.lay_cable is not None and self._context.sockets.has_local_port:
            campaign.use_exempt(self._lay("trusted port", radio=False))

    def _cycle_power(self, off: float) -> None:
        self._world.power_off()
        run_for(self._world, off)
        self._world.power_on()
        run_for(self._world, READY_AFTER)

    def _check_ages(self, ages: Sequence[float], lower: float, upper: float) -> None:
        detail = f"replayed orders were {min(ages):.1f} to {max(ages):.1f} s old, wanted {lower:g} to {upper:g} s"
        self._context.check("replay.age", lower < min(ages) and max(ages) < upper, detail)

    def _conclude(self, matrix: Matrix) -> None:
        self._context.log.exhibit("accepted and refused orders", "text/csv", matrix.encode(), "document")
        self._context.log.chart(matrix.chart())
        for kind, text in matrix.told_apart().items():
            self._context.log.note(f"reported apart: {kind}: {text}")
        self._prove_sent()
        twins = matrix.twins
        detail = f"{twins.trials} rightly signed twins sent, {twins.trials - twins.events} of them obeyed"
        self._context.check("twin.obeys", twins.events == 0, detail)

    def _prove_sent(self) -> None:
        sent = sum(line.sent.total() for line in self._lines_used)
        seen = sum((line.sent & line.arrived).total() for line in self._lines_used)
        self._context.check(
            "intruder.seen", seen == sent > 0, f"{sent} frames sent, {seen} of them seen on the far side"
        )


def _hear_nothing(data: bytes) -> None:
    """The far end of a link that only its taps listen to."""
