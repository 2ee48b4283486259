"""ArduPilot as a target: a build for SITL, started anew for each case, in our plant or in its own physics."""

from collections.abc import Mapping, Sequence
from typing import Any

from harness.errors import UsageError
from harness.targets.programs.arducopter import HOME, ArducopterBuild
from harness.targets.programs.autopilot import AutopilotTarget, read_parameters
from harness.targets.programs.cockpit import Source
from harness.targets.programs.contained import ContainedProgram
from harness.targets.programs.copterages import OPTION, assert_connectable, assert_same, tell_lacks, tell_windless
from harness.targets.programs.launcher import obtain
from harness.targets.programs.program import Program
from harness.targets.settings import ArdupilotSettings
from harness.vehicle.dialects.arducopter import ARDUCOPTER
from harness.vehicle.vehicle import Vehicle
from harness.vehicle.version import Version

REMEDY = (
    "name the program of an ArduCopter built for SITL with --binary PATH, or as target.settings.binary in the rig file"
)


class ArdupilotTarget(AutopilotTarget):
    """Stock ArduCopter."""

    kind = "ardupilot"
    named = "an ArduCopter"
    remedy = REMEDY
    dialect = ARDUCOPTER
    home = HOME

    def __init__(self, *, defects: Sequence[str] = (), **settings: Any) -> None:  # noqa: ANN401
        """`settings`: of :class:`harness.targets.settings.ArdupilotSettings`; no defect can be seeded.

        Raises:
            UsageError: there is no program, or it does not behave as an ArduCopter with this interface.
            FileError: a file of parameters cannot be read.
        """
        self._settings = ArdupilotSettings.model_validate(settings)
        files = read_parameters(self._settings.parameters)
        program = find_program(self._settings)
        super().__init__(program, ArducopterBuild(program, files, self._settings.speed), files, self._settings.physics)

    def look(self, client: Vehicle, version: Version) -> Mapping[str, Any]:
        """Its version and what that is too old for.

        Raises:
            VehicleError: it is not of the release that was asked for.
        """
        if self._settings.release is not None:
            assert_same(self._settings.release, version.firmware)
        lacks = tell_lacks(version.firmware)
        return {
            **super().look(client, version),
            "speed": self._settings.speed,
            **({"too_old": lacks} if lacks else {}),
        }

    def tell_windless(self, version: Version) -> str:
        """Why a simulator of that version shows no wind though it takes the parameters; empty where it does."""
        return tell_windless(version.firmware)

    def describe(self, version: Version) -> str:
        """Numbers and the start of the commit's name, which ArduPilot sends as text."""
        numbers, commit = ".".join(map(str, version.firmware)), bytes.fromhex(version.firmware_hash)
        return f"{numbers} ({commit.decode('ascii', 'replace').rstrip(chr(0)) or 'no commit'})"


def find_program(settings: ArdupilotSettings) -> Source:
    """The program, by the way that the settings state.

    Raises:
        UsageError: it is not there, is none, or has another hash than the settings want.
    """
    program = _find(settings)
    has = program.describe()["firmware_sha256"]
    if settings.sha256 is not None and has != settings.sha256:
        program.close()
        raise UsageError(
            f"{program.name} has the SHA-256 {has}, and target.settings.sha256 wants {settings.sha256}: name that one"
        )
    return program


def _find(settings: ArdupilotSettings) -> Source:
    if settings.launcher is not None and settings.release is not None:
        assert_connectable(settings.release)
        return obtain(settings.launcher, settings.release, OPTION)
    if settings.image is not None:
        return ContainedProgram(settings.image, settings.command, settings.engine, OPTION)
    return Program(settings.binary or "", REMEDY, OPTION)
