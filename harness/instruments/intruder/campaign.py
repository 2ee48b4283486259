"""A campaign of forged orders against an article on the ground: each refusal beside its rightly signed twin."""

import itertools
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.errors import UsageError
from harness.instruments.intruder.line import Line
from harness.instruments.intruder.matrix import Attempt, Matrix, Standing
from harness.timing import World, run_for
from harness.vehicle.codec import KEY_LENGTH, Message
from harness.vehicle.forging import Seal, arm, broken, pack, set_key, set_mode, set_parameter

ANSWER_TIME = 0.25  # s; the observer is told a change within 0.1 s
# s; the answer to an order that is obeyed may take so long on a slow link: the next one's must not be taken for it
LATE_ANSWER = 1.0
STALE = 120.0  # s back, as the method says
DELAYED = 30.0  # s back: inside the minute in which a new stream may begin
TARGET = (1, 1)
PARAMETER, FORGED_VALUE, USUAL_VALUE = "FS_GCS_TIMEOUT", 77.0, 6.0
GUIDED, LOITER = 4, 5
# links within signatures: a stream of their own for what must not make a captured frame stale
TWIN_LINK, UNDO_LINK, CHECK_LINK, RESTORE_LINK, STRANGER_LINK = 1, 2, 3, 4, 99
# one byte in the signature, mavlink.io "Message Signing"
NEW_LINKS = range(100, 256)

Witness = Callable[[], object]


@dataclass(frozen=True, kw_only=True)
class Order:
    """An order whose effect the observer sees, and the one that takes it back."""

    name: str
    do: Message
    undo: Message


@dataclass(frozen=True, kw_only=True)
class Bench:
    """What a campaign works with.

    Attributes:
        world: test clock.
        key: the key of the paired station.
        twin_key: what the twins are signed with; another one is a rig fault.
        witness: the state of the article by an independent observer.
        epoch: Unix time of zero on the test clock, s; time stamps are dated by it.
    """

    world: World
    key: bytes = field(repr=False)
    twin_key: bytes = field(repr=False)
    witness: Witness
    epoch: float

    def now(self) -> float:
        """Unix time by the test clock, s."""
        return self.epoch + self.world.now()


@dataclass(frozen=True, kw_only=True)
class Shot:
    """One forged frame: its kind, its bytes, and how it counts."""

    kind: str
    frame: bytes
    standing: Standing = Standing.ILLEGITIMATE


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of it, as in :class:`Attempt`."""

    accepted: bool
    changed: bool
    twin: bool | None = None


def orders() -> tuple[Order, ...]:
    """Orders for a disarmed article on the ground, in GUIDED after the first undo."""
    return (
        Order(name="set mode", do=set_mode(TARGET, LOITER), undo=set_mode(TARGET, GUIDED)),
        Order(name="arm", do=arm(TARGET, on=True), undo=arm(TARGET, on=False)),
        Order(
            name="set parameter",
            do=set_parameter(TARGET, PARAMETER, FORGED_VALUE),
            undo=set_parameter(TARGET, PARAMETER, USUAL_VALUE),
        ),
    )


class Campaign:
    """Sends forged orders and their twins.

    Attributes:
        matrix: what became of them.
        captured: frames of twins, with the link, the order and the time at which they passed.
        ages: how old the captured frames were when they were last replayed, s.
    """

    def __init__(self, bench: Bench) -> None:
        self._bench, self._world = bench, bench.world
        self._stranger = secrets.token_bytes(KEY_LENGTH)
        self._new_links = iter(NEW_LINKS)
        self.matrix = Matrix()
        self.ages: list[float] = []
        self.captured: dict[tuple[str, str], tuple[bytes, float]] = {}

    def forge_all(self, lines: Sequence[Line], repetitions: int) -> None:
        """Every kind of every order on every line, `repetitions` times, twins beside them."""
        for line, order in itertools.product(lines, orders()):
            self._order(line, self._undo(order))
            self._twin(line, order)
            for kind in [*self._kinds(line, order)] * repetitions:
                # made when it is sent: a time stamp is only right for a moment
                frame = self._kinds(line, order)[kind]()
                self._attempt(line, order, Shot(kind=kind, frame=frame), twin=True)

    def record(self, lines: Sequence[Line]) -> None:
        """Let every order pass on every line, rightly signed, to be captured afresh."""
        for line, order in itertools.product(lines, orders()):
            self._order(line, self._undo(order))
            self._twin(line, order)

    def replay_all(self, lines: Sequence[Line], kind: str, standing: Standing) -> None:
        """Send every captured frame again, on every line."""
        self.ages.clear()
        for line, order in itertools.product(lines, orders()):
            self._order(line, self._undo(order))
            for source in dict.fromkeys(name for name, _ in self.captured):
                frame, time = self.captured[source, order.name]
                self.ages.append(self._world.now() - time)
                told = kind if source == line.name else f"{kind}, captured on the {source}"
                self._attempt(line, order, Shot(kind=told, frame=frame, standing=standing))
            # last, or it would be the newest of its stream and the reboot had changed nothing
            self._add_twin(line, order)

    def delay_all(self, lines: Sequence[Line]) -> None:
        """Frames of the paired key that come half a minute late as the first of a stream: the protocol admits them."""
        for line, order in itertools.product(lines, orders()):
            frame = pack(order.do, self._seal(back=DELAYED, link=self._new_link()))
            shot = Shot(kind="30 s late, new stream", frame=frame, standing=Standing.APART)
            self._attempt(line, order, shot)

    def use_exempt(self, line: Line) -> None:
        """Unsigned orders on a port that trusts its peer."""
        for order in orders():
            self._order(line, pack(order.undo, None))
            shot = Shot(kind="unsigned, on a trusted port", frame=pack(order.do, None), standing=Standing.APART)
            self._attempt(line, order, shot)

    def set_keys(self, lines: Sequence[Line]) -> None:
        """A stranger sets a key and then orders under it; the twin sets one under the present key. Comes last."""
        for line in lines:
            self._check_key_twin(line)
        for line in lines:
            for name, wrapped in self._key_frames().items():
                before = self._bench.witness()
                self._send(line, wrapped)
                self._send(line, pack(arm(TARGET, on=True), self._seal(key=self._stranger, link=STRANGER_LINK)))
                changed = self._bench.witness() != before
                outcome = Outcome(accepted=changed or _accepted(line), changed=changed)
                self._note(line, "set key", Shot(kind=name, frame=wrapped), outcome)

    def restore(self, lines: Sequence[Line]) -> bool:
        """Give the article its station's key back, whichever of those of this campaign it has; whether it obeys it."""
        for line in lines:
            for key in (self._bench.key, self._stranger):
                self._send(
                    line, pack(set_key(TARGET, self._bench.key, self._now()), self._seal(key=key, link=UNDO_LINK))
                )
        return is_obeyed(self._bench, lines[0])

    # -- pieces

    def _kinds(self, line: Line, order: Order) -> dict[str, Callable[[], bytes]]:
        return {
            "unsigned": lambda: pack(order.do, None),
            "MAVLink 1": lambda: pack(order.do, None, old=True),
            "wrong key": lambda: pack(order.do, self._seal(key=self._stranger)),
            "changed signature": lambda: broken(self._sign(order.do)),
            "2 min old, known stream": lambda: pack(order.do, self._seal(back=STALE)),
            "2 min old, new stream": lambda: pack(order.do, self._seal(back=STALE, link=self._new_link())),
            "replayed at once": lambda: self.captured[line.name, order.name][0],
        }

    def _new_link(self) -> int:
        """A link id that this campaign has not used: with it a stream begins.

        Raises:
            UsageError: all are used up.
        """
        try:
            return next(self._new_links)
        except StopIteration as error:
            raise UsageError(
                f"conditions: forgery.repetitions needs more new streams than the {len(NEW_LINKS)} link ids left; "
                "lower it"
            ) from error

    def _key_frames(self) -> dict[str, bytes]:
        # never in MAVLink 1: the number of this message, 256, has no room there
        message = set_key(TARGET, self._stranger, self._now())
        return {
            "key of a stranger, unsigned": pack(message, None),
            "key of a stranger, signed with it": pack(message, self._seal(key=self._stranger)),
        }

    def _attempt(self, line: Line, order: Order, shot: Shot, *, twin: bool = False) -> None:
        before = self._bench.witness()
        self._send(line, shot.frame)
        changed, accepted = self._bench.witness() != before, _accepted(line)
        if changed:
            self._settle(line)
            self._order(line, self._undo(order))
        obeyed = self._twin(line, order) if twin else None
        self._note(line, order.name, shot, Outcome(accepted=accepted or changed, changed=changed, twin=obeyed))

    def _twin(self, line: Line, order: Order, link: int = TWIN_LINK) -> bool:
        before, frame = self._bench.witness(), self._sign(order.do, link)
        time = self._world.now()
        self._send(line, frame)
        obeyed = self._bench.witness() != before
        self._settle(line)
        if link == TWIN_LINK:
            self.captured[line.name, order.name] = frame, time
        self._order(line, self._undo(order))
        return obeyed

    def _add_twin(self, line: Line, order: Order) -> None:
        """The twin of the latest attempt, sent after it and in a stream of its own."""
        last = self.matrix.attempts[-1]
        self.matrix.attempts[-1] = replace(last, twin=self._twin(line, order, CHECK_LINK))

    def _check_key_twin(self, line: Line) -> None:
        new = secrets.token_bytes(KEY_LENGTH)
        self._send(line, self._sign(set_key(TARGET, new, self._now())))
        before = self._bench.witness()
        self._send(line, pack(arm(TARGET, on=True), self._seal(key=new)))
        obeyed = self._bench.witness() != before
        self._settle(line)
        self._order(line, pack(arm(TARGET, on=False), self._seal(key=new)))
        self._send(line, pack(set_key(TARGET, self._bench.key, self._now()), self._seal(key=new)))
        shot = Shot(kind="rightly signed", frame=b"", standing=Standing.APART)
        self._note(line, "set key", shot, Outcome(accepted=obeyed, changed=obeyed, twin=obeyed))

    def _note(self, line: Line, order: str, shot: Shot, outcome: Outcome) -> None:
        self.matrix.attempts.append(
            Attempt(
                link=line.name,
                kind=shot.kind,
                order=order,
                standing=shot.standing,
                accepted=outcome.accepted,
                changed=outcome.changed,
                twin=outcome.twin,
            )
        )

    def _send(self, line: Line, frame: bytes) -> None:
        line.forget()
        line.send(frame)
        run_for(self._world, ANSWER_TIME)

    def _order(self, line: Line, frame: bytes) -> None:
        """Send what the article owes an answer to, and wait for it."""
        self._send(line, frame)
        self._settle(line)

    def _settle(self, line: Line) -> None:
        end = self._world.now() + LATE_ANSWER
        while not line.answers and self._world.now() < end:
            run_for(self._world, ANSWER_TIME)

    def _sign(self, message: Message, link: int = TWIN_LINK) -> bytes:
        return pack(message, self._seal(key=self._bench.twin_key, link=link))

    def _undo(self, order: Order) -> bytes:
        return pack(order.undo, self._seal(link=UNDO_LINK))

    def _seal(self, *, back: float = 0.0, link: int = TWIN_LINK, key: bytes | None = None) -> Seal:
        return Seal(key=key or self._bench.key, link=link, time=self._now() - back)

    def _now(self) -> float:
        return self._bench.now()


def is_obeyed(bench: Bench, line: Line, link: int = RESTORE_LINK) -> bool:
    """Whether the article arms by the key of its station; it is disarmed again."""
    before, changed = bench.witness(), False
    for on in (True, False):
        line.send(pack(arm(TARGET, on=on), Seal(key=bench.key, link=link, time=bench.now())))
        run_for(bench.world, LATE_ANSWER)
        changed = changed or (on and bench.witness() != before)
    return changed


def _accepted(line: Line) -> bool:
    return any(_is_yes(answer) for answer in line.answers)


def _is_yes(answer: Message) -> bool:
    if answer.get_type() == "COMMAND_ACK":
        return bool(answer.result == mavlink.MAV_RESULT_ACCEPTED)
    return bool(answer.param_id == PARAMETER and answer.param_value == FORGED_VALUE)
