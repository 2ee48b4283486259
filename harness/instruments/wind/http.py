"""The wind role: a fan wall that is told by HTTP; its paths are spelled out by the rig file."""

from harness.errors import RigError
from harness.instruments.context import Context
from harness.instruments.dialogue import HttpDialogue
from harness.instruments.wind.source import MeasuredWind


class HttpSource:
    """The source itself."""

    def __init__(self, context: Context) -> None:
        settings = context.settings
        self._http = HttpDialogue(context.world, str(settings["address"]))
        self._path = str(settings.get("path", "wind?speed={speed:.2f}&bearing={bearing:.1f}"))
        self._wanted = str(settings.get("answer", ""))
        self._who = str(settings.get("identify_path", ""))

    def identify(self) -> str:
        """Its answer to the identifying path, or its address."""
        return self._http.ask(self._who) if self._who else self._http.where

    def order(self, speed: float, bearing: float) -> None:
        """Blow at `speed` m/s from `bearing` deg.

        Raises:
            RigError: it does not answer, or not as the rig file says.
        """
        answer = self._http.ask(self._path.format(speed=speed, bearing=bearing))
        if self._wanted and answer != self._wanted:
            raise RigError(f"{self._http.where} answers {answer[:60]!r} to {speed:.2f} m/s, {self._wanted!r} is wanted")

    def close(self) -> None:
        """Let go of it."""
        self._http.close()


class HttpWind(MeasuredWind):
    """The wind of such a source."""

    def __init__(self, context: Context) -> None:
        """Reach it.

        Raises:
            RigError: the rig has no anemometer.
        """
        super().__init__(context, HttpSource(context))
