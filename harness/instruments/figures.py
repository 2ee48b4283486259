"""What the roles hand over: facts of a disturbance and figures that suites measure. Data only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from harness.errors import NotShown
from harness.judgement import Count, Estimate


@dataclass(frozen=True, kw_only=True)
class Gust:
    """A gust that was commanded: start and end on the test clock (s), amplitude over the mean (m/s)."""

    start: float
    end: float
    amplitude: float


@dataclass(frozen=True, kw_only=True)
class Cut:
    """A cut that was made: when the last frame got through to the article, s on the test clock."""

    last_frame: float


@dataclass
class Tally:
    """How many answers, or changes of state, were seen."""

    count: int = 0

    def add(self, _: object) -> None:
        """One more."""
        self.count += 1

    def of(self, trials: Sequence[object]) -> Count:
        """The count, of that many trials; one trial can be answered more than once."""
        return Count(events=min(self.count, len(trials)), trials=len(trials))


@dataclass(frozen=True, kw_only=True)
class State:
    """What orders change: mode, arming, and parameters by name."""

    mode: str
    armed: bool
    parameters: tuple[tuple[str, float], ...]


@dataclass(frozen=True, kw_only=True)
class Reaction:
    """What the observer saw after a link was cut.

    Attributes:
        time: from the last valid frame that reached the article to its action, s.
        wrong_actions: whether it did something else than declared, of one trial.
    """

    time: Estimate
    wrong_actions: Count


@dataclass(frozen=True, kw_only=True)
class Regained:
    """After a link came back: time until telemetry was heard and until a command was acknowledged, s."""

    telemetry: Estimate
    control: Estimate


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What a witness sees of the article now: heading in deg, mode, and whether it is armed."""

    heading: float
    mode: str
    armed: bool


@dataclass(frozen=True, kw_only=True)
class Orders:
    """Orders given over an impaired link.

    Attributes:
        missed: orders not acknowledged and obeyed within the declared time.
        seen_repeated: orders obeyed more often than once, or told to be obeyed and not; None where an order obeyed
            twice looks like one obeyed once.
    """

    missed: Count
    seen_repeated: Count | None

    @property
    def repeated(self) -> Count:
        """The same, where it can be seen.

        Raises:
            NotShown: it cannot.
        """
        if self.seen_repeated is None:
            raise NotShown("this autopilot turns to a heading and not by a step: obeyed twice, an order does not show")
        return self.seen_repeated


@dataclass(frozen=True, kw_only=True)
class SearchFigures:
    """What can be read of a mission: hits by kind, and the share (0 to 1) of the medium that was searched."""

    canary_hits: float
    signature_hits: float
    coordinate_hits: float
    scanned_fraction: float


@dataclass(frozen=True, kw_only=True)
class VolumeFigures:
    """How the medium is encrypted: parameters that are not approved, key length in bit, blocks seen twice."""

    unapproved_parameters: float
    key_bits: float
    repeated_blocks: float


@dataclass(frozen=True, kw_only=True)
class Egress:
    """What was sent to nobody who is declared: flows, and bytes in them."""

    undeclared_flows: float
    undeclared_bytes: float


@dataclass(frozen=True, kw_only=True)
class PeerFigures:
    """Servers that the article should have given up and did not: by certificate, and by version or cipher suite."""

    accepted_bad_certificates: Count
    weak_sessions: Count


@dataclass(frozen=True, kw_only=True)
class UpdateFigures:
    """Updates that should not have been taken: bad ones, and good ones that nobody asked for."""

    accepted_bad_updates: Count
    unrequested_updates: Count


@dataclass(frozen=True, kw_only=True)
class InterfaceFigures:
    """Interfaces that are there and not declared, and those that gave something without a credential, of all tried."""

    undeclared_interfaces: float
    unauthenticated_interfaces: Count


@dataclass(frozen=True, kw_only=True)
class LoginFigures:
    """Credentials that are no secret and were accepted, of all tried, and those that two units have in common."""

    accepted_default_logins: Count
    shared_credentials: float


@dataclass(frozen=True, kw_only=True)
class ServiceFigures:
    """What was asked of services that nobody declared, or carried in messages that are not for it.

    Attributes:
        seen_resolvers: hosts that were seen to be asked for names.
        hidden: why others may not have been seen; empty where all would have been.
    """

    seen_resolvers: float
    unknown_time_servers: float
    suspect_queries: float
    undeclared_ipv6_flows: float
    icmp_payload_bytes: float
    hidden: str = ""

    @property
    def unknown_resolvers(self) -> float:
        """The same, where a zero means something.

        Raises:
            NotShown: none was seen, and some may be hidden.
        """
        if self.hidden and not self.seen_resolvers:
            raise NotShown(self.hidden)
        return self.seen_resolvers


@dataclass(frozen=True, kw_only=True)
class EndpointFigures:
    """Endpoints, declared or called, that nobody permitted runs, or of which nobody says who runs them."""

    disallowed: float
    unattributed: float


@dataclass(frozen=True, kw_only=True)
class BillFigures:
    """What a bill leaves out: minimum fields, and dependencies that lead nowhere."""

    incomplete_fields: float
    unresolved_dependencies: float


@dataclass(frozen=True, kw_only=True)
class ContentsFigures:
    """How an image differs from its bill: components with another hash or absent, and what the bill lacks."""

    hash_mismatches: Count
    undeclared_components: float


@dataclass(frozen=True, kw_only=True)
class ReleaseFigures:
    """How the dumped image differs from the released one, each of one trial."""

    hash_mismatches: Count
    invalid_signatures: Count
    version_mismatches: Count


@dataclass(frozen=True, kw_only=True)
class ProvenanceFigures:
    """What the attestations of the dumped images support: the least build level (SLSA), and what departs from it."""

    build_level: int
    subject_mismatches: Count
    unlisted_builders: Count | int


@dataclass(frozen=True, kw_only=True)
class Article:
    """What results rest on: the image as dumped, the parameters as read, the bill as handed over."""

    image: bytes
    parameters: Mapping[str, float]
    bill: bytes


@dataclass(frozen=True, kw_only=True)
class ChangeFigures:
    """What of earlier results holds: reopened ones that were shown anew, %, and stale ones of all."""

    rerun_fraction: float
    stale_results: Count


@dataclass(frozen=True, kw_only=True)
class FlawFigures:
    """Matches of the bill with known flaws that no justified statement disposes of, of all matches of their kind."""

    undisposed_exploited: Count | int
    undisposed_critical: Count | int


@dataclass(frozen=True, kw_only=True)
class OperatorFigures:
    """Who runs the services: operators and owners that are not permitted, and services that nobody is known to run."""

    disallowed_operators: Count | int
    unattributed_services: Count | int


@dataclass(frozen=True, kw_only=True)
class ChainFigures:
    """Who owns and supplies the maker: restricted names, and what an analyst has not decided or nobody has told."""

    restricted_matches: Count | int
    open_hits: int


@dataclass(frozen=True, kw_only=True)
class SharedFigures:
    """What two units, or two provisionings of one, have in common: cipher blocks, and keys, salts and identifiers."""

    equal_blocks_units: float
    equal_blocks_reprovisioned: float
    shared_secrets: Count


@dataclass(frozen=True, kw_only=True)
class AccessFigures:
    """What a unit gives before a login: answered requests, of all, and wrong logins evaluated in an hour."""

    unauthenticated_accesses: Count
    guess_rate: float


@dataclass(frozen=True, kw_only=True)
class ResidueFigures:
    """Canaries outside the declared places, and places of the checklist that were not searched whole."""

    residue_hits: float
    unexamined_places: float


@dataclass(frozen=True, kw_only=True)
class ErasureFigures:
    """What erasure leaves: bytes of canaries, and key slots that open with a known secret."""

    recovered_bytes: float
    usable_key_slots: float


@dataclass(frozen=True, kw_only=True)
class StateFigures:
    """How the state of encryption is kept: at first boot, shown after each change, told by each recording."""

    unencrypted_first_boots: Count
    unseen_changes: Count
    unmarked_recordings: Count


@dataclass(frozen=True, kw_only=True)
class PullFigures:
    """What power cuts leave: canaries that can be read, and stores that do not open, of all pulls."""

    canary_hits: float
    failed_mounts: Count


@dataclass(frozen=True, kw_only=True)
class SourceFigures:
    """Keys that repeat, of all collected, and random sources that nobody assessed."""

    duplicate_keys: Count
    missing_assessments: float
