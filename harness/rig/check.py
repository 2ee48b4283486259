"""Whether a rig stands ready: every role set up and asked who it is, its calibration, and what a profile misses."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from harness.errors import HarnessError, RigError
from harness.instruments.chart import Chart
from harness.judgement import Exposure
from harness.rig.config import RigFile, RoleSpec
from harness.rig.session import NO_CALIBRATION, Claims, RigSession, Surroundings, close_device

OK, DEAD, OVERDUE, MISSING, NOT_PROBED = "ok", "dead", "overdue", "missing", "not probed"
UNCALIBRATED = "no certificate"
SIMULATED = "simulated"
TARGET, CARD = "target", "card"
NO_CARRIER = "it has no carrier: its cable is pulled, or the article's end is off; plug it in"
CASE = "rig check"


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One role of the rig, or the target, or the network card of a bench.

    Attributes:
        role: name of the role.
        make: what fills it; "" for a role that is missing.
        state: ok, dead, overdue, no certificate, missing or not probed.
        identity: what it answered when it was asked who it is.
        calibration: certificate and due date.
        uncertainty: standard uncertainty by that certificate.
        problem: what is wrong, and what to do about it.
    """

    role: str
    make: str
    state: str
    identity: str = ""
    calibration: str = ""
    uncertainty: str = ""
    problem: str = ""


class Unrecorded:
    """A case log for probing: a control that fails is an error, and nothing is kept."""

    def control(self, name: str, kind: str, ok: bool, detail: str) -> None:
        """Who records a failed control raises it as well."""

    def exposed(self, exposure: Exposure) -> None:
        """Nothing is tried."""

    def note(self, text: str) -> None:
        """Nobody reads it."""

    def exhibit(self, name: str, media_type: str, data: bytes, kind: str) -> None:
        """Nothing is kept."""

    def chart(self, chart: Chart) -> None:
        """Nothing is drawn."""


def check_rig(rig: RigFile, claims: Claims, needed: Mapping[str, Sequence[str]]) -> list[Finding]:
    """Probe target and roles, each for itself; `needed` are requirements by the roles that they ask for.

    Nothing is powered and nothing flies.

    Raises:
        UsageError: the rig file asks for what does not exist.
    """
    return [*_probe(rig, claims), *_missing(rig, needed)]


def _probe(rig: RigFile, claims: Claims) -> list[Finding]:
    kind = rig.spec.target.kind
    try:
        session = RigSession(rig, claims, (), 0)
    except RigError as error:
        return [
            Finding(role=TARGET, make=kind, state=DEAD, problem=str(error)),
            *(_unprobed(name, spec) for name, spec in rig.roles.items()),
        ]
    try:
        return _probe_roles(session, kind)
    finally:
        session.close()


def _unprobed(role: str, spec: RoleSpec) -> Finding:
    return Finding(role=role, make=spec.make, state=NOT_PROBED)


def _probe_roles(session: RigSession, kind: str) -> list[Finding]:
    try:
        # one after the other: a port is opened by one of them at a time
        told = ", ".join(f"{key} {value}" for key, value in session.target.identity().items())
        world = session.target.new_world(0)
    except RigError as error:
        dead = Finding(role=TARGET, make=kind, state=DEAD, problem=str(error))
        return [dead, *(_unprobed(name, spec) for name, spec in session.rig.roles.items())]
    findings = [Finding(role=TARGET, make=kind, state=OK, identity=told), *_probe_card(session)]
    devices = dict[str, object]()
    try:
        for role in session.order():
            try:
                devices[role] = session.fit(role, CASE, Surroundings(world=world, log=Unrecorded()), devices)
            except HarnessError as error:
                findings.append(_finding(session, role, DEAD, str(error)))
            else:
                findings.append(_finding(session, role, OK, ""))
    finally:
        for device in devices.values():
            close_device(device)
        close_device(world)
    return findings


def _probe_card(session: RigSession) -> list[Finding]:
    """The network card of a bench; that it can be captured, the world has shown."""
    read = getattr(session.target, "read_card", None)
    card = read() if read is not None else None
    if card is None:
        return []
    # a card that is plugged into the article itself has a carrier with the article's power only
    awaited = "relay" not in session.rig.roles
    state, problem = (OK, "") if card.carrier else (DEAD if awaited else OK, NO_CARRIER)
    return [Finding(role=CARD, make="interface", state=state, identity=str(card), problem=problem)]


def _finding(session: RigSession, role: str, state: str, problem: str) -> Finding:
    rig, today = session.rig, datetime.now(UTC).date()
    calibration = rig.calibrations.get(role)
    if state == OK and calibration is not None and calibration.overdue(today):
        state, problem = OVERDUE, f"its calibration ended on {calibration.due}: recalibrate it"
    if state == OK and role in rig.uncalibrated:
        state, problem = UNCALIBRATED, f"it {NO_CALIBRATION}"
    return Finding(
        role=role,
        make=rig.roles[role].make,
        state=state,
        identity=session.read_identity(role) or (SIMULATED if rig.simulated else ""),
        calibration=f"{calibration.certificate}, due {_day(calibration.due)}" if calibration else "",
        uncertainty=calibration.describe() if calibration else "",
        problem=problem,
    )


def _day(due: date) -> str:
    return due.isoformat()


def _missing(rig: RigFile, needed: Mapping[str, Sequence[str]]) -> list[Finding]:
    return [
        Finding(role=role, make="", state=MISSING, problem=f"{', '.join(names)} cannot be tested without it")
        for role, names in needed.items()
        if role not in rig.roles
    ]
