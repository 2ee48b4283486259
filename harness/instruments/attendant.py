"""The operator as a make asks them: on the rig's terminal or by its answer file, while the test clock goes on."""

import math
from contextlib import nullcontext
from typing import Any

from harness.errors import NotOffered, RigError
from harness.instruments.context import Context
from harness.instruments.operator import DONE_HINT, Operator
from harness.instruments.settings_bench import AskingSettings

PROPELLERS_OFF, PROPELLERS_ON = "propellers.off", "propellers.back"
REMEDY = "add the table [operator] to the rig file, where somebody attends this bench"


def not_offered(what: str, remedy: str) -> NotOffered:
    """The error for what this rig does not offer, to be raised by the caller."""
    return NotOffered(f"this rig offers no {what}: {remedy}")


class Attendant:
    """Who is asked on behalf of one make in one case.

    Attributes:
        there: whether somebody is there for what only hands can do.
        within: longest time for an answer, s.
    """

    def __init__(self, context: Context) -> None:
        """What the settings of the make say of its operator goes before rig file and job file.

        Raises:
            FileError: the answer file cannot be read, or is none.
        """
        rig, world, said = context.attendance, context.world, context.settings
        own = AskingSettings(**{name: said[name] for name in AskingSettings.model_fields if name in said})
        self.there = rig.there or bool(own.operator)
        self._world: Any = world
        self.within = own.within or rig.within
        self._operator = Operator(
            lambda text: context.log.note(text),
            name=own.operator or rig.name,
            answers=context.bench / own.answers if own.answers else rig.answers,
            terminal=rig.terminal,
        )

    def need(self, what: str) -> "Attendant":
        """Somebody who does what only hands can do.

        Raises:
            RigError: nobody attends this rig.
        """
        if not self.there:
            raise not_offered(what, REMEDY)
        return self

    def confirm(self, key: str, request: str) -> None:
        """Ask to do something, and see that it was done.

        Raises:
            RigError: nobody answered in time, or the answer is another one than done.
        """
        with getattr(self._world, "aside", nullcontext)():
            self._operator.confirm(key, request, within=self.within)

    def ask(self, key: str, question: str, hint: str = DONE_HINT) -> str:
        """Ask, and give the answer.

        Raises:
            RigError: nobody answered in time.
        """
        with getattr(self._world, "aside", nullcontext)():
            return self._operator.ask(key, question, within=self.within, hint=hint).text.strip()

    def choose(self, key: str, question: str, choices: tuple[str, ...]) -> str:
        """Ask for one of several words.

        Raises:
            RigError: nobody answered in time, or with another word.
        """
        answer = self.ask(key, question, hint=" / ".join(choices)).lower()
        if answer not in choices:
            raise RigError(
                f"the operator answered {answer[:60]!r} to: {question}; one of {', '.join(choices)} is wanted"
            )
        return answer

    def read_number(self, key: str, question: str, unit: str) -> float:
        """Ask for a number.

        Raises:
            RigError: nobody answered in time, or with something else.
        """
        answer = self.ask(key, question, hint=unit)
        try:
            number = float(answer.removesuffix(unit))
        except ValueError:
            number = math.nan
        if not math.isfinite(number):
            raise RigError(f"the operator answered {answer[:60]!r} to: {question}; a number in {unit} is wanted")
        return number
