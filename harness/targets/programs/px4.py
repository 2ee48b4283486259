"""PX4 as a target: the user's own SITL build, started anew for each case, in our plant or in its own physics."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from harness.errors import FileError, VehicleError
from harness.targets.programs.autopilot import AutopilotTarget, read_parameters
from harness.targets.programs.program import Program
from harness.targets.programs.px4build import HOME, Px4Build
from harness.vehicle.dialects.px4 import PX4
from harness.vehicle.vehicle import Vehicle
from harness.vehicle.version import Version

REMEDY = (
    "name the program bin/px4 of a PX4 built for SITL with --binary PATH, or as target.settings.binary in the rig file"
)
# what decides when it acts on a loss of the link, and how
TIMERS = ("NAV_DLL_ACT", "COM_DL_LOSS_T", "COM_FAIL_ACT_T", "NAV_RCL_ACT", "COM_RC_LOSS_T")
READ_WITHIN = 30.0  # s; it tells none before its start-up is over, which a busy machine makes long
_NAME = re.compile(r"[A-Z][A-Z0-9_]{1,15}")


class Px4Target(AutopilotTarget):
    """Stock PX4, multicopter.

    Raises:
        UsageError: the binary is not there, is no program, or does not behave as a PX4 with this interface.
        FileError: a file of parameters cannot be read, or a line of it is none.
    """

    kind = "px4"
    named = "a PX4"
    remedy = REMEDY
    dialect = PX4
    home = HOME

    def __init__(
        self,
        *,
        binary: str,
        parameters: Sequence[str],
        physics: str = "plant",
        speed: float = 1.0,
        defects: Sequence[str] = (),
    ) -> None:
        program, files = Program(binary, REMEDY), read_parameters(parameters)
        self._wanted: dict[str, str] = {}
        for name, data in zip(parameters, files, strict=True):
            self._wanted |= parse_parameters(Path(name), data)
        self._px4, self._speed = Px4Build(program, self._wanted, REMEDY, speed), speed
        super().__init__(program, self._px4, files, physics)

    def look(self, client: Vehicle, version: Version) -> Mapping[str, Any]:
        """Its version, its start-up files, and what it keeps of its commissioning and its timers.

        Raises:
            VehicleError: it does not keep a parameter that it was commissioned with.
        """
        for name, value in self._wanted.items():
            kept = client.read_parameter(name, READ_WITHIN)
            if abs(kept - float(value)) > 1e-4 * max(1.0, abs(kept)):
                raise VehicleError(f"it was commissioned with {name} {value} and keeps {kept:g}")
        timers = {name: client.read_parameter(name, READ_WITHIN) for name in TIMERS}
        return {
            **super().look(client, version),
            "startup_sha256": self._px4.hash_startup(),
            "timers": timers,
            "speed": self._speed,
        }

    def describe(self, version: Version) -> str:
        """Numbers and the start of the commit's name, whose bytes PX4 sends last first."""
        numbers, commit = ".".join(map(str, version.firmware)), bytes.fromhex(version.firmware_hash)
        return f"{numbers} ({commit[::-1].hex()})"


def parse_parameters(path: Path, data: bytes) -> dict[str, str]:
    """Names and values of a file that has one of each in a line; ``#`` begins a comment.

    Raises:
        FileError: a line is something else.
    """
    found: dict[str, str] = {}
    for number, line in enumerate(data.decode("utf-8", "replace").splitlines(), start=1):
        words = line.partition("#")[0].split()
        if not words:
            continue
        if len(words) != 2 or not _NAME.fullmatch(words[0]) or not _is_number(words[1]):
            raise FileError(path, f"line {number}: wanted a parameter's name and its value, got {line[:60]!r}")
        found[words[0]] = words[1]
    return found


def _is_number(text: str) -> bool:
    return re.fullmatch(r"[-+]?\d{1,10}(\.\d{1,10})?", text) is not None
