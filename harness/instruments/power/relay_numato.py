"""The relay role: a Numato USB relay module in the article's supply, by its text commands over a serial port."""

from harness.errors import RigError
from harness.instruments.context import Context
from harness.instruments.dialogue import SerialDialogue

BAUD = 19200
WORDS = {True: "on", False: "off"}


class NumatoRelay:
    """Switches the article's power, and reads the contact back."""

    def __init__(self, context: Context) -> None:
        """Open the module and hold the article's power with it.

        Raises:
            RigError: its port cannot be opened, or the target is not powered from outside.
        """
        fit = getattr(context.world, "fit_supply", None)
        if fit is None:
            raise RigError("this target takes no power from a relay: take [roles.relay] out of the rig file")
        self._channel = int(context.settings.get("channel", 0))
        device = context.bench / context.settings["device"]
        self._line = SerialDialogue(context.world, str(device), baud=BAUD, prompt=b">")
        fit(self)

    def identify(self) -> str:
        """Its version and its number.

        Raises:
            RigError: it does not answer.
        """
        return f"Numato relay, version {self._line.ask('ver')}, id {self._line.ask('id get')}"

    def switch(self, on: bool) -> None:
        """Switch, and read back that it did.

        Raises:
            RigError: it does not answer, or it did not switch.
        """
        self.order(self._line, self._channel, on=on)

    @staticmethod
    def order(line: SerialDialogue, channel: int, *, on: bool) -> None:
        """Switch contact `channel` of the module at `line`, and read back that it did.

        Raises:
            RigError: it does not answer, or it did not switch.
        """
        line.ask(f"relay {WORDS[on]} {channel}")
        state = line.ask(f"relay read {channel}")
        if state != WORDS[on]:
            raise RigError(f"the relay at {line.where} was switched {WORDS[on]} and reads {state!r}: replace it")

    def close(self) -> None:
        """Close the port; the contact stays as it is."""
        self._line.close()
