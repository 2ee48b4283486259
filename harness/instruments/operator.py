"""What a person at the bench is asked to do: on the terminal, with a time limit, or by an answer file; all recorded."""

import getpass
import os
import select
import termios
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from harness.catalogue.answers import Answers, read_answers
from harness.errors import RigError

DONE = ("", "y", "yes", "done", "ok")
TERMINAL = Path("/dev/tty")
MOST_ANSWER = 200
DONE_HINT = "Enter when done"

WITHIN = 120.0  # s

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


@dataclass(frozen=True, kw_only=True)
class Attendance:
    """Who attends a bench, and how they are asked, as rig file and job file say.

    Attributes:
        there: whether the rig file says that somebody is there for what only hands can do.
        name: of the person; "" for the user of the session.
        answers: file of answers; None to ask on the terminal.
        terminal: where they are asked.
        within: longest time for an answer, s.
    """

    there: bool = False
    name: str = ""
    answers: Path | None = None
    terminal: Path | None = None
    within: float = WITHIN


class Operator:
    """Asks the operator.

    An answer file (TOML) has a table ``[answers]`` of texts by the key of a question, or of lists: the n-th text
    answers the n-th time that the question is asked in a case. What it does not answer is asked on the terminal; where
    there is none, nobody has answered.
    """

    def __init__(
        self, record: Record, *, name: str = "", answers: Path | None = None, terminal: Path | None = None
    ) -> None:
        """`record` gets a line for each answer; the name is that of the session's user where none is given.

        Raises:
            FileError: the answer file cannot be read, or is none.
        """
        self._record, self._name = record, name or getpass.getuser()
        self._answers: Answers = read_answers(answers) if answers is not None else {}
        self._terminal, self._asked = terminal, Counter[str]()

    def ask(self, key: str, question: str, *, within: float, hint: str = DONE_HINT) -> Answer:
        """Ask, and wait at most `within` s; `hint` says what to enter.

        Raises:
            RigError: nobody answered in time, or there is nobody to ask.
        """
        by_file = key in self._answers
        asked = f"[{key}] {question} [{hint}] "
        text = self._look_up(key) if by_file else _ask_terminal(self._terminal or TERMINAL, asked, within, key)
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

    def _look_up(self, key: str) -> str:
        given = self._answers[key]
        if isinstance(given, str):
            return given
        number = self._asked[key]
        self._asked[key] += 1
        if number >= len(given):
            raise RigError(f"the answer file has {len(given)} answers to {key!r} and it was asked again: add one")
        return given[number]


def _ask_terminal(terminal: Path, prompt: str, within: float, key: str) -> str:
    try:
        file = os.open(terminal, os.O_RDWR | os.O_NOCTTY)
    except OSError as error:
        raise RigError(
            f"there is no terminal to ask the operator: {prompt.strip()}; run in one, or give {key!r} in an answer file"
        ) from error
    try:
        # a late answer to an earlier question answers none of today's
        with suppress(termios.error):
            termios.tcflush(file, termios.TCIFLUSH)
        os.write(file, f"\n>>> {prompt}".encode())
        text = _read_line(file, within)
        if text is None:
            os.write(file, b"\n(no answer)\n")
            raise RigError(f"the operator did not answer within {within:g} s: {prompt.strip()}; test again")
        return text
    finally:
        os.close(file)


def _read_line(file: int, within: float) -> str | None:
    """What was typed before Enter; None where that was not in time."""
    typed, end = b"", time.monotonic() + within
    while not typed.endswith((b"\n", b"\r")) and len(typed) < MOST_ANSWER:
        ready, _, _ = select.select([file], [], [], max(0.0, end - time.monotonic()))
        piece = os.read(file, MOST_ANSWER) if ready else b""
        if not piece:
            return None
        typed += piece
    return typed.decode("utf-8", "replace").strip()
