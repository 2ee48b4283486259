"""The roles estop and takeover: a contact of a safety device, which acts without the harness and is only read by it."""

from harness.errors import RigError
from harness.instruments.context import Context
from harness.instruments.dialogue import SerialDialogue
from harness.timing import run_for

BAUD = 19200
LOOK = 0.5  # s
SETTLE = 0.1  # s
CLOSED, OPEN = "1", "0"


class SafetyContact:
    """A contact at an input of a Numato module: closed while all is well, open when somebody has acted.

    It is proven live before control is cut: the device's own test input, at an output of the module, opens it.
    """

    def __init__(self, context: Context) -> None:
        """Open the module's port.

        Raises:
            RigError: it cannot be opened.
        """
        settings = context.settings
        self._world, self._name = context.world, str(settings.get("name", "safety device"))
        self._input, self._test = int(settings["input"]), int(settings["test_output"])
        self._line = SerialDialogue(context.world, str(context.bench / settings["device"]), baud=BAUD, prompt=b">")

    def identify(self) -> str:
        """The module's number and the present state.

        Raises:
            RigError: it does not answer.
        """
        return f"{self._name} at a Numato module, id {self._line.ask('id get')}, {self.read()}"

    def read(self) -> str:
        """``ready``, or ``acted`` when somebody has acted.

        Raises:
            RigError: it does not answer, or nonsense.
        """
        answer = self._line.ask(f"gpio read {self._input}")
        if answer not in (OPEN, CLOSED):
            raise RigError(f"{self._line.where} answers {answer[:40]!r} for the {self._name}: is it the right module?")
        return "ready" if answer == CLOSED else "acted"

    def prove(self) -> None:
        """Show that it is live: it acts when it is tested, and is ready before and afterwards.

        Raises:
            RigError: it does not act, or is not ready.
        """
        self._expect("ready", "release it, and see why it had acted")
        self._line.ask(f"gpio set {self._test}")
        try:
            run_for(self._world, SETTLE)
            self._expect("acted", "it is dead: nothing may fly before it is repaired")
        finally:
            self._line.ask(f"gpio clear {self._test}")
        run_for(self._world, SETTLE)
        self._expect("ready", "it does not come back after its test: repair it")

    def watch(self) -> None:
        """Make the case INVALID when somebody acts from now on; the device itself needs no harness for what it does."""
        self._world.schedule.every(LOOK, self._look, start=self._world.now() + LOOK)

    def _look(self) -> None:
        if self.read() != "ready":
            raise RigError(f"the {self._name} was used: the case ends here")

    def _expect(self, state: str, remedy: str) -> None:
        got = self.read()
        if got != state:
            raise RigError(f"the {self._name} is {got}, wanted {state}: {remedy}")

    def close(self) -> None:
        """Close the port."""
        self._line.close()
