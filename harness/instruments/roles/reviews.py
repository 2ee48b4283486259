"""What the documents role can do with lists of the bench."""

from collections.abc import Collection, Mapping
from typing import Protocol

from harness.instruments.figures import (
    Article,
    ChainFigures,
    ChangeFigures,
    FlawFigures,
    OperatorFigures,
    ProvenanceFigures,
)


class ReviewsRole(Protocol):
    """Papers judged with dated lists; every verb proves first that the lists find what they list."""

    def verify_provenance(self, image: bytes) -> ProvenanceFigures:
        """Judge the maker's attestations of an image that was dumped.

        Raises:
            RigError: the bench cannot tell a good attestation from a changed one.
            FileError: the bench's list of builders is wrong.
        """
        ...

    def screen_operators(self) -> OperatorFigures:
        """Judge who runs the services that the article uses, and who owns them.

        Raises:
            RigError: the bench's lists are too old, or do not find what they list.
            FileError: a list or the decisions are wrong.
        """
        ...

    def screen_chain(self) -> ChainFigures:
        """Judge who owns the maker and who supplies it.

        Raises:
            RigError: the bench's lists are too old, or do not find what they list.
            FileError: a list or the decisions are wrong.
        """
        ...

    def match_known_flaws(self) -> FlawFigures:
        """Judge the maker's bill by the bench's feeds of known flaws, with what the maker says of the matches.

        Raises:
            RigError: a feed is too old, or does not find what it lists.
            FileError: a feed cannot be read.
        """
        ...

    def describe_article(self, image: bytes, parameters: Mapping[str, float]) -> Article:
        """The article as it is now: its image as dumped, its parameters as read, and the bill that comes with it.

        Raises:
            RigError: papers do not come through the bench as they are.
        """
        ...

    def find_stale_results(
        self, article: Article, *, rests: Mapping[str, Collection[str]], planned: Collection[str]
    ) -> ChangeFigures:
        """Compare the register of earlier results with the article.

        Args:
            article: as it is now.
            rests: requirements, or domains, whose results rest on each kind of hash.
            planned: requirements that this run shows.

        Raises:
            NotShown: there are no earlier results.
            RigError: the comparison does not see a hash that is known to be another.
        """
        ...
