"""Twins that answer: relay, attenuator and wind source."""

import re
from collections.abc import Callable
from contextlib import suppress
from urllib.parse import parse_qs, unquote, urlsplit

from harness.errors import RigError
from harness.instruments.twins.desk import ARTICLE, HOST, Desk
from harness.instruments.twins.hall import GARBLING, SILENT, STUCK, Hall
from harness.link.port import Port

LONGEST = 4096
GARBAGE = "\x7f\x00??"
_SET = re.compile(r":SETATT=(\d+(?:\.\d+)?)", re.IGNORECASE)
_SWITCH = re.compile(r"relay (on|off) 0")

Answer = Callable[[str], str]


class LineAnswerer:
    """Answers each line that comes in on a port; `shape` makes bytes of question and answer."""

    def __init__(self, port: Port, answer: Answer, shape: Callable[[str, str], bytes]) -> None:
        self._port, self._answer, self._shape, self._rest = port, answer, shape, b""
        port.listen(self._receive)

    def _receive(self, data: bytes) -> None:
        *lines, rest = re.split(rb"[\r\n]", self._rest + data)
        self._rest = rest[-LONGEST:]
        for line in lines:
            question = line.decode("ascii", "replace").strip()
            if question:
                said = self._shape(question, self._answer(question))
                if said:
                    # who has hung up meanwhile hears no answer, and an instrument does not mind
                    with suppress(RigError):
                        self._port.send(said)


class HttpAnswerer:
    """Answers each GET on a port, and closes it."""

    def __init__(self, port: Port, answer: Answer) -> None:
        self._port, self._answer, self._head = port, answer, b""
        port.listen(self._receive)

    def _receive(self, data: bytes) -> None:
        self._head = (self._head + data)[-LONGEST:]
        if b"\r\n\r\n" in self._head:
            target = self._head.split(b" ", 2)[1].decode("ascii", "replace")
            body = self._answer(unquote(target.removeprefix("/"))).encode()
            status = b"200 OK" if body else b"404 Not Found"
            self._port.send(
                b"HTTP/1.0 %s\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s" % (status, len(body), body)
            )
            self._port.close()


def faulty(answer: Answer, fault: str) -> Answer:
    """`answer` of an instrument that is silent or garbles, if `fault` says so."""
    match fault:
        case "silent":
            return lambda question: ""
        case "garbling":
            return lambda question: GARBAGE
        case _:
            return answer


def with_prompt(question: str, answer: str) -> bytes:
    """As a Numato module does: echo, answer, prompt. A silent one does not even echo."""
    if answer == SILENT:
        return b""
    said = f"{answer}\n\r" if answer else ""
    return f"{question}\n\r{said}>".encode()


def plain(question: str, answer: str) -> bytes:
    """The answer in a line of its own, if there is one."""
    return f"{answer}\r\n".encode() if answer else b""


def relay(hall: Hall, fault: str) -> Answer:
    """A Numato relay module whose contact 0 is in the drone's supply. Fault ``stuck``: its contact stays open."""

    def answer(question: str) -> str:
        if fault == SILENT:
            return SILENT
        if fault == GARBLING:
            return GARBAGE
        if switch := _SWITCH.fullmatch(question):
            hall.switch(switch[1] == "on" and fault != STUCK)
            return ""
        known = {"ver": "00000008", "id get": "TWIN0001", "relay read 0": "on" if hall.powered else "off"}
        return known.get(question, "")

    return answer


def contacts(fault: str) -> Answer:
    """A Numato module with an emergency stop at input 0, tested by output 1, and a take-over at 2 and 3.

    Fault ``stuck``: the contacts stay closed whatever is done.
    """
    tested: set[str] = set()

    def answer(question: str) -> str:
        if fault == SILENT:
            return SILENT
        if fault == GARBLING:
            return GARBAGE
        verb, _, number = question.removeprefix("gpio ").partition(" ")
        match verb:
            case "set" if fault != STUCK:
                tested.add(number)
            case "clear":
                tested.discard(number)
            case "read" if number.isdecimal():
                return "0" if str(int(number) + 1) in tested else "1"
            case "id":
                return "TWIN0005"
        return ""

    return answer


def attenuator(hall: Hall, fault: str) -> Answer:
    """An RCDAT-6000-90. Fault ``stuck``: it takes every order and stays where it is."""

    def answer(question: str) -> str:
        if order := _SET.fullmatch(question):
            wanted = float(order[1])
            if wanted > 90.0:
                return "2"
            if fault != STUCK:
                hall.attenuate(round(wanted * 4) / 4)
            return "1"
        known = {
            ":ATT?": f"{hall.attenuation:.2f}",
            ":MN?": "MN=RCDAT-6000-90",
            ":SN?": "SN=11709150001",
            ":FIRMWARE?": "FIRMWARE=B3",
        }
        return known.get(question.upper(), "")

    return faulty(answer, fault)


def wind_scpi(hall: Hall, fault: str) -> Answer:
    """A fan wall with SCPI that can turn. Fault ``stuck``: it takes every order and blows nothing."""
    state = {"speed": 0.0, "bearing": 0.0}
    errors: list[str] = []

    def answer(question: str) -> str:
        word, _, value = question.partition(" ")
        match word.upper():
            case "*IDN?":
                return "Dronecert,Twin fan wall,TWIN0002,1.0"
            case "SYST:ERR?":
                return errors.pop(0) if errors else '0,"No error"'
            case "SOUR:SPE":
                _take(state, "speed", value, errors)
            case "SOUR:DIR":
                _take(state, "bearing", value, errors)
            case "SOUR:SPE?":
                return f"{state['speed']:.2f}"
            case _:
                errors.append('-113,"Undefined header"')
        if fault != STUCK:
            hall.blow(state["speed"], state["bearing"])
        return ""

    return faulty(answer, fault)


def _take(state: dict[str, float], name: str, value: str, errors: list[str]) -> None:
    try:
        number = float(value)
    except ValueError:
        errors.append('-104,"Data type error"')
        return
    if not 0.0 <= number <= 360.0:
        errors.append('-222,"Data out of range"')
        return
    state[name] = number


def wind_http(hall: Hall, fault: str) -> Answer:
    """The same fan wall by HTTP: ``wind?speed=12&bearing=90``."""

    def answer(question: str) -> str:
        parts = urlsplit(question)
        if parts.path == "about":
            return "Twin fan wall TWIN0003"
        values = parse_qs(parts.query)
        try:
            speed, bearing = float(values["speed"][0]), float(values["bearing"][0])
        except (KeyError, ValueError):
            return ""
        if fault != STUCK:
            hall.blow(speed, bearing)
        return "OK"

    return faulty(answer, fault)


def sdmux(desk: Desk, fault: str) -> Answer:
    """A USB-SD-Mux, behind its maker's program. Fault ``stuck``: the card stays where it is."""

    def answer(question: str) -> str:
        if question == "get":
            return desk.side
        if question not in (HOST, ARTICLE):
            return "error"
        if fault != STUCK:
            desk.switch(question)
        return "ok"

    return faulty(answer, fault)
