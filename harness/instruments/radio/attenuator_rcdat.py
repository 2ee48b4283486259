"""The attenuator role: Mini-Circuits RCDAT and its kin, by their text commands over HTTP or Telnet."""

from collections.abc import Mapping

from harness.errors import RigError
from harness.instruments.context import Context
from harness.instruments.dialogue import Dialogue, HttpDialogue, TelnetDialogue, closed_on_error, read_number
from harness.instruments.link.reach import PathLosses
from harness.instruments.radio.attenuator import StepAttenuator
from harness.instruments.radio.signal import attenuated, measured_path

TAKEN = "1"
TRANSPORTS: Mapping[str, type[HttpDialogue | TelnetDialogue]] = {"http": HttpDialogue, "telnet": TelnetDialogue}


class Rcdat:
    """The device itself: ``:SETATT=``, ``:ATT?``, ``:MN?``, ``:SN?``, ``:FIRMWARE?`` (Mini-Circuits AN-49-005)."""

    def __init__(self, dialogue: Dialogue, greatest: float) -> None:
        self._dialogue, self.greatest = dialogue, greatest

    def identify(self) -> str:
        """Model, serial number and firmware."""
        return ", ".join(self._dialogue.ask(question) for question in (":MN?", ":SN?", ":FIRMWARE?"))

    def set_attenuation(self, attenuation: float) -> None:
        """Attenuate by that many dB.

        Raises:
            RigError: it does not answer, or refuses.
        """
        answer = self._dialogue.ask(f":SETATT={attenuation:.2f}")
        if answer != TAKEN:
            raise RigError(f"{self._dialogue.where} answers {answer!r} to {attenuation:.2f} dB: correct its range")

    def read_attenuation(self) -> float:
        """Attenuation by its own word, dB."""
        return read_number(self._dialogue.ask(":ATT?"), self._dialogue.where)

    def close(self) -> None:
        """Hang up."""
        self._dialogue.close()


class RcdatAttenuator(StepAttenuator):
    """An RCDAT in the path of the radio link."""

    def __init__(self, context: Context) -> None:
        """Reach it, and attenuate nothing.

        Raises:
            RigError: it does not answer.
        """
        settings = context.settings
        dialogue = TRANSPORTS[settings.get("over", "http")](context.world, settings["address"])
        self._device = Rcdat(dialogue, float(settings.get("greatest", 90.0)))
        with closed_on_error(self._device):
            self._device.set_attenuation(0.0)
            super().__init__(attenuated(context, self._device))
        self.greatest = self._device.greatest

    def path_losses(self) -> PathLosses:
        """Cables, pads and antennas, as the settings state them."""
        return measured_path(self._context)

    def identify(self) -> str:
        """Model, serial number and firmware."""
        return self._device.identify()

    def close(self) -> None:
        """Hang up."""
        self._device.close()
