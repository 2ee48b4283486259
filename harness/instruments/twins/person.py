"""The twin of an operator: reads what is asked on the bench's terminal, does it in the hall, and answers.

Faults: ``silent`` never answers, ``garbling`` answers what nobody asked, ``stuck`` does nothing and says that it did.
"""

import re
from collections.abc import Callable
from functools import partial

from harness.instruments.twins.desk import ARTICLE, HOST, OPENED, Desk
from harness.instruments.twins.hall import GARBLING, SILENT, STUCK
from harness.instruments.twins.yard import GAUGES, Yard
from harness.link.port import Port

LONGEST = 4096
_ASKED = re.compile(r">>> \[([a-z.]+)\] (.*) \[[^\[\]]*\] $", re.DOTALL)
DONE, NOT_DONE = "done", "the switch is broken"


class Person:
    """Answers at one terminal."""

    def __init__(self, desk: Desk, yard: Yard, port: Port, fault: str = "") -> None:
        self._desk, self._yard, self._port, self._fault, self._heard = desk, yard, port, fault, ""
        port.listen(self._hear)

    def _hear(self, data: bytes) -> None:
        self._heard = (self._heard + data.decode("utf-8", "replace"))[-LONGEST:]
        asked = _ASKED.search(self._heard)
        if asked is None:
            return
        self._heard = ""
        answer = self._answer(asked[1], asked[2])
        if self._fault != SILENT:
            self._port.send(f"{answer}\n".encode())

    def _answer(self, key: str, request: str) -> str:
        if self._fault == GARBLING:
            return NOT_DONE
        if self._fault == STUCK and key not in {f"crew.{name}" for name in GAUGES}:
            return OPENED if key == "storage.login" else DONE
        deeds: dict[str, Callable[[], str | None]] = {
            **self._crew(request),
            "storage.scene": lambda: self._desk.show(request.rpartition(" ")[2]),
            "storage.read": lambda: self._desk.switch(HOST),
            "storage.back": lambda: self._desk.switch(ARTICLE),
            "storage.unit": lambda: self._desk.put(_number(request)),
            "storage.shutdown": self._desk.shut_down,
            "storage.papers": self._desk.hand_over,
            "storage.login": lambda: self._desk.log_in("" if "code in" in request else _quoted(request)),
            "storage.erase": self._desk.erase,
            "storage.encryption": lambda: self._desk.set_encryption("recordings on" in request),
        }
        deed = deeds.get(key)
        return (deed() if deed else None) or DONE

    def _crew(self, request: str) -> dict[str, Callable[[], str | None]]:
        """Loading, and what scales and gauge show; who did nothing reads them all the same."""
        yard = self._yard
        return {
            "crew.load": lambda: yard.fit(*_figures(request)),
            "crew.degrade": yard.degrade,
            "crew.unload": yard.unload,
            "crew.pack": yard.swap,
            **{f"crew.{name}": partial(yard.read, name) for name in GAUGES},
        }


def _figures(text: str) -> list[float]:
    return [float(number) for number in re.findall(r"[-+]?\d+\.\d+", text)]


def _number(text: str) -> int:
    found = re.search(r"unit (\d+)", text)
    return int(found[1]) if found else 1


def _quoted(text: str) -> str:
    found = re.search(r"(['\"])(.*)\1", text)
    return found[2] if found else ""
