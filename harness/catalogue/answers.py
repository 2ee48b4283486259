"""The answer file: what the operator of a bench would answer, by the key of the question."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field

from harness.catalogue.model import Many, Model
from harness.catalogue.reading import Document, read_model

Given = str | Annotated[Many[str], Field(min_length=1)]
Answers = Mapping[str, str | Sequence[str]]


class AnswerFile(Model):
    """A table ``[answers]``: a text for every time that a question is asked, or a list, its n-th text for the n-th."""

    answers: dict[str, Given]


def read_answers(path: Path) -> Answers:
    """The answers of a file by the key of the question.

    Raises:
        FileError: it cannot be read, or is no answer file.
    """
    return read_model(path, AnswerFile).answers


def check_answers(document: Document[Any], location: Sequence[str], name: str) -> None:
    """See that the answer file that a document names at `location` is one; "" names none.

    Raises:
        FileError: there is none at that path, named with the key and line that name it; or it is wrong.
    """
    path = document.path.parent / name
    if name and not path.is_file():
        raise document.error(location, f"there is no answer file {path}")
    if name:
        read_answers(path)
