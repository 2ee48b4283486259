"""The wind role: a fan wall or tunnel with SCPI, over PyVISA; its commands are spelled out by the rig file."""

from harness.errors import RigError
from harness.instruments.context import Context
from harness.instruments.dialogue import VisaDialogue
from harness.instruments.wind.source import MeasuredWind

NO_ERROR = ("0", "+0")


class ScpiSource:
    """The source itself."""

    def __init__(self, context: Context) -> None:
        settings = context.settings
        self._visa = VisaDialogue(context.world, str(settings["resource"]), str(settings.get("library", "@py")))
        self._speed = str(settings.get("speed_command", "SOUR:SPE {speed:.2f}"))
        self._direction = str(settings.get("direction_command", ""))
        self._bearing: float | None = None

    def identify(self) -> str:
        """Its answer to ``*IDN?``."""
        return self._visa.ask("*IDN?")

    def order(self, speed: float, bearing: float) -> None:
        """Blow at `speed` m/s from `bearing` deg.

        Raises:
            RigError: it does not answer, or reports an error.
        """
        if self._direction and speed and bearing != self._bearing:
            self._visa.ask(self._direction.format(bearing=bearing))
            self._bearing = bearing
        self._visa.ask(self._speed.format(speed=speed))
        error = self._visa.ask("SYST:ERR?")
        if error.partition(",")[0] not in NO_ERROR:
            raise RigError(
                f"{self._visa.where} reports {error!r} to {speed:.2f} m/s: correct its range or its commands"
            )

    def close(self) -> None:
        """Let go of it."""
        self._visa.close()


class ScpiWind(MeasuredWind):
    """The wind of such a source."""

    def __init__(self, context: Context) -> None:
        """Reach it.

        Raises:
            RigError: it does not answer, or the rig has no anemometer.
        """
        super().__init__(context, ScpiSource(context))
