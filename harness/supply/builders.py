"""The builders that the judge knows: who may vouch for an image, by which key, and how far.

::

    [[builders]]
    id = "https://build.example/hosted/v1"    # as provenance writes it in runDetails.builder.id
    certificate = "builder.pem"               # its key, pinned; beside this file
    level = 2                                 # build level that it was assessed for: 2 hosted, 3 isolated
    assessed = "by whom, when, on what grounds"

What is pinned is the key. A certificate's dates and issuer decide nothing, as with the release signature.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from cryptography import x509
from pydantic import Field

from harness.errors import FileError
from harness.supply.model import Line, Many, Own, read_bytes, read_table

# SLSA v1.0: build levels end at 3
HIGHEST_LEVEL = 3


class _Entry(Own):
    id: Line
    certificate: Line
    level: Annotated[int, Field(ge=1, le=HIGHEST_LEVEL)]
    assessed: Line


class _BuilderFile(Own):
    builders: Many[_Entry] = Field(min_length=1)


@dataclass(frozen=True, kw_only=True)
class Builder:
    """One builder.

    Attributes:
        level: highest SLSA build level that its provenance supports.
        assessed: why the judge believes that.
    """

    id: str
    certificate: x509.Certificate
    level: int
    assessed: str


def read_builders(path: Path) -> dict[str, Builder]:
    """Read a list of builders, by id.

    Raises:
        FileError: the list or a certificate cannot be read or is wrong, or an id comes twice.
    """
    found: dict[str, Builder] = {}
    for number, entry in enumerate(read_table(path, _BuilderFile).builders):
        if entry.id in found:
            raise FileError(path, f"names {entry.id!r} twice", key=f"builders[{number}].id")
        certificate = _certificate(path.parent / entry.certificate)
        found[entry.id] = Builder(id=entry.id, certificate=certificate, level=entry.level, assessed=entry.assessed)
    return found


def _certificate(path: Path) -> x509.Certificate:
    try:
        return x509.load_pem_x509_certificate(read_bytes(path))
    except (ValueError, x509.InvalidVersion) as error:
        raise FileError(path, "is not one PEM certificate") from error
