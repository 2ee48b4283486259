"""What keeps a real bench safe during a run: its lease, its interlocks and its watchdog. A virtual rig needs none."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from harness.rig.config import RigFile
from harness.rig.lease import Lease, default_folder, things_of

INTERLOCKS = {"estop": "emergency stop", "takeover": "take-over by a pilot"}
# in these the article moves, or its control is cut
MOVING = ("props-off actuation", "contained flight", "free flight", "RF emission")


def missing_interlocks(rig: RigFile, hazard: str) -> str:
    """The interlocks that a test of this hazard class needs and the rig has not; "" for none."""
    if rig.virtual or hazard not in MOVING:
        return ""
    return " and no ".join(what for role, what in INTERLOCKS.items() if role not in rig.roles)


class Guard:
    """Of one run.

    Raises:
        RigError: another run holds a part of the bench.
        UsageError: no lease can be written.
    """

    def __init__(self, rig: RigFile, log: Path | None = None) -> None:
        """Take the bench; `log` is where the watchdog writes when it has to act."""
        self._rig = rig
        self._log = log or default_folder() / "watchdog.log"
        self._lease: Lease | None = None
        self._watchdog: Any = None
        self._proven: set[str] = set()
        if rig.virtual:
            return
        folder = rig.path.parent.resolve()
        settings = [rig.spec.target.settings, *(spec.settings for spec in rig.roles.values())]
        leases = folder / rig.spec.leases if rig.spec.leases else default_folder()
        self._lease = Lease(things_of(settings, folder), rig.id, Path(leases))

    def prove(self, devices: Mapping[str, Any]) -> None:
        """Before power: the bench is still ours, the watchdog lives, each interlock was proven once in this run.

        Raises:
            RigError: one of these is not so.
        """
        if self._lease is None:
            return
        self._lease.assert_held()
        if self._needs_watchdog:
            self._watchdog = self._watchdog or _start_watchdog(self._rig, self._log)
            self._watchdog.assert_alive()
        for role in INTERLOCKS:
            if role in devices:
                if role not in self._proven:
                    devices[role].prove()
                    self._proven.add(role)
                devices[role].watch()

    @property
    def _needs_watchdog(self) -> bool:
        """Whether something may move, and a process of its own could do anything about it."""
        reach = self._rig.spec.target.settings.get("observer") or {"wind", "attenuator"} & set(self._rig.roles)
        return bool(reach) and any(hazard in MOVING for hazard in self._rig.allows)

    def close(self) -> None:
        """Dismiss the watchdog and give the bench back; harmless when closed."""
        if self._watchdog is not None:
            self._watchdog.dismiss()
            self._watchdog = None
        if self._lease is not None:
            self._lease.release()
            self._lease = None


def _start_watchdog(rig: RigFile, log: Path) -> Any:  # noqa: ANN401 - loaded on use: a virtual rig needs none of its instruments
    from harness.rig.safestate import plan_of
    from harness.rig.watchdog import Watchdog

    return Watchdog({**plan_of(rig), "log": str(log.resolve())})
