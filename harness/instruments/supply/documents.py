"""The documents role: the maker's papers, read and judged."""

from collections.abc import Sequence

from harness.instruments.figures import ContentsFigures
from harness.instruments.supply import bills
from harness.instruments.supply.reviews import PaperReviews
from harness.judgement import Count
from harness.supply.hbom import Identifier


class MakersPapers(PaperReviews):
    """The papers that come with the article, and the bench's own lists that some are judged with.

    Faults of the papers: ``lost``, ``torn``, ``stale``. Of the lists: ``keyless`` (builders without keys), ``blind``
    (nobody is listed), ``feedless`` (no flaw is known), ``outdated`` (lists and feeds are ten years old),
    ``trusting`` (what the register says of the article is believed).
    """

    def match_bill(self, image: bytes) -> ContentsFigures:
        """Compare the declared bill of materials with the files of an image.

        Raises:
            RigError: the comparison does not see a changed byte or a library that are known to be there.
        """
        return bills.match_bill(self._desk, image)

    def trace_origins(self, *, critical: Sequence[str], confidence: str) -> float:
        """Critical components whose origin the hardware bill shows with that weight at least, %.

        Raises:
            RigError: the check does not see an origin that is known to be blank.
        """
        return bills.trace_origins(self._desk, critical=critical, confidence=confidence)

    def compare_fitted(self, read: Sequence[Identifier]) -> Count:
        """Identifiers that differ between what was `read` of the article and its papers, of all.

        Raises:
            RigError: the comparison does not see an identifier that is known to be strange.
        """
        return bills.compare_fitted(self._desk, read)
