"""The attenuator role: any attenuator with text commands over a serial port, which the rig file spells out."""

from harness.errors import RigError
from harness.instruments.context import Context
from harness.instruments.dialogue import SerialDialogue, closed_on_error, read_number
from harness.instruments.link.reach import PathLosses
from harness.instruments.radio.attenuator import StepAttenuator
from harness.instruments.radio.signal import attenuated, measured_path


class TextAttenuator:
    """The device itself, by the commands of the settings."""

    def __init__(self, context: Context) -> None:
        settings = context.settings
        self._settings, self.greatest = settings, float(settings.get("greatest", 90.0))
        prompt = str(settings.get("prompt", "\n")).encode()
        device = str(context.bench / settings["device"])
        self._line = SerialDialogue(context.world, device, baud=int(settings.get("baud", 9600)), prompt=prompt)

    def identify(self) -> str:
        """Its answer to the identifying question."""
        return self._line.ask(str(self._settings.get("identify_command", "*IDN?")))

    def set_attenuation(self, attenuation: float) -> None:
        """Attenuate by that many dB.

        Raises:
            RigError: it does not answer as the rig file says.
        """
        answer = self._line.ask(str(self._settings["set_command"]).format(attenuation=attenuation))
        wanted = str(self._settings.get("taken", "1"))
        if answer != wanted:
            raise RigError(f"{self._line.where} answers {answer!r} to {attenuation:.2f} dB, {wanted!r} is wanted")

    def read_attenuation(self) -> float:
        """Attenuation by its own word, dB."""
        return read_number(self._line.ask(str(self._settings["read_command"])), self._line.where)

    def close(self) -> None:
        """Close the port."""
        self._line.close()


class SerialAttenuator(StepAttenuator):
    """Such an attenuator in the path of the radio link."""

    def __init__(self, context: Context) -> None:
        """Open its port, and attenuate nothing.

        Raises:
            RigError: it does not answer.
        """
        self._device = TextAttenuator(context)
        with closed_on_error(self._device):
            self._device.set_attenuation(0.0)
            super().__init__(attenuated(context, self._device))
        self.greatest = self._device.greatest

    def path_losses(self) -> PathLosses:
        """Cables, pads and antennas, as the settings state them."""
        return measured_path(self._context)

    def identify(self) -> str:
        """Its answer to the identifying question."""
        return self._device.identify()

    def close(self) -> None:
        """Close the port."""
        self._device.close()
