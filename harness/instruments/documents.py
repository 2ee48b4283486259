"""The documents role: the maker's papers, read and judged."""

from harness.instruments.context import Context
from harness.instruments.papers import PaperTray


class MakersPapers:
    """The papers that come with the article. Faults ``lost``, ``torn`` and ``stale``."""

    def __init__(self, context: Context) -> None:
        self._context, self._tray = context, PaperTray(context)

    def read_paper(self, name: str) -> bytes:
        """The paper of that name, as it was handed over.

        Raises:
            RigError: papers do not come through the bench as they are.
            VehicleError: the article has no paper of that name.
            FileError: papers come as files, and this one cannot be read.
        """
        return self._tray.fetch(name)
