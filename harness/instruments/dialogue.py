"""Questions to instruments and their answers, as text: over a serial port, Telnet, HTTP or VISA.

Each asks while the world goes on, waits a bounded time, and says in one line who did not answer and what to do.
"""

import http.client
import math
import socket
import termios
import urllib.parse
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any, Protocol

from harness.errors import HarnessError, RigError
from harness.link.address import Address
from harness.link.serialport import open_line

ANSWER_WITHIN = 2.0  # s
MOST_ANSWER = 65536  # bytes
PIECE = 4096  # bytes
LOOK = "is it on, and is it plugged in?"


class Dialogue(Protocol):
    """A question, an answer."""

    where: str

    def ask(self, question: str) -> str:
        """Ask, and return the answer without white space around it.

        Raises:
            RigError: no answer in time.
        """
        ...

    def close(self) -> None:
        """Let go of the connection."""
        ...


@contextmanager
def _aside(world: Any) -> Iterator[None]:  # noqa: ANN401 - worlds in virtual time do not go on
    with getattr(world, "aside", nullcontext)():
        yield


@contextmanager
def closed_on_error(device: Any) -> Iterator[None]:  # noqa: ANN401 - whatever can be closed
    """Let go of `device` when it cannot be set up."""
    try:
        yield
    except HarnessError:
        device.close()
        raise


def read_number(answer: str, who: str) -> float:
    """The number that an instrument answered.

    Raises:
        RigError: it is none.
    """
    try:
        value = float(answer)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise RigError(f"{who} answers {answer[:60]!r} where a number was asked for: is it the right instrument?")
    return value


class SerialDialogue:
    """Lines over a serial port; an answer ends with `prompt`."""

    def __init__(self, world: Any, device: str, *, baud: int, prompt: bytes = b"\n") -> None:  # noqa: ANN401
        """Open it.

        Raises:
            RigError: the port cannot be opened.
        """
        self.where, self._world, self._prompt = device, world, prompt
        self._line = open_line(device, baud, ANSWER_WITHIN)

    def ask(self, question: str) -> str:
        """Send a line, and read up to the prompt."""
        with _aside(self._world):
            try:
                self._line.reset_input_buffer()
                self._line.write(question.encode() + b"\r")
                answer: bytes = self._line.read_until(self._prompt, MOST_ANSWER)
            except (OSError, termios.error) as error:
                raise RigError(f"{self.where}: the cable was pulled ({error}); plug it in and test again") from error
        if not answer.endswith(self._prompt):
            raise RigError(f"{self.where} does not answer {question!r} within {ANSWER_WITHIN:g} s: {LOOK}")
        text = answer.removesuffix(self._prompt).decode("ascii", "replace")
        # what the device echoes is no answer
        return text.strip().removeprefix(question).strip()

    def close(self) -> None:
        """Close the port."""
        self._line.close()


class TelnetDialogue:
    """Lines over a TCP connection that stays open."""

    def __init__(self, world: Any, address: str) -> None:  # noqa: ANN401
        """Connect.

        Raises:
            RigError: nobody listens there.
        """
        place = Address.parse(address, "telnet")
        self.where, self._world = f"telnet {place}", world
        try:
            self._socket = socket.create_connection((place.host, place.port), ANSWER_WITHIN)
        except OSError as error:
            raise RigError(f"{self.where} cannot be reached ({error}): {LOOK}") from error
        self._rest = b""

    def ask(self, question: str) -> str:
        """Send a line, and read the next one that is not empty."""
        with _aside(self._world):
            try:
                self._forget_late()
                self._socket.sendall(question.encode() + b"\r\n")
                return self._next_line()
            except OSError as error:
                raise RigError(f"{self.where} does not answer {question!r} ({error}): {LOOK}") from error

    def _forget_late(self) -> None:
        """What came before the question is the answer to another one, or a greeting."""
        self._rest = b""
        self._socket.setblocking(False)
        try:
            for _ in range(MOST_ANSWER // PIECE):
                if not self._socket.recv(PIECE):
                    break
        except BlockingIOError:
            pass
        finally:
            self._socket.settimeout(ANSWER_WITHIN)

    def _next_line(self) -> str:
        for _ in range(MOST_ANSWER):
            line, end, self._rest = self._rest.partition(b"\n")
            if end and line.strip():
                return line.decode("ascii", "replace").strip()
            if not end:
                more = self._socket.recv(PIECE)
                if not more or len(line) > MOST_ANSWER:
                    raise ConnectionResetError("it hung up")
                self._rest = line + more
        raise ConnectionResetError("it sends empty lines")

    def close(self) -> None:
        """Hang up."""
        self._socket.close()


class HttpDialogue:
    """A GET for each question, which is the path."""

    def __init__(self, world: Any, address: str) -> None:  # noqa: ANN401
        self._place = Address.parse(address, "http")
        self.where, self._world = f"http://{self._place}", world

    def ask(self, question: str) -> str:
        """GET ``/question``; the body is the answer.

        Raises:
            RigError: no answer in time, or another status than 200.
        """
        connection = http.client.HTTPConnection(self._place.host, self._place.port, timeout=ANSWER_WITHIN)
        with _aside(self._world):
            try:
                connection.request("GET", "/" + urllib.parse.quote(question, safe="/:=?&.;,-*"))
                answer = connection.getresponse()
                body = answer.read(MOST_ANSWER)
            except (OSError, http.client.HTTPException) as error:
                raise RigError(f"{self.where} does not answer {question!r} ({error}): {LOOK}") from error
            finally:
                connection.close()
        if answer.status != http.HTTPStatus.OK:
            raise RigError(
                f"{self.where} answers {question!r} with status {answer.status}: is it the right instrument?"
            )
        return body.decode("ascii", "replace").strip()

    def close(self) -> None:
        """Every question has a connection of its own."""


class VisaDialogue:
    """SCPI over PyVISA; a question ends with ``?``, everything else is an order without an answer."""

    def __init__(self, world: Any, resource: str, library: str = "@py") -> None:  # noqa: ANN401
        """Open `resource`, as ``TCPIP::10.0.0.5::5025::SOCKET``; `library` is PyVISA's backend.

        Raises:
            RigError: it cannot be opened.
        """
        import pyvisa

        self.where, self._world, self._problem = resource, world, pyvisa.Error
        with _aside(world):
            try:
                opened: Any = pyvisa.ResourceManager(library).open_resource(resource)
            except (pyvisa.Error, OSError, ValueError) as error:
                raise RigError(f"{resource} cannot be opened ({error}): {LOOK}") from error
        self._visa = opened
        self._visa.timeout = ANSWER_WITHIN * 1000.0
        self._visa.read_termination = self._visa.write_termination = "\n"

    def ask(self, question: str) -> str:
        """Query, or write an order and return nothing.

        Raises:
            RigError: no answer in time.
        """
        with _aside(self._world):
            try:
                if "?" in question:
                    return str(self._visa.query(question)).strip()
                self._visa.write(question)
            except (self._problem, OSError, UnicodeDecodeError) as error:
                raise RigError(f"{self.where} does not answer {question!r} ({error}): {LOOK}") from error
        return ""

    def close(self) -> None:
        """Let go of it; the manager is shared by all, and closing it would close them."""
        self._visa.close()
