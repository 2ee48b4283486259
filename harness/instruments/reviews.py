"""The documents role, second part: papers that are judged with lists of the bench."""

from collections.abc import Collection, Mapping

from harness.instruments import chain, change, flaws, provenance
from harness.instruments.context import Context
from harness.instruments.figures import ChainFigures, ChangeFigures, FlawFigures, OperatorFigures, ProvenanceFigures
from harness.instruments.papers import PaperTray
from harness.instruments.reviewing import Desk


class PaperReviews:
    """What a desk with dated lists makes of the papers in a tray."""

    def __init__(self, context: Context, tray: PaperTray) -> None:
        self._desk = Desk(context, tray)

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

    def match_known_flaws(self) -> FlawFigures:
        """Judge the maker's bill by the bench's feeds of known flaws, with what the maker says of the matches.

        Raises:
            RigError: a feed is too old, or does not find what it lists.
            FileError: a feed cannot be read.
        """
        return flaws.match_known_flaws(self._desk)

    def find_stale_results(
        self, image: bytes, parameters: Mapping[str, float], table: Mapping[str, Collection[str]]
    ) -> ChangeFigures:
        """Compare the register of earlier results with the article: its image, its parameters, its bill.

        Args:
            image: as it was dumped.
            parameters: as they were read.
            table: requirements, or domains, whose results rest on each kind of hash.

        Raises:
            NotShown: there are no earlier results.
            RigError: the comparison does not see a hash that is known to be another.
        """
        return change.find_stale_results(self._desk, image, parameters, table)
