"""The mission protocol (mavlink.io, "Mission Protocol"): mission and fence, up and down; where the mission stands.

An upload is a state with a timer: asked again after 1.5 s, given up after 5 tries. The old list stays until the new
one is complete and the flight part has taken it. A download has no state: each request is answered by itself.
Rally points are refused as UNSUPPORTED, because the drone would not fly to them.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.drone.flight.orders import MissionState
from harness.drone.flight.state import Severity
from harness.drone.mavlink.channel import Channel
from harness.drone.mavlink.commands import Command, Outcome, denied
from harness.drone.mavlink.empty_part import EmptyPart
from harness.drone.mavlink.flight_control import FlightControl
from harness.drone.mavlink.inbound import Message
from harness.drone.mavlink.part import Post
from harness.drone.mavlink.parts.items import Label, read_item, to_message
from harness.drone.mavlink.parts.plans import Plan
from harness.drone.mavlink.parts.wireitem import WireItem
from harness.timing import Handle

PATIENCE = 1.5  # s
TRIES = 5
WATCH_PERIOD = 0.1
_ACCEPTED, _DENIED = mavlink.MAV_MISSION_ACCEPTED, mavlink.MAV_MISSION_DENIED
_AUTO = 3  # ArduCopter's mode number
_IN_AUTO, _NOT_IN_AUTO = 1, 2  # mission_mode of MISSION_CURRENT
_NO_MISSION = 2**16 - 1  # total of MISSION_CURRENT
_KEEP_CURRENT = -1.0


@dataclass(frozen=True)
class _Partner:
    """Who is at the other end of a transfer."""

    channel: Channel
    system: int
    component: int

    @property
    def target(self) -> tuple[int, int]:
        return self.system, self.component


@dataclass(kw_only=True)
class _Upload:
    partner: _Partner
    items: list[WireItem | None]
    next: int
    end: int  # the number after the last that is asked for
    tries: int = 0
    timer: Handle | None = None

    def stop(self) -> None:
        if self.timer is not None:
            self.timer.cancel()


@dataclass(kw_only=True)
class _Told:
    """What of the mission's progress was told."""

    current: tuple[object, ...] = ()
    reached: tuple[int, ...] = field(default=())


class Missions(EmptyPart):
    """Mission and fence of the autopilot, for ground stations."""

    def __init__(self, flight: FlightControl, plans: tuple[Plan, ...]) -> None:
        """Serve `plans`; the mission must be among them."""
        super().__init__()
        self._flight = flight
        self._plans = {plan.kind: plan for plan in plans}
        self._uploads: dict[int, _Upload] = {}
        self._ended: dict[int, tuple[_Partner, int, int]] = {}
        self._told = _Told()
        self._stop: Callable[[], None] | None = None
        self.handlers = {
            "MISSION_COUNT": self._begin,
            "MISSION_WRITE_PARTIAL_LIST": self._begin_partial,
            "MISSION_ITEM_INT": self._take,
            "MISSION_ITEM": self._take,
            "MISSION_ACK": self._hear_ack,
            "MISSION_REQUEST_LIST": self._tell_count,
            "MISSION_REQUEST_INT": self._give,
            "MISSION_REQUEST": self._give,
            "MISSION_CLEAR_ALL": self._clear,
            "MISSION_SET_CURRENT": self._set_current,
        }
        self.actions = {mavlink.MAV_CMD_DO_SET_MISSION_CURRENT: self._order_current}
        self.reports = {"MISSION_CURRENT": self._mission_current}
        self.rates = {"MISSION_CURRENT": 1.0}

    def start(self, post: Post) -> None:
        """Load what was kept over the reboot, and begin to watch the mission."""
        super().start(post)
        for plan in self._plans.values():
            items = plan.read_items()
            reason = plan.replace(items)[1] if items else ""
            if reason:
                post.say(Severity.ERROR, f"kept mission or fence not loaded: {reason}")
        self._told = _Told(current=self._state())
        self._stop = post.schedule.every(WATCH_PERIOD, self._watch, start=post.clock.now())

    def stop(self) -> None:
        """Give up all uploads and watch no more."""
        for kind in list(self._uploads):
            self._drop(kind)
        if self._stop is not None:
            self._stop()

    @property
    def idle(self) -> bool:
        """Whether no upload is under way."""
        return not self._uploads

    # -- upload

    def _begin(self, channel: Channel, message: Message) -> None:
        partner, plan = _partner(channel, message), self._plans.get(message.mission_type)
        refusal = self._refusal(partner, plan)
        if plan is None or refusal:
            self._acknowledge(partner, message.mission_type, refusal)
        elif message.count > plan.most:
            self._acknowledge(partner, plan.kind, mavlink.MAV_MISSION_NO_SPACE)
        else:
            self._open(plan.kind, _Upload(partner=partner, items=[None] * message.count, next=0, end=message.count))

    def _begin_partial(self, channel: Channel, message: Message) -> None:
        partner, plan = _partner(channel, message), self._plans.get(message.mission_type)
        refusal = self._refusal(partner, plan)
        if plan is None or refusal:
            self._acknowledge(partner, message.mission_type, refusal)
            return
        items: list[WireItem | None] = list(plan.read_items())
        first, last = message.start_index, message.end_index
        last = len(items) - 1 if last == -1 else last
        if not 0 <= first <= last < len(items):
            self._acknowledge(partner, plan.kind, mavlink.MAV_MISSION_INVALID_SEQUENCE)
            return
        self._open(plan.kind, _Upload(partner=partner, items=items, next=first, end=last + 1))

    def _refusal(self, partner: _Partner, plan: Plan | None) -> int:
        if plan is None:
            return int(mavlink.MAV_MISSION_UNSUPPORTED)
        upload = self._uploads.get(plan.kind)
        return int(_DENIED if upload is not None and upload.partner != partner else _ACCEPTED)

    def _open(self, kind: int, upload: _Upload) -> None:
        self._drop(kind)
        self._ended.pop(kind, None)
        self._uploads[kind] = upload
        if upload.next == upload.end:
            self._finish(kind)
        else:
            self._ask(kind)

    def _ask(self, kind: int) -> None:
        upload = self._uploads[kind]
        upload.stop()
        if upload.tries == TRIES:
            self.post.say(Severity.WARNING, "mission upload timed out")
            self._end(kind, int(mavlink.MAV_MISSION_OPERATION_CANCELLED))
            return
        upload.tries += 1
        upload.timer = self.post.schedule.at(self.post.clock.now() + PATIENCE, lambda: self._ask(kind))
        message = mavlink.MAVLink_mission_request_int_message(*upload.partner.target, upload.next, kind)
        self.post.send(upload.partner.channel, [message], self.component)

    def _take(self, channel: Channel, message: Message) -> None:
        partner, kind = _partner(channel, message), message.mission_type
        upload = self._uploads.get(kind)
        if upload is None:
            self._answer_stray(partner, message)
        elif upload.partner != partner:
            self._acknowledge(partner, kind, _DENIED)
        elif message.seq > upload.next:
            self._end(kind, int(mavlink.MAV_MISSION_INVALID_SEQUENCE))
        elif message.seq == upload.next:
            self._keep(upload, message)
        # An item that came twice is passed over: asking for the next again would double everything that follows.

    def _keep(self, upload: _Upload, message: Message) -> None:
        kind, item = message.mission_type, read_item(message)
        number, plan = upload.next, self._plans[kind]
        home = kind == mavlink.MAV_MISSION_TYPE_MISSION and number == 0
        if isinstance(item, int):
            problem = 0 if home else item
        else:
            problem = plan.problem(number, item)
            upload.items[number] = item
        if problem:
            self._end(kind, problem)
            return
        upload.items[number] = upload.items[number] or _NOTHING
        upload.next, upload.tries = number + 1, 0
        if upload.next == upload.end:
            self._finish(kind)
        else:
            self._ask(kind)

    def _finish(self, kind: int) -> None:
        items = tuple(item for item in self._uploads[kind].items if item is not None)
        result, reason = self._plans[kind].replace(items)
        if reason:
            self.post.say(Severity.ERROR, reason)
        self._end(kind, result)
        self._watch()

    def _end(self, kind: int, result: int) -> None:
        upload = self._uploads[kind]
        self._drop(kind)
        self._ended[kind] = (upload.partner, upload.end - 1, result)
        self._acknowledge(upload.partner, kind, result)

    def _drop(self, kind: int) -> None:
        upload = self._uploads.pop(kind, None)
        if upload is not None:
            upload.stop()

    def _answer_stray(self, partner: _Partner, message: Message) -> None:
        """The last item again means that its acknowledgement was lost; any other is nothing that was asked for."""
        ended = self._ended.get(message.mission_type)
        if ended is not None and ended[:2] == (partner, message.seq):
            self._acknowledge(partner, message.mission_type, ended[2])
        else:
            self._acknowledge(partner, message.mission_type, mavlink.MAV_MISSION_ERROR)

    def _hear_ack(self, channel: Channel, message: Message) -> None:
        upload = self._uploads.get(message.mission_type)
        if upload is not None and upload.partner == _partner(channel, message) and message.type != _ACCEPTED:
            self._drop(message.mission_type)

    def _acknowledge(self, partner: _Partner, kind: int, result: int) -> None:
        message = mavlink.MAVLink_mission_ack_message(*partner.target, result, kind)
        self.post.send(partner.channel, [message], self.component)

    # -- download

    def _tell_count(self, channel: Channel, message: Message) -> None:
        partner, plan = _partner(channel, message), self._plans.get(message.mission_type)
        if plan is None or plan.kind in self._uploads:
            result = mavlink.MAV_MISSION_UNSUPPORTED if plan is None else _DENIED
            self._acknowledge(partner, message.mission_type, result)
            return
        count = mavlink.MAVLink_mission_count_message(*partner.target, len(plan.read_items()), plan.kind)
        self.post.send(channel, [count], self.component)

    def _give(self, channel: Channel, message: Message) -> None:
        partner, plan = _partner(channel, message), self._plans.get(message.mission_type)
        items = plan.read_items() if plan is not None else ()
        if plan is None or message.seq >= len(items):
            result = mavlink.MAV_MISSION_UNSUPPORTED if plan is None else mavlink.MAV_MISSION_INVALID_SEQUENCE
            self._acknowledge(partner, message.mission_type, result)
            return
        current = plan.kind == mavlink.MAV_MISSION_TYPE_MISSION and message.seq == self._mission_current().seq
        label = Label(number=message.seq, kind=plan.kind, target=partner.target, current=current)
        scaled = message.get_type() == "MISSION_REQUEST_INT"
        self.post.send(channel, [to_message(items[message.seq], label, scaled=scaled)], self.component)

    # -- clear

    def _clear(self, channel: Channel, message: Message) -> None:
        partner, kind = _partner(channel, message), message.mission_type
        kinds = list(self._plans) if kind == mavlink.MAV_MISSION_TYPE_ALL else [kind]
        results = [self._clear_one(partner, each) for each in kinds]
        self._acknowledge(partner, kind, next((result for result in results if result), _ACCEPTED))
        self._watch()

    def _clear_one(self, partner: _Partner, kind: int) -> int:
        plan = self._plans.get(kind)
        refusal = self._refusal(partner, plan)
        if plan is None or refusal:
            return refusal
        self._drop(kind)
        result, reason = plan.replace(())
        if reason:
            self.post.say(Severity.ERROR, reason)
        return result

    # -- progress

    def _set_current(self, channel: Channel, message: Message) -> None:
        reason = self._make_current(message.seq)
        if reason:
            self.post.say(Severity.WARNING, reason)

    def _order_current(self, command: Command) -> Outcome:
        number, reset = command.values[:2]
        if number == _KEEP_CURRENT:
            number = 0 if reset == 1.0 else self._mission_current().seq
        if not (number >= 0 and number == int(min(number, _NO_MISSION))):
            return denied(f"no mission item {number:g}")
        reason = self._make_current(int(number))
        return Outcome(result=mavlink.MAV_RESULT_FAILED if reason else mavlink.MAV_RESULT_ACCEPTED, reason=reason)

    def _make_current(self, number: int) -> str:
        """Go on with an item; 0, which is home, begins the mission again."""
        reason = self._flight.set_current_item(max(number - 1, 0))
        if not reason:
            self.post.broadcast([self._mission_current()], self.component)
            self._told.current = self._state()
        return reason

    def _mission_current(self) -> Message:
        progress = self._flight.read_progress()
        total = max(len(self._plans[int(mavlink.MAV_MISSION_TYPE_MISSION)].read_items()) - 1, 0)
        none = progress.state is MissionState.NO_MISSION
        return mavlink.MAVLink_mission_current_message(
            seq=0 if none else progress.current + 1,
            total=total or _NO_MISSION,
            mission_state=int(progress.state),
            mission_mode=_IN_AUTO if int(self._flight.mode) == _AUTO else _NOT_IN_AUTO,
        )

    def _state(self) -> tuple[object, ...]:
        message = self._mission_current()
        return message.seq, message.total, message.mission_state, message.mission_mode

    def _watch(self) -> None:
        reached, told = self._flight.read_progress().reached, self._told.reached
        new = reached[len(told) :] if reached[: len(told)] == told else reached
        messages = [mavlink.MAVLink_mission_item_reached_message(number + 1) for number in new]
        state = self._state()
        if state != self._told.current:
            messages.append(self._mission_current())
        self._told = _Told(current=state, reached=reached)
        if messages:
            self.post.broadcast(messages, self.component)


_NOTHING = WireItem(frame=0, command=0)  # in the place of a home that could not be read


def _partner(channel: Channel, message: Message) -> _Partner:
    return _Partner(channel, message.get_srcSystem(), message.get_srcComponent())
