"""The documents role: the maker's papers, read and judged."""

from harness.instruments import provenance
from harness.instruments.context import Context
from harness.instruments.figures import ProvenanceFigures
from harness.instruments.papers import PaperTray
from harness.instruments.reviewing import Desk


class MakersPapers:
    """The papers that come with the article. Faults ``lost``, ``torn``, ``stale`` and ``keyless``."""

    def __init__(self, context: Context) -> None:
        self._context, self._tray = context, PaperTray(context)
        self._desk = Desk(context, self._tray)

    def read_paper(self, name: str) -> bytes:
        """The paper of that name, as it was handed over.

        Raises:
            RigError: papers do not come through the bench as they are.
            VehicleError: the article has no paper of that name.
            FileError: papers come as files, and this one cannot be read.
        """
        return self._tray.fetch(name)

    def verify_provenance(self, image: bytes) -> ProvenanceFigures:
        """Judge the maker's attestations of an image that was dumped.

        Raises:
            RigError: the bench cannot tell a good attestation from a changed one.
            FileError: the bench's list of builders is wrong.
        """
        return provenance.verify_provenance(self._desk, image)
