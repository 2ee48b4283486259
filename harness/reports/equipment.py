"""The roles of the rig as an equipment list: make, identity, calibration and its due date."""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from harness.evidence.results import RunResult
from harness.reports.matrix import guarded
from harness.reports.text import first_text, visible

HEADER = ("role", "make", "identity", "simulated", "certificate", "calibration due", "uncertainty")
NO_CALIBRATION = "not calibrated"


@dataclass(frozen=True, kw_only=True)
class Equipment:
    """One role of the rig as the report prints it."""

    role: str
    make: str
    identity: str
    simulated: bool
    certificate: str
    due: str
    uncertainty: str

    def row(self) -> tuple[str, ...]:
        """Cells in the order of ``HEADER``."""
        simulated = "yes" if self.simulated else "no"
        return (self.role, self.make, self.identity, simulated, self.certificate, self.due, self.uncertainty)


def equipment(result: RunResult) -> list[Equipment]:
    """Every role that the rig filled, by name; empty when the run ended before bring-up."""
    return [_equipment(name, role) for name, role in sorted(dict(result.rig.get("roles") or {}).items())]


def equipment_csv(result: RunResult) -> str:
    """The equipment list as CSV."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(HEADER)
    writer.writerows([guarded(cell) for cell in item.row()] for item in equipment(result))
    return text.getvalue()


def _equipment(name: str, role: Mapping[str, Any]) -> Equipment:
    calibration = role.get("calibration") or {}
    simulated = bool(role.get("simulated"))
    missing = "simulated" if simulated else NO_CALIBRATION
    return Equipment(
        role=visible(name, 80),
        make=visible(role.get("make") or "-", 120),
        identity=first_text(role, "identity") or "-",
        simulated=simulated,
        certificate=first_text(calibration, "certificate") or missing,
        due=first_text(calibration, "due") or missing,
        uncertainty=first_text(calibration, "uncertainty") or "-",
    )
