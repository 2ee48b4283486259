"""Watches frames as they are read: learns names, counts what carries data, and says which frames the judge must see.

Of a flow whose every frame is checked (queries, time, ICMP, housekeeping) the judge needs the first frame that is not
allowed, if there is one, and none of those that are. Here the same checks say which frame that is.
"""

from collections.abc import Callable
from typing import TypeVar

from harness.errors import MaterialError
from harness.network import dns, housekeeping
from harness.network.decode import Frame
from harness.network.flows import MOST_KEPT, End, Flow
from harness.network.policy import Policy
from harness.network.rules import (
    ECHO_REQUESTS,
    UNREACHABLE,
    Socket,
    check_query,
    check_time,
    is_resolving,
    quoted_socket,
    quotes_probe,
)
from harness.network.services import NAME_PORTS, carried_bytes, is_suspect

MOST_ASKED, MOST_ECHOES, MOST_CHECKED = 4096, 256, 16384
# longer queries are checked each time
LONGEST_KNOWN = 512

K = TypeVar("K")
V = TypeVar("V")


class Watch:
    """Sees every frame that may need a check of its own.

    Args:
        policy: what was declared.
        recent: gives the last datagrams that came in from a station: (source, port, destination, port).

    Attributes:
        names: what declared resolvers answered to queries of the article.
        probes: datagrams that unreachable messages of the article quote.
    """

    def __init__(self, policy: Policy, recent: Callable[[Socket], list[bytes]]) -> None:
        self.names = dns.Names()
        self.probes: dict[Socket, list[bytes]] = {}
        self._policy, self._recent = policy, recent
        self._asked: dict[tuple[End, End, int, tuple[dns.Question, ...]], None] = {}
        self._echoes: dict[tuple[End, End, bytes], Frame] = {}
        self._checked: dict[bytes, tuple[str, str]] = {}

    def see(self, flow: Flow, frame: Frame, ours: bool) -> bool:
        """Take notice of a frame; returns whether the judge must see it, whatever else is kept of the flow."""
        if not ours:
            self._hear(flow, frame)
            return False
        self._tally(flow, frame)
        return self._is_first_offence(flow, frame)

    def _hear(self, flow: Flow, frame: Frame) -> None:
        if is_resolving(flow, self._policy):
            answer = _parse(frame.payload)
            if answer is not None and answer.response and _ticket(flow, answer) in self._asked:
                self.names.learn(answer, frame.time)
        elif frame.kind == ECHO_REQUESTS.get(frame.protocol):
            _remember(self._echoes, (flow.initiator, flow.responder, frame.payload[4:]), frame, MOST_ECHOES)

    def _is_first_offence(self, flow: Flow, frame: Frame) -> bool:
        if flow.offended or not self._offends(flow, frame):
            return False
        flow.offended = True
        return True

    def _offends(self, flow: Flow, frame: Frame) -> bool:
        kind = housekeeping.classify(flow.sent[0] if flow.sent else frame)
        if kind:
            return housekeeping.classify(frame) != kind or bool(housekeeping.check(frame))
        if frame.protocol in ECHO_REQUESTS:
            return self._offends_as_icmp(flow, frame)
        if is_resolving(flow, self._policy):
            wrong, _ = self._check_query(frame.payload)
            return bool(wrong)
        return frame.protocol == "udp" and frame.destination_port == 123 and bool(check_time(frame.payload))

    def _offends_as_icmp(self, flow: Flow, frame: Frame) -> bool:
        if frame.kind in (0, 129):
            request = self._echoes.get((flow.initiator, flow.responder, frame.payload[4:]))
            if request is not None and len(flow.sent) <= MOST_KEPT:
                flow.received.append(request)
            return request is None
        if frame.kind != UNREACHABLE[frame.protocol]:
            return False
        socket = quoted_socket(frame)
        known = {socket: self._recent(socket)}
        if not quotes_probe(frame, known):
            return True
        if len(flow.sent) <= MOST_KEPT:
            self.probes[socket] = [*self.probes.get(socket, []), *known[socket]]
        return False

    def _tally(self, flow: Flow, frame: Frame) -> None:
        if frame.protocol in ECHO_REQUESTS and not frame.problem:
            carried = carried_bytes(frame)
            if carried:
                flow.carried = flow.carried.plus(carried, frame)
        elif frame.protocol == "udp" and {frame.source_port, frame.destination_port} & NAME_PORTS:
            _, suspect = self._check_query(frame.payload)
            if suspect:
                flow.suspect = flow.suspect.plus(1, frame, suspect)
            query = _parse(frame.payload) if is_resolving(flow, self._policy) else None
            if query is not None:
                _remember(self._asked, _ticket(flow, query), None, MOST_ASKED)

    def _check_query(self, payload: bytes) -> tuple[str, str]:
        """What is wrong with a query to a declared resolver, and the first name in it that looks as if it carried data.

        The same query comes again and again, each time under another number.
        """
        known = self._checked.get(payload[2:])
        if known is None:
            query = _parse(payload)
            names = [question.name for question in query.questions] if query is not None else []
            known = check_query(payload, self._policy), next(filter(is_suspect, names), "")
            if len(payload) <= LONGEST_KNOWN:
                _remember(self._checked, payload[2:], known, MOST_CHECKED)
        return known


def _ticket(flow: Flow, message: dns.Message) -> tuple[End, End, int, tuple[dns.Question, ...]]:
    return flow.initiator, flow.responder, message.number, message.questions


def _parse(payload: bytes) -> dns.Message | None:
    try:
        return dns.parse_message(payload)
    except MaterialError:
        # an unreadable message teaches no name; as a query it is judged on its own
        return None


def _remember(store: dict[K, V], key: K, value: V, most: int) -> None:
    store.pop(key, None)
    store[key] = value
    if len(store) > most:
        del store[next(iter(store))]
