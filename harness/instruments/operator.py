"""What a person at the bench is asked to do: on the terminal, with a time limit, or by an answer file; all recorded."""

import getpass
import os
import select
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from harness.errors import FileError, RigError

DONE = ("", "y", "yes", "done", "ok")
TERMINAL = Path("/dev/tty")
MOST_ANSWER = 200

Record = Callable[[str], None]


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What was asked, what was answered, by whom, when, and whether a file gave it."""

    question: str
    text: str
    operator: str
    time: str
    by_file: bool

    def __str__(self) -> str:
        """For the record."""
        how = "answer file" if self.by_file else "terminal"
        return f"operator {self.operator}, {self.time}, {how}: {self.question} -> {self.text or 'done'}"


class Operator:
    """Asks the operator.

    An answer file (TOML) has a table ``[answers]`` of texts by the key of a question. What it does not answer is asked
    on the terminal; where there is none, nobody has answered.
    """

    def __init__(self, record: Record, *, name: str = "", answers: Path | None = None) -> None:
        """`record` gets a line for each answer; the name is that of the session's user where none is given.

        Raises:
            FileError: the answer file cannot be read, or is none.
        """
        self._record, self._name = record, name or getpass.getuser()
        self._answers = _read_answers(answers) if answers is not None else {}

    def ask(self, key: str, question: str, *, within: float) -> Answer:
        """Ask, and wait at most `within` s.

        Raises:
            RigError: nobody answered in time, or there is nobody to ask.
        """
        by_file = key in self._answers
        text = self._answers[key] if by_file else _ask_terminal(f"{question} [Enter when done] ", within, key)
        stamp = datetime.now(UTC).isoformat(timespec="seconds")
        answer = Answer(question=question, text=text, operator=self._name, time=stamp, by_file=by_file)
        self._record(str(answer))
        return answer

    def confirm(self, key: str, request: str, *, within: float) -> Answer:
        """Ask to do something, and see that it was done; gives the answer.

        Raises:
            RigError: nobody answered in time, or the answer is another one than done.
        """
        answer = self.ask(key, request, within=within)
        if answer.text.strip().lower() not in DONE:
            raise RigError(f"the operator answered {answer.text[:60]!r} to: {request}; it was not done")
        return answer


def _ask_terminal(prompt: str, within: float, key: str) -> str:
    try:
        file = os.open(TERMINAL, os.O_RDWR | os.O_NOCTTY)
    except OSError as error:
        raise RigError(
            f"there is no terminal to ask the operator: {prompt.strip()}; run in one, or give {key!r} in an answer file"
        ) from error
    try:
        os.write(file, f"\n>>> {prompt}".encode())
        ready, _, _ = select.select([file], [], [], within)
        if not ready:
            os.write(file, b"\n(no answer)\n")
            raise RigError(f"the operator did not answer within {within:g} s: {prompt.strip()}; test again")
        return os.read(file, MOST_ANSWER).decode("utf-8", "replace").strip()
    finally:
        os.close(file)


def _read_answers(path: Path) -> dict[str, str]:
    try:
        document: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise FileError(path, f"cannot be read as an answer file: {error}") from error
    answers = document.get("answers")
    if set(document) - {"answers"} or not isinstance(answers, dict):
        raise FileError(path, "wants one table [answers] of texts", key="answers")
    for key, value in answers.items():
        if not isinstance(value, str):
            raise FileError(path, f"wants a text, got {value!r}", key=f"answers.{key}")
    return dict(answers)
