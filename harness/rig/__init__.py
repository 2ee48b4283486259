"""From a rig file to devices by role: configuration, registry, the session that owns the world of each case.

Must not import ``harness.evidence``, ``reports`` or ``plugin``.
"""

from harness.rig.config import RigFile, load_rig
from harness.rig.seeds import seed_for
from harness.rig.session import Bench, Claims, MissingRole, RigSession

__all__ = ["Bench", "Claims", "MissingRole", "RigFile", "RigSession", "load_rig", "seed_for"]
