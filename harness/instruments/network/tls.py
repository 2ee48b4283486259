"""Whether the article gives up connections to servers that are not good enough (ENDP-06)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from harness.instruments.context import Context
from harness.instruments.figures import PeerFigures
from harness.instruments.gateway.authority import Authority, Presented
from harness.instruments.gateway.capture import EPOCH, Capture
from harness.instruments.gateway.gateway import Gateway
from harness.instruments.gateway.imposters import BAD_CERTIFICATES, Trial, WeakOffer, try_server, weak_context
from harness.judgement import Count
from harness.network.handshake import Handshake, read_handshakes
from harness.timing import run_for

HONEST = "honest"
# from power-on until all that the article calls at boot has been called, s
CALLING = 12.0
TLS_PORT = 443

Offer = Presented | WeakOffer


@dataclass(frozen=True, kw_only=True)
class TlsBench:
    """What of the network role a trial needs: the world's servers, who vouches for them, the tap and the article."""

    gateway: Gateway
    authority: Authority
    capture: Capture
    article: str
    prove_whole: Callable[[], None]


@dataclass(frozen=True, kw_only=True)
class _Outcome:
    offer: Offer
    host: str
    called: bool
    answered: bool
    went_on: bool
    weak: bool


class PeerTrials:
    """Boots the article in front of a good server, then of each that is not, then of the good one again."""

    def __init__(self, context: Context, bench: TlsBench) -> None:
        self._context, self._bench = context, bench
        endpoints = context.declaration.network.endpoints
        self._hosts = tuple(item.host for item in endpoints if item.protocol == "tls" and item.port == TLS_PORT)

    def run(self) -> PeerFigures:
        """Bad certificates and weak offers, each presented by every declared TLS endpoint.

        Raises:
            RigError: a server is not what it should be, the article did not call it, or the good one got no session.
        """
        self._context.check("tls.endpoints", bool(self._hosts), f"declared and spoken to by TLS: {len(self._hosts)}")
        self._assert_good_gets_session("before")
        bad = [each for kind in self._certificates() for each in self._present(kind)]
        weak = [each for offer in WeakOffer for each in self._present(offer)]
        self._assert_good_gets_session("after")
        self._bench.prove_whole()
        pcap = self._bench.capture.read_pcap()
        self._context.log.exhibit("network capture", "application/vnd.tcpdump.pcap", pcap, "capture")
        return PeerFigures(
            accepted_bad_certificates=self._count(bad, [each.went_on for each in bad]),
            weak_sessions=self._count(weak, [each.weak or each.went_on for each in weak]),
        )

    def _certificates(self) -> tuple[Presented, ...]:
        if self._context.declaration.network.revocation not in (None, "none"):
            return BAD_CERTIFICATES
        self._context.log.note("no check of revocation is declared: a revoked certificate was not presented")
        return tuple(kind for kind in BAD_CERTIFICATES if kind is not Presented.REVOKED)

    def _present(self, offer: Offer) -> list[_Outcome]:
        outcomes = self._boot(offer)
        self._prove_offer(offer, outcomes)
        return outcomes

    def _boot(self, offer: Offer) -> list[_Outcome]:
        """Restart the article in front of servers that all make that offer."""
        world, bench = self._context.world, self._bench
        world.power_off()
        for host in self._hosts:
            self._serve(host, offer)
        start, sessions = world.now(), len(bench.gateway.sessions)
        world.power_on()
        run_for(world, CALLING)
        seen = [
            each for each in read_handshakes(bench.capture.read_pcap(), bench.article) if each.time >= EPOCH + start
        ]
        completed = {each.host for each in bench.gateway.sessions[sessions:] if each.version or each.received}
        return [self._outcome(offer, host, seen, host in completed) for host in self._hosts]

    def _serve(self, host: str, offer: Offer) -> None:
        if self._context.fault == HONEST:
            offer = Presented.GOOD
        bench = self._bench
        if isinstance(offer, WeakOffer):
            bench.gateway.set_server(host, weak_context(bench.authority, host, offer))
        else:
            bench.gateway.set_certificate(host, offer)

    def _outcome(self, offer: Offer, host: str, seen: Sequence[Handshake], completed: bool) -> _Outcome:
        mine = [each for each in seen if each.server == (self._bench.gateway.lookup(host), TLS_PORT)]
        return _Outcome(
            offer=offer,
            host=host,
            called=bool(mine),
            answered=all(each.answered for each in mine),
            # either view of a session is enough to count it
            went_on=completed or any(each.went_on for each in mine),
            weak=any(each.weak for each in mine),
        )

    def _prove_offer(self, offer: Offer, outcomes: Sequence[_Outcome]) -> None:
        """The server is there, speaks, is bad in that way, and a client that does not care gets a session of it."""
        name = offer.value if isinstance(offer, Presented) else offer.value[0]
        silent = [each.host for each in outcomes if not (each.called and each.answered)]
        detail = f"{name}: not called, or did not answer: {', '.join(silent) or 'none'}"
        self._context.check("offer.taken", not silent, detail)
        trials = {host: self._try(host) for host in self._hosts}
        good = [host for host, trial in trials.items() if not (trial.agreed and trial.refusal)]
        reasons = ", ".join(sorted({trial.refusal for trial in trials.values() if trial.refusal})) or "not at all"
        detail = f"{name}: a careless client of the bench gets a session, a strict one refuses: {reasons}"
        self._context.check("offer.bad", not good, detail)

    def _try(self, host: str) -> Trial:
        return try_server(self._bench.gateway.server(host), host, self._bench.authority.trust_root)

    def _assert_good_gets_session(self, when: str) -> None:
        outcomes = self._boot(Presented.GOOD)
        got = {each.host: each.went_on and not each.weak for each in outcomes}
        answered = {each.host for each in self._bench.gateway.sessions if each.requests}
        missing = [host for host, good in got.items() if not good or host not in answered]
        detail = f"{when} the trials, without a session by capture and server: {', '.join(missing) or 'none'}"
        self._context.check("twin.session", not missing, detail)

    def _count(self, outcomes: Sequence[_Outcome], events: Sequence[bool]) -> Count:
        for each, event in zip(outcomes, events, strict=True):
            if event:
                name = each.offer.value if isinstance(each.offer, Presented) else each.offer.value[0]
                self._context.log.note(f"{each.host} got a session with: {name}")
        return Count(events=sum(events), trials=len(events))
