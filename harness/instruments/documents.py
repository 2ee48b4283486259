"""The documents role: the maker's papers, read and judged."""

from harness.instruments import chain, provenance
from harness.instruments.context import Context
from harness.instruments.figures import ChainFigures, OperatorFigures, ProvenanceFigures
from harness.instruments.papers import PaperTray
from harness.instruments.reviewing import Desk


class MakersPapers:
    """The papers that come with the article, and the bench's own lists that they are judged with.

    Faults of the papers: ``lost``, ``torn``, ``stale``. Of the lists: ``keyless`` (builders without keys), ``blind``
    (nobody is listed), ``outdated`` (ten years old).
    """

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

    def screen_operators(self) -> OperatorFigures:
        """Judge who runs the services that the article uses, and who owns them.

        Raises:
            RigError: the bench's lists are too old, or do not find what they list.
            FileError: a list or the decisions are wrong.
        """
        return chain.screen_operators(self._desk)

    def screen_chain(self) -> ChainFigures:
        """Judge who owns the maker and who supplies it.

        Raises:
            RigError: the bench's lists are too old, or do not find what they list.
            FileError: a list or the decisions are wrong.
        """
        return chain.screen_chain(self._desk)
