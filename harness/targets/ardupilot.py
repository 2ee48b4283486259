"""ArduPilot as a target: the user's own SITL build, started anew for each case, in our plant or in its own physics."""

from collections.abc import Sequence

from harness.targets.arducopter import HOME, ArducopterBuild
from harness.targets.autopilot import AutopilotTarget, read_parameters
from harness.targets.program import Program
from harness.vehicle.dialects.arducopter import ARDUCOPTER
from harness.vehicle.version import Version

REMEDY = (
    "name the program of an ArduCopter built for SITL with --binary PATH, or as target.settings.binary in the rig file"
)


class ArdupilotTarget(AutopilotTarget):
    """Stock ArduCopter.

    Raises:
        UsageError: the binary is not there, is no program, or does not behave as an ArduCopter with this interface.
        FileError: the file of parameters cannot be read.
    """

    kind = "ardupilot"
    named = "an ArduCopter"
    remedy = REMEDY
    dialect = ARDUCOPTER
    home = HOME

    def __init__(
        self, *, binary: str, parameters: Sequence[str], physics: str = "plant", defects: Sequence[str] = ()
    ) -> None:
        program, files = Program(binary, REMEDY), read_parameters(parameters)
        super().__init__(program, ArducopterBuild(program, files), files, physics)

    def describe(self, version: Version) -> str:
        """Numbers and the start of the commit's name, which ArduPilot sends as text."""
        numbers, commit = ".".join(map(str, version.firmware)), bytes.fromhex(version.firmware_hash)
        return f"{numbers} ({commit.decode('ascii', 'replace').rstrip(chr(0)) or 'no commit'})"
