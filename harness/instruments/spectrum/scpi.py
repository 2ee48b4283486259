"""The spectrum role: an analyser with SCPI and a generator, over PyVISA."""

from harness.errors import RigError
from harness.instruments.context import Context
from harness.instruments.dialogue import VisaDialogue, closed_on_error, read_number
from harness.instruments.spectrum.emissions import Trace
from harness.instruments.spectrum.spectrum import SpectrumScreen

NO_OVERLOAD = 0.0
# of a resolution bandwidth that was taken, against the one that was set
TAKEN = 0.01


class ScpiAnalyser:
    """The device itself.

    Attributes:
        points: levels in a trace.
    """

    def __init__(self, context: Context) -> None:
        """Reach it.

        Raises:
            RigError: it cannot be reached.
        """
        settings = self._settings = context.settings
        self._context, self.points = context, int(settings.get("points", 1001))
        library = str(settings.get("library", "@py"))
        self._visa = VisaDialogue(context.world, str(settings["resource"]), library)
        self._generator = self._visa
        with closed_on_error(self._visa):
            if settings.get("seed_resource"):
                self._generator = VisaDialogue(context.world, str(settings["seed_resource"]), library)

    def identify(self) -> str:
        """Its answer to ``*IDN?``."""
        return self._visa.ask("*IDN?")

    def read_trace(self, *, centre: float, span: float, resolution: float) -> Trace:
        """A fresh trace about `centre`, `span` wide, at that resolution bandwidth, all Hz; levels at its input, dBm.

        Raises:
            RigError: it does not answer, reports an error, is overloaded, or gives no such trace.
        """
        detector = self._settings.get("detector", "RMS")
        orders = (f"FREQ:CENT {centre:.0f}", f"FREQ:SPAN {span:.0f}", f"BAND {resolution:.0f}", f"DET {detector}")
        for order in (*orders, f"SWE:POIN {self.points}", "INIT:CONT OFF"):
            self._visa.ask(order)
        self._visa.ask("INIT:IMM;*OPC?")
        self._assert_taken(resolution)
        levels = tuple(read_number(part, self._visa.where) for part in self._visa.ask("TRAC? TRACE1").split(","))
        if len(levels) != self.points:
            raise RigError(f"{self._visa.where} gives {len(levels)} levels, {self.points} are wanted: correct `points`")
        self._context.uncertainty_at(max(levels), "a level")
        return Trace(start=centre - span / 2, step=span / (self.points - 1), levels=levels)

    def seed(self, frequency: float, level: float) -> None:
        """Put a line of `level` dBm at `frequency` Hz into the path at the article's antenna port.

        Raises:
            RigError: the generator reports an error.
        """
        order = str(self._settings.get("seed_set", "SOUR:FREQ {frequency:.0f};:SOUR:POW {level:.2f}"))
        set_to = level + float(self._settings.get("seed_loss", 0.0))
        self._generator.ask(order.format(frequency=frequency, level=set_to))
        self._generator.ask(str(self._settings.get("seed_on", "OUTP ON")))

    def seed_nothing(self) -> None:
        """Take the line away."""
        self._generator.ask(str(self._settings.get("seed_off", "OUTP OFF")))

    def close(self) -> None:
        """Let go of it."""
        self._visa.close()
        if self._generator is not self._visa:
            self._generator.close()

    def _assert_taken(self, resolution: float) -> None:
        error = self._visa.ask("SYST:ERR?")
        if error.partition(",")[0] not in ("0", "+0"):
            raise RigError(f"{self._visa.where} reports {error!r}: correct the frequencies or its commands")
        got = read_number(self._visa.ask("BAND?"), self._visa.where)
        if abs(got - resolution) > TAKEN * resolution:
            raise RigError(f"{self._visa.where} has a resolution bandwidth of {got:g} Hz, {resolution:g} Hz is wanted")
        question = str(self._settings.get("overload_query", "STAT:QUES:POW:COND?"))
        overload = read_number(self._visa.ask(question), self._visa.where)
        if overload != NO_OVERLOAD:
            detail = f"the analyser says it is overloaded ({question} {overload:g}): attenuate more, by path_loss too"
            self._context.check("analyser.linear", False, detail)


class ScpiSpectrum(SpectrumScreen):
    """Such an analyser in the role."""

    def __init__(self, context: Context) -> None:
        """Reach it.

        Raises:
            RigError: it cannot be reached.
        """
        self._device = ScpiAnalyser(context)
        super().__init__(context, self._device)

    def identify(self) -> str:
        """Its answer to ``*IDN?``."""
        return self._device.identify()

    def close(self) -> None:
        """Let go of it."""
        self._device.close()
