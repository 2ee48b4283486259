"""What the maker of an article claims: the file that most limits are taken from."""

from pathlib import Path

from pydantic import Field

from harness.catalogue.fields import unit_at, values_at
from harness.catalogue.model import Model
from harness.catalogue.reading import read_model
from harness.catalogue.sections import Article, Envelope, Link, Network, Storage, Supply
from harness.errors import UsageError


class Declaration(Model):
    """The maker's claims by domain. All but the article may be left out; a limit needed and missing is an error."""

    article: Article
    envelope: Envelope = Field(default_factory=Envelope)
    link: Link = Field(default_factory=Link)
    storage: Storage = Field(default_factory=Storage)
    network: Network = Field(default_factory=Network)
    supply: Supply = Field(default_factory=Supply)

    def number(self, key: str) -> float:
        """The declared number at the dotted `key`, in the unit of that field.

        Raises:
            UsageError: the declaration does not give it.
        """
        values = values_at(self, key)
        if len(values) != 1 or not isinstance(values[0], int | float):
            unit = unit_at(Declaration, key)
            raise UsageError(f"the declaration of {self.article.id} lacks {key}" + (f" (in {unit})" if unit else ""))
        return float(values[0])

    def text(self, key: str) -> str:
        """The declared word at the dotted `key`.

        Raises:
            UsageError: the declaration does not give it.
        """
        values = values_at(self, key)
        if len(values) != 1 or not isinstance(values[0], str):
            raise UsageError(f"the declaration of {self.article.id} lacks {key}")
        return values[0]


def load_declaration(path: Path) -> Declaration:
    """Read an article's declaration.

    Raises:
        FileError: the file cannot be read or says something that no declaration can.
    """
    return read_model(path, Declaration)
