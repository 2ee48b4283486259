"""What every review of papers needs: the bench's own lists, the day it is done on, and papers that may be missing."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path

from harness.errors import RigError, VehicleError
from harness.instruments.context import Context
from harness.instruments.settings import PapersSettings
from harness.instruments.supply.papers import PaperTray
from harness.judgement import Count


class Desk:
    """The desk at which papers are judged: a tray with papers, and the settings of the rig."""

    def __init__(self, context: Context, tray: PaperTray) -> None:
        self.context, self.tray = context, tray

    @property
    def settings(self) -> PapersSettings:
        """The settings of the documents role."""
        return PapersSettings.model_validate(dict(self.context.settings))

    @property
    def today(self) -> date:
        """The day that the review is done on: the rig's ``day`` where it stands for one, else the calendar's."""
        return self.settings.day or datetime.now(UTC).date()

    def file(self, key: str) -> Path:
        """A file of the bench that a setting names.

        Raises:
            RigError: the rig does not name one.
        """
        return self.files(key)[0]

    def files(self, key: str) -> tuple[Path, ...]:
        """Likewise, several.

        Raises:
            RigError: the rig does not name one.
        """
        named: str | tuple[str, ...] | None = getattr(self.settings, key)
        names = (named,) if isinstance(named, str) else named or ()
        if not names:
            raise RigError(f"the rig names no file under roles.documents.settings.{key}, which this review needs")
        return tuple(self.context.bench / name for name in names)

    def find(self, name: str | None) -> bytes | None:
        """A paper of the maker, or None where it hands none over; what it lacks is noted.

        Raises:
            RigError: papers do not come through the bench as they are.
        """
        if name is None:
            return None
        try:
            return self.tray.fetch(name)
        except VehicleError as error:
            self.context.log.note(str(error))
            return None

    def tell(self, lines: Iterable[str], most: int = 20) -> None:
        """Note findings, the first ones in full."""
        every = list(lines)
        for line in every[:most]:
            self.context.log.note(line)
        if len(every) > most:
            self.context.log.note(f"and {len(every) - most} more")


def counted(events: int, trials: int) -> Count | int:
    """Events of trials; without a trial the bare number."""
    return Count(events=events, trials=trials) if trials else events
