"""A switch for an SD card between the article and the bench's card reader: USB-SD-Mux of Linux Automation.

It is told by its maker's own program, ``usbsdmux DEVICE host|dut|off|get``.
"""

import shlex
import subprocess
from contextlib import nullcontext
from typing import Any

from harness.errors import RigError

HOST, ARTICLE = "host", "dut"
ANSWER_WITHIN = 10.0  # s
REMEDY = "is it plugged in, and may this user write to it?"


class SdMux:
    """One such switch."""

    def __init__(self, world: Any, command: str, device: str) -> None:  # noqa: ANN401 - worlds in virtual time do not go on
        self._world, self._command, self._device = world, shlex.split(command), device

    def identify(self) -> str:
        """What it is, and which side has the card now.

        Raises:
            RigError: it does not answer.
        """
        return f"USB-SD-Mux {self._device}, the card is at the {self._tell('get')}"

    def switch(self, side: str) -> None:
        """Give the card to that side, and see that it has it.

        Raises:
            RigError: the switch does not answer, or the card stays where it was.
        """
        self._tell(side)
        found = self._tell("get")
        if found != side:
            raise RigError(
                f"USB-SD-Mux {self._device}: the card was given to {side!r} and is at {found!r}: replace the switch"
            )

    def _tell(self, word: str) -> str:
        command = [*self._command, self._device, word]
        with getattr(self._world, "aside", nullcontext)():
            try:
                done = subprocess.run(command, capture_output=True, text=True, timeout=ANSWER_WITHIN, check=False)
            except OSError as error:
                raise RigError(
                    f"{self._command[0]} cannot be run ({error.strerror}): install the package usbsdmux, or name its "
                    "program as mux_command"
                ) from error
            except subprocess.TimeoutExpired as error:
                raise RigError(f"USB-SD-Mux {self._device} does not answer in {ANSWER_WITHIN:g} s: {REMEDY}") from error
        if done.returncode:
            last = (done.stderr.strip() or done.stdout.strip()).splitlines()[-1:] or ["no reason given"]
            raise RigError(f"USB-SD-Mux {self._device}: {last[0][:200]}: {REMEDY}")
        return done.stdout.strip()
